import Ledger
import Merkle

extension LogWitnesses {
  public static let maximumMembers = 20
}

extension ConfigReader {
  /// `witnesses` and `quorum` of `ledger.yaml`.
  mutating func witnesses(_ node: ConfigNode?, quorum: ConfigNode?) -> LogWitnesses {
    guard let node else {
      if let quorum { report(quorum, "quorum", "has no witnesses to count") }
      return .none
    }
    let nodes = list(node, in: node, "witnesses")
    if nodes.count > LogWitnesses.maximumMembers {
      report(node, "witnesses", "has more than \(LogWitnesses.maximumMembers)")
    }
    var members: [LogWitnesses.Member] = []
    for (position, node) in nodes.enumerated() {
      guard let member = witness(node, "witnesses[\(position)]") else { continue }
      if members.contains(where: { $0.verifier.name == member.verifier.name }) {
        report(node, "witnesses[\(position)].vkey", "names a witness that is there already")
      }
      members.append(member)
    }
    var number: Int64?
    if let quorum, !nodes.isEmpty {
      number = self.number(quorum, in: quorum, "quorum", 1...Int64(nodes.count))
    }
    return LogWitnesses(members: members, quorum: number.map { Int($0) })
  }

  private mutating func witness(_ node: ConfigNode, _ path: String) -> LogWitnesses.Member? {
    guard let members = members(node, path, allowed: ["vkey", "url"]) else { return nil }
    let verifier = vkey(members["vkey"], in: node, "\(path).vkey")
    let url = witnessURL(members["url"], in: node, "\(path).url")
    guard let verifier, let url else { return nil }
    return LogWitnesses.Member(verifier: verifier, url: url)
  }

  private mutating func vkey(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> NoteVerifier? {
    guard let node else {
      report(parent, path, "is missing")
      return nil
    }
    guard let text = text(node, path, 1...400) else { return nil }
    do throws(NoteError) {
      let verifier = try NoteVerifier(text)
      if verifier.algorithm == .cosignature { return verifier }
      report(node, path, "is the key of a log; one of a witness signs with a time (kind 4)")
    } catch { report(node, path, "is no key: \(error)") }
    return nil
  }

  private mutating func witnessURL(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> String? {
    guard let node else {
      report(parent, path, "is missing")
      return nil
    }
    guard let text = text(node, path, 1...255) else { return nil }
    if IssuerAddress.isUsable(text) { return text }
    report(
      node, path, "must be an https address without a slash, a user or a question at its end")
    return nil
  }

  /// `publish.file` of `ledger.yaml`.
  mutating func publishing(_ node: ConfigNode?) -> String? {
    guard let node, let members = members(node, "publish", allowed: ["file"]) else { return nil }
    guard let file = members["file"] else {
      report(node, "publish.file", "is missing")
      return nil
    }
    guard let path = text(file, "publish.file", 1...4_096) else { return nil }
    if path.utf8.contains(where: { $0 < 0x20 }) || path.hasSuffix("/") {
      report(file, "publish.file", "must be the path of a file")
    }
    return path
  }
}
