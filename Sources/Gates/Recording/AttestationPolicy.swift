import Ledger

/// Whose signatures of attestations are believed, as `attestations` in `ledger.yaml` says it. It
/// names files, which are read elsewhere.
public struct AttestationPolicy: Hashable, Sendable {
  /// A file that it names, and where it does.
  public struct File: Hashable, Sendable {
    public let path: String
    public let line: Int
    /// `attestations.keys[0]`
    public let place: String
  }

  /// Public keys.
  public var keys: [File]
  /// Certificates, or Sigstore's trusted roots.
  public var roots: [File]
  /// `owner/name`; empty for any.
  public var repositories: [String]
  /// Each the address of a builder, or a workflow with its ref; empty for any.
  public var builders: [String]
  /// Of the tokens by which signers were certified.
  public var issuer: String

  /// - Parameter builder: a URL, as a certificate or a statement has it.
  public func accepts(builder: String) -> Bool {
    guard !builders.isEmpty else { return true }
    // Byte by byte: two spellings of a letter are two builders, and a mark hides a slash before it.
    if builders.contains(where: { $0.isExactly(builder) }) { return true }
    let start = "https://".utf8
    guard builder.utf8.starts(with: start),
      let slash = builder.utf8.dropFirst(start.count).firstIndex(of: UInt8(ascii: "/"))
    else { return false }
    let workflow = String(builder[builder.utf8.index(after: slash)...])
    return builders.contains { WorkflowPattern($0)?.matches(workflow) == true }
  }
}

extension ConfigReader {
  private static let attestations = "attestations"

  mutating func attestations(_ node: ConfigNode) -> AttestationPolicy? {
    let path = ConfigReader.attestations
    let allowed = ["keys", "roots", "repositories", "builders", "issuer"]
    guard let members = members(node, path, allowed: allowed) else { return nil }
    if members["keys"] == nil, members["roots"] == nil {
      report(node, path, "needs keys or roots: without them no signature can be believed")
    }
    let repositories = texts(members["repositories"], "\(path).repositories")
    for name in repositories where name.split(separator: "/").count != 2 {
      report(
        members["repositories"] ?? node, "\(path).repositories",
        "must be of the form OWNER/NAME each, and \(name) is not")
    }
    let issuer = members["issuer"].flatMap { text($0, "\(path).issuer", 1...255) }
    if let node = members["issuer"], let issuer, !IssuerAddress.isUsable(issuer) {
      report(node, "\(path).issuer", "must be an https address, without a slash at the end")
    }
    return AttestationPolicy(
      keys: files(members["keys"], "\(path).keys"),
      roots: files(members["roots"], "\(path).roots"), repositories: repositories,
      builders: builders(members["builders"]),
      issuer: issuer ?? RecordingPolicy.defaultIssuer)
  }

  private mutating func files(
    _ node: ConfigNode?, _ path: String
  ) -> [AttestationPolicy.File] {
    guard let node else { return [] }
    return list(node, in: node, path).enumerated().compactMap { position, element in
      let place = "\(path)[\(position)]"
      return text(element, place, 1...4_096).map {
        .init(path: $0, line: element.line, place: place)
      }
    }
  }

  private mutating func builders(_ node: ConfigNode?) -> [String] {
    let path = "\(ConfigReader.attestations).builders"
    let texts = texts(node, path, 1...1_000)
    for text in texts where !text.hasPrefix("https://") && WorkflowPattern(text) == nil {
      if let node {
        report(node, path, "must be an https address or of the form FILE@REF each")
      }
    }
    return texts
  }
}
