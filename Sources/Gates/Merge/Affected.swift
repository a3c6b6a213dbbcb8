import Ledger

/// What has to be looked at again after some entries, in one order, whatever the order of the
/// subjects: replay must give the same log.
struct Affected {
  private(set) var pulls: [PullRow] = []
  private(set) var groups: [MergeGroupRow] = []
  /// Commits that GitHub confirmed a status of, by its context.
  private(set) var confirmed: [(commit: Commit, context: String)] = []

  /// GitHub builds so many groups of one queue at a time.
  static let longestQueue = 100

  init(by subjects: Set<Subject>, _ tables: any LedgerReader, isStrict: Bool) throws {
    for subject in subjects { try add(subject, tables, isStrict) }
    pulls = Set(pulls).sorted { ($0.repository, $0.number) < ($1.repository, $1.number) }
    groups = Set(groups).sorted { ($0.repository, $0.entry) < ($1.repository, $1.entry) }
    confirmed.sort {
      ($0.commit.repository, $0.commit.sha, $0.context)
        < ($1.commit.repository, $1.commit.sha, $1.context)
    }
  }

  private mutating func add(
    _ subject: Subject, _ tables: any LedgerReader, _ isStrict: Bool
  ) throws {
    switch subject {
    case .everything:
      pulls += try tables.openPulls()
      groups += try tables.openMergeGroups()
    case .commit(let repository, let sha): try add(Commit(repository: repository, sha: sha), tables)
    case .suite(let repository, let suite):
      for sha in try tables.heads(repository, suite: suite) {
        try add(Commit(repository: repository, sha: sha), tables)
      }
    case .pull(let repository, let number):
      if let pull = try tables.pull(repository, number) { pulls.append(pull) }
    case .status(let repository, let sha, let context):
      confirmed.append((Commit(repository: repository, sha: sha), context))
    case .branch(let repository, let name):
      if isStrict { pulls += try tables.openPulls(repository, into: name.text) }
    case .enforcement(let repository, let name):
      pulls += try tables.openPulls(repository, into: name.text)
      groups += try tables.openMergeGroups().filter {
        $0.repository == repository && $0.baseRef == name.text
      }
    case .log:
      for repository in try tables.repositoryNames().keys {
        pulls += try tables.merges(
          repository, after: Instant(seconds: 0), until: Instant(seconds: 253_402_300_799))
      }
    case .deploy, .admission, .landed, .repository, .landing, .protections: return
    }
  }

  /// Beside the pull requests with this head, those that a merge group of it answers for: the one
  /// that it names, and those of the groups that it is stacked on.
  private mutating func add(_ commit: Commit, _ tables: any LedgerReader) throws {
    pulls += try tables.pulls(commit.repository, head: commit.sha)
    guard let group = try tables.mergeGroup(commit.repository, head: commit.sha) else { return }
    groups.append(group)
    var next: MergeGroupRow? = group
    for _ in 0..<Affected.longestQueue {
      guard let below = next else { return }
      if let pull = try below.pull.flatMap({ try tables.pull(commit.repository, $0) }),
        pull.merge != nil
      {
        pulls.append(pull)
      }
      next = try tables.mergeGroup(commit.repository, head: below.baseSHA)
    }
  }
}
