import Ledger

/// Entries as events of CDEvents 0.5.1, for tools that read that vocabulary. It knows no verdicts
/// and no rollouts without an artifact: those become types of our own, `dev.cdeventsx.ledger-…`.
public enum CDEventExport {
  public static let spec = "0.5.1"

  /// Whether a text can be a `source`.
  public static func isReference(_ text: String) -> Bool { URISyntax.isReference(text) }

  private static let statements: [Kind: @Sendable (ExportedEntry) -> Statement?] = [
    .workflowRun: workflowRun, .pullRequest: pullRequest, .package: package,
    .deploymentStatus: deploymentStatus, .buildRecorded: build, .imageRecorded: image,
    .deploymentRecorded: deployment, .testResultsRecorded: testResults, .ecrImage: ecrImage,
    .ecsDeployment: ecsDeployment, .verdict: verdict, .bypass: bypass,
  ]

  /// `nil` for an entry that has no counterpart. The same entry always gives the same event: its id
  /// is the hash of the leaf.
  ///
  /// - Parameters:
  ///   - source: who exports, a URI reference.
  ///   - web: where GitHub shows repositories to people; without a slash at the end.
  public static func event(
    for stored: Stored, source: String, web: String = "https://github.com"
  ) -> JSON? {
    let entry = ExportedEntry(stored: stored, web: web)
    guard let statement = statements[stored.entry.kind]?(entry), !statement.subject.isEmpty else {
      return nil
    }
    var subject: [String: JSON] = [
      "id": .string(statement.subject), "content": .object(statement.content),
    ]
    subject["source"] = entry.repositoryURL.map(JSON.string)
    return [
      "context": [
        "specversion": .string(spec), "id": .string(stored.leaf.hex), "source": .string(source),
        "type": .string(statement.type),
        "timestamp": .string((stored.entry.at ?? stored.entry.received).description),
      ],
      "subject": .object(subject), "customData": .object(entry.customData),
      "customDataContentType": "application/json",
    ]
  }
}

/// What one entry says, in words of the vocabulary.
struct Statement {
  let type: String
  let subject: String
  let content: [String: JSON]

  /// - Parameter name: a type that the vocabulary has.
  init(_ name: String, of subject: String, _ content: [String: JSON] = [:]) {
    guard let known = CDEventVocabulary.all[name] else {
      preconditionFailure("CDEvents has no \(name)")
    }
    type = "dev.cdevents.\(name).\(known.version)"
    (self.subject, self.content) = (subject, content)
  }

  /// - Parameter name: a type of our own: `rollout.finished`.
  init(own name: String, of subject: String, _ content: [String: JSON]) {
    type = "dev.cdeventsx.ledger-\(name).0.1.0"
    (self.subject, self.content) = (subject, content)
  }
}

/// An entry that is being exported.
struct ExportedEntry {
  let stored: Stored
  let web: String

  var data: JSON { stored.entry.data }

  /// `nil` also for a text that is empty: the schemas want names to have a letter.
  func text(_ key: String) -> String? {
    data[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  var commit: String? {
    ["commit", "sha", "merge_sha", "head_sha", "revision"].lazy
      .compactMap { commitID(data[$0]) }.first
  }

  /// `nil` for events of ECR, whose repositories are others.
  var repositoryURL: String? {
    guard stored.entry.kind != .ecrImage else { return nil }
    return text("repository").map { "\(web)/\(PercentCoding.encoded($0, keeping: "/"))" }
  }

  /// What the vocabulary has no place for.
  var customData: [String: JSON] {
    var custom: [String: JSON] = [
      "kind": .string(stored.entry.kind.name), "index": .int(stored.index),
    ]
    custom["commit"] = commit.map(JSON.string)
    custom["repository_id"] = data["repository_id"]?.int.map(JSON.int)
    custom["outcome"] = text("outcome").map(JSON.string)
    return custom
  }

  /// The image if it is known, else the commit: both say exactly what it is. A tag would not.
  func artifact(image: String?) -> String? {
    if let digest = text("digest") {
      return PackageURL.image(image ?? text("repository") ?? "image", digest: digest, tag: nil)
    }
    guard let commit, let repository = text("repository") else { return nil }
    return PackageURL.commit(commit, in: repository)
  }
}
