import Attestations
import Foundation
import Gates
import Merkle

/// The keys and roots that `attestations` in `ledger.yaml` names, read from where they lie.
struct TrustFiles {
  /// Of the policy file: what it names is found from its folder.
  let policy: String

  /// - Throws: everything that is wrong with the files, each with the line that names it.
  func read(_ attestations: AttestationPolicy?) throws -> Trust {
    guard let attestations else { return Trust() }
    var trust = Trust()
    trust.repositories = Set(attestations.repositories.map { $0.lowercased() })
    trust.issuer = attestations.issuer
    trust.acceptsBuilder = { attestations.accepts(builder: $0) }
    var problems: [PolicyProblem] = []
    func each(_ files: [AttestationPolicy.File], _ add: (String) throws -> Void) {
      for file in files {
        do { try add(try text(file)) } catch {
          // Where the file lies on this machine is nobody's business.
          let reason = (error as? AttestationError)?.reason ?? "names a file that cannot be read"
          problems.append(PolicyProblem(line: file.line, path: file.place, reason: reason))
        }
      }
    }
    each(attestations.keys) { trust.keys += try TrustFiles.keys($0) }
    each(attestations.roots) { try TrustFiles.add($0, to: &trust) }
    guard problems.isEmpty else { throw PolicyFile.failure(PolicyProblems(problems), policy) }
    return trust
  }

  private func text(_ file: AttestationPolicy.File) throws -> String {
    let folder = URL(filePath: policy).deletingLastPathComponent()
    let data = try Data(contentsOf: URL(filePath: file.path, relativeTo: folder))
    guard data.count <= PolicyFile.maximumSize, let text = String(validating: data, as: UTF8.self)
    else { throw AttestationError("is not text of at most 1 MiB") }
    return text
  }

  /// PEM, or lines with keys of ledgers as `ledger key show` prints them.
  private static func keys(_ text: String) throws -> [VerificationKey] {
    guard !text.contains("-----BEGIN") else { return try PEM.keys(text) }
    let lines = text.split(whereSeparator: \.isNewline)
    guard !lines.isEmpty else { throw AttestationError("is empty") }
    return try lines.map { line in
      do { return try VerificationKey(NoteVerifier(String(line))) } catch let error as NoteError {
        throw AttestationError("holds no public key: \(error)")
      }
    }
  }

  private static func add(_ text: String, to trust: inout Trust) throws {
    guard text.contains("-----BEGIN") else { return trust.add(try TrustedRoot(text)) }
    let authority = try Authority(pem: text)
    trust.authorities.append(authority)
    // The same office may stamp times: its certificate says what it is for.
    trust.timestampAuthorities.append(authority)
  }
}

extension PolicyFile {
  /// Whom the file believes about attestations.
  func trust(_ confirmation: Policy.Confirmation = .github) throws -> Trust {
    try TrustFiles(policy: path).read(try read(confirmation: confirmation).attestations)
  }
}
