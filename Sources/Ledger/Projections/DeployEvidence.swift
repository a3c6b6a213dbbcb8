/// Which commits a branch was ever made to point to.
enum Pushes: Projection {
  static let kinds: [Kind] = [.push]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let ref = data["ref"]?.string,
      let sha = data["after"]?.string, data["deleted"]?.bool != true
    else { return [] }
    let table = Tables.pushes
    let at = stored.entry.at ?? stored.entry.received
    return [
      Change(
        table, key: [.int(repository), .text(sha), .text(ref)], register: table.registers[0],
        order: orderKey(orderKey(earliest: at), stored.tieBreak),
        values: [Scalar(at), .int(stored.index)])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] { repository(of: stored) }
}

func repository(of stored: Stored) -> [Subject] {
  stored.entry.data["repository_id"]?.int.map { [.repository($0)] } ?? []
}

/// Which runs can vouch for the commit of what they make.
public enum VouchingRun {
  /// They run, or may run, something else than the commit that their token names.
  private static let others: Set<String> = [
    "pull_request_target", "workflow_run", "issue_comment",
  ]

  /// - Parameters:
  ///   - event: GitHub's word; `nil` where it is not known: an entry does not hold it.
  ///   - workflow: `owner/name/.github/workflows/file@ref`.
  public static func vouches(event: String?, workflow: String) -> Bool {
    // Of a pull request the token does not say which commit it is about: anything could be claimed.
    !workflow.contains("@refs/pull/") && event.map(others.contains) != true
  }
}

extension WorkflowSource {
  public var vouchesForItsCommit: Bool { VouchingRun.vouches(event: nil, workflow: workflow) }
}

/// Who vouches for what a report says of an image's commit.
enum ImageSources {
  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let digest = data["digest"]?.string, let commit = data["commit"]?.string,
      let (repository, teller) = teller(of: stored)
    else { return [] }
    let table = Tables.imageSources
    return [
      Change(
        table, key: [.text(digest), .int(repository), .text(commit), .text(teller)],
        register: table.registers[0],
        order: orderKey(orderKey(earliest: stored.entry.at), stored.tieBreak),
        values: [Scalar(data["image"]?.string), .int(stored.index)])
    ]
  }

  /// A job speaks of its own repository, whatever the report says.
  static func teller(of stored: Stored) -> (repository: Int64, name: String)? {
    let named = stored.entry.data["repository_id"]?.int
    switch stored.entry.source {
    case .workflow(let job): return (job.repositoryID, name(of: stored))
    case .token: return named.map { ($0, name(of: stored)) }
    case .github, .githubAPI, .ledger, .kubernetes: return nil
    }
  }

  static func name(of stored: Stored) -> String {
    switch stored.entry.source {
    case .workflow(let job):
      job.vouchesForItsCommit ? "workflow" : "pull-request"
    case .token(let name, _): "token:\(name)"
    case .github, .githubAPI, .ledger, .kubernetes: "ledger"
    }
  }
}

enum Attestations: Projection {
  static let kinds: [Kind] = [.attestationRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let digest = data["digest"]?.string, let commit = data["commit"]?.string,
      let type = data["predicate_type"]?.string, let repository = repository(of: stored)
    else { return [] }
    let table = Tables.attestations
    let key: [Scalar] = [
      .text(digest), .int(repository), .text(commit), .text(type),
      .text(ImageSources.name(of: stored)), .text(data["verification"]?.string ?? "vouched"),
    ]
    return [
      Change(
        table, key: key, register: table.registers[0],
        order: orderKey(orderKey(earliest: stored.entry.at), stored.tieBreak),
        values: [Scalar(data["builder"]?.string), .int(stored.index)]),
      Change(
        table, key: key, register: table.registers[1], order: orderKey(index: stored.index),
        values: [.int(stored.index)]),
    ]
  }

  /// A signature that was verified proves its repository, whoever brought it.
  private static func repository(of stored: Stored) -> Int64? {
    stored.entry.data["verification"] == "verified"
      ? stored.entry.data["source_repository_id"]?.int
      : ImageSources.teller(of: stored)?.repository
  }

  static func subjects(of stored: Stored) -> [Subject] {
    let data = stored.entry.data
    return Set([data["repository_id"]?.int, data["source_repository_id"]?.int].compactMap(\.self))
      .sorted().map(Subject.repository)
  }
}

/// The counts of the newest scan of each teller.
public enum Scans {
  /// What begins the name of a teller who brings what a registry said: anybody with a token can say
  /// that a registry said it.
  public static let platform = "platform"

  public static func platformTeller(of stored: Stored) -> String {
    "\(platform):\(ImageSources.name(of: stored))"
  }

  private static func teller(of stored: Stored) -> String {
    guard stored.entry.kind != .scanRecorded else { return ImageSources.name(of: stored) }
    // One row for all tellers is how older versions folded, and concluded from, their entries.
    return stored.entry.data["by_teller"]?.bool == true ? platformTeller(of: stored) : platform
  }

  static func changes(of stored: Stored, tool: String, at: Instant) -> [Change] {
    let data = stored.entry.data
    guard let digest = data["digest"]?.string else { return [] }
    let table = Tables.scans
    let counts = ["critical", "high", "medium", "low", "unknown"].map { Scalar(data[$0]?.int) }
    let repository =
      ImageSources.teller(of: stored)?.repository ?? data["repository_id"]?.int ?? 0
    return [
      Change(
        table,
        key: [
          .text(digest), .text(tool.lowercased()), .int(repository), .text(teller(of: stored)),
        ],
        register: table.registers[0], order: orderKey(at.sortKey, stored.tieBreak),
        values: [Scalar(at)] + counts + [.int(stored.index)])
    ]
  }
}
