import Ledger

/// What an in-toto statement with SLSA provenance says.
public struct Provenance: Hashable, Sendable {
  /// Of any version.
  static let type = "https://slsa.dev/provenance/"
  private static let statementTypes = [
    "https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1",
  ]

  public let predicateType: String
  /// `sha256:…`, by which alone a subject is told.
  public let subjects: [String]
  public let commit: String
  public let builder: String?
  public let invocation: String?
  /// `https://github.com/acme/api`
  public let repository: String?
  /// Of the repository: `refs/heads/main`.
  public let ref: String?
  /// In the repository.
  public let workflow: String?

  /// - Parameter payload: of the envelope.
  public init(_ payload: [UInt8]) throws(AttestationError) {
    let json = try JSON.parsed(payload, "the payload of the envelope")
    guard Provenance.statementTypes.contains(json["_type"]?.string ?? "") else {
      throw AttestationError("the payload is no in-toto statement")
    }
    guard let type = json["predicateType"]?.string, type.hasPrefix(Provenance.type) else {
      throw AttestationError("the statement is no SLSA provenance")
    }
    let definition = json.at("predicate", "buildDefinition")
    let sources = definition?["resolvedDependencies"]?.array ?? []
    let commits = Set(sources.compactMap { $0.at("digest", "gitCommit")?.string })
    guard commits.count == 1, let commit = commits.first else {
      throw AttestationError("the statement names \(commits.count) commits, not one")
    }
    predicateType = type
    subjects = (json["subject"]?.array ?? []).compactMap {
      $0.at("digest", "sha256")?.string.map { "sha256:\($0)" }
    }
    self.commit = commit
    builder = json.at("predicate", "runDetails", "builder", "id")?.string
    invocation = json.at("predicate", "runDetails", "metadata", "invocationId")?.string
    let parameters = definition?.at("externalParameters", "workflow")
    let source = sources.first { $0.at("digest", "gitCommit") != nil }?["uri"]?.string
    repository = parameters?["repository"]?.string ?? source.map(Provenance.withoutRef)
    ref = parameters?["ref"]?.string
    workflow = parameters?["path"]?.string
  }

  /// `git+https://github.com/acme/api@refs/heads/main` → `https://github.com/acme/api`
  private static func withoutRef(_ uri: String) -> String {
    let url = uri.hasPrefix("git+") ? String(uri.dropFirst(4)) : uri
    return url.split(separator: "@", maxSplits: 1).first.map(String.init) ?? url
  }
}

/// `https://github.com/acme/api` → `acme/api`, `nil` where there is no such path.
enum RepositoryAddress {
  static func name(_ url: String?) -> String? {
    guard let url, let path = path(url) else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy({ !$0.isEmpty }) ? String(path) : nil
  }

  /// What stands behind the host.
  static func path(_ url: String) -> Substring? {
    guard url.hasPrefix("https://") else { return nil }
    let rest = url.dropFirst("https://".count)
    return rest.firstIndex(of: "/").map { rest[rest.index(after: $0)...] }
  }
}
