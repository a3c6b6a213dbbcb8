import Gates
import Ledger
import Logging
import ServiceLifecycle

/// Looks whether GitHub itself holds the guarded branches to their checks: when one is seen first,
/// once a day, and when something happened that may change what the plan or the permissions allow.
/// It keeps nothing that the log does not have but the times of its last looks.
public actor ProtectionWatch: Service {
  private static let day = 86_400.0
  /// Seconds until what could not be reached is asked again; twice as many after each failure.
  private static let patience = 60.0
  private static let longest = 3_600.0
  /// So many calls in a row without an answer are no trouble of single branches: GitHub is away.
  private static let maximumSilence = 10

  private struct Look {
    let at: Instant
    /// The size of the log when it began.
    let size: Int64
  }

  private struct Trouble {
    var failures = 0
    var notBefore: Instant
  }

  private struct Place: Hashable {
    let repository: Int64
    let branch: ByteText

    init(_ row: CapabilityRow) {
      (repository, branch) = (row.repository.id, ByteText(row.branch))
    }
  }

  private let store: any LedgerStore
  private let host: any RepositoryHost
  private let policies: Policies
  private let now: @Sendable () -> Instant
  private let logger: Logger
  private let pause: Duration
  private var looks: [Place: Look] = [:]
  /// What had no answer when it was asked last.
  private var troubles: [Place: Trouble] = [:]
  /// Calls without an answer since GitHub gave one.
  private var silence = 0
  private var notBefore: Instant?

  /// - Parameter pause: between two looks for what is new.
  public init(
    store: any LedgerStore, host: any RepositoryHost, policies: Policies,
    now: @escaping @Sendable () -> Instant, logger: Logger, pause: Duration = .seconds(10)
  ) {
    self.store = store
    self.host = host
    self.policies = policies
    self.now = now
    self.logger = logger
    self.pause = pause
  }

  public func run() async throws {
    await repeatedly(every: pause) { await self.look() }
  }

  /// Looks at everything that is due.
  func look() async {
    do {
      for (row, size) in try await due() {
        guard notBefore.map({ now() >= $0 }) ?? true else { return }
        try await look(at: row, size)
      }
    } catch {
      // The store: it fails for every branch, and GitHub need not be asked again at once.
      notBefore = now().adding(seconds: ProtectionWatch.patience)
      logger.error("cannot look at protections", metadata: ["error": "\(error)"])
    }
  }

  private func due() async throws -> [(CapabilityRow, Int64)] {
    let (policies, since) = (policies, looks.values.map(\.size).min() ?? 0)
    let (rows, occasions, size) = try await store.read { tables in
      let gate = try policies.current(tables).flatMap {
        $0.confirmation == .github ? $0.merge : nil
      }
      let rows = try tables.capabilities().filter { row in
        guard gate?.guards(row.branch) == true else { return false }
        return try !tables.isNameTaken(from: row.repository)
      }
      return (
        rows, try rows.isEmpty ? [] : Occasion.all(since: since, tables), try tables.size()
      )
    }
    return rows.filter { isDue($0, occasions) }.map { ($0, size) }
  }

  private func isDue(_ row: CapabilityRow, _ occasions: [Occasion]) -> Bool {
    let place = Place(row)
    if let trouble = troubles[place], now() < trouble.notBefore { return false }
    guard let last = looks[place] else { return true }
    return now().seconds(since: last.at) >= ProtectionWatch.day
      || occasions.contains { occasion in
        occasion.entry >= last.size
          && (occasion.repository.map { $0 == row.repository.id } ?? true)
      }
  }

  private func look(at row: CapabilityRow, _ size: Int64) async throws {
    let place = Place(row)
    do {
      let seen = try await host.protection(of: row.branch, in: row.repository)
      try await record(seen, row)
    } catch let error as CodeHostError {
      // Asking again would get the same answer: what cannot be seen is looked for at the next
      // occasion, what could not be reached soon.
      switch error {
      case .unavailable(let after?, _):
        notBefore = now().adding(seconds: max(after, ProtectionWatch.patience))
        return
      case .unavailable(_, let reason), .ambiguous(let reason):
        postpone(place, reason)
        return
      case .refused: break
      }
      logger.warning(
        "cannot see the protection of a branch",
        metadata: ["repository": "\(row.repository.id)", "error": "\(error)"])
    } catch let error as EntryError {
      // It would be no entry the next time, either: the branches behind it are looked at.
      logger.error(
        "cannot record the protection of a branch",
        metadata: ["repository": "\(row.repository.id)", "error": "\(error)"])
    }
    looks[place] = Look(at: now(), size: size)
    (troubles[place], silence) = (nil, 0)
  }

  /// The other branches are looked at meanwhile, unless GitHub answers about none.
  private func postpone(_ place: Place, _ reason: String) {
    let failures = (troubles[place]?.failures ?? 0) + 1
    let delay = ProtectionWatch.patience * Double(1 << min(failures - 1, 10))
    let end = now().adding(seconds: min(delay, ProtectionWatch.longest))
    troubles[place] = Trouble(failures: failures, notBefore: end)
    silence += 1
    if silence >= ProtectionWatch.maximumSilence {
      notBefore = now().adding(seconds: ProtectionWatch.patience)
    }
    logger.warning(
      "cannot look at the protection of a branch now",
      metadata: ["repository": "\(place.repository)", "reason": "\(reason)"])
  }

  /// What no entry can hold is not known: what was known before need not be so any more.
  private func record(_ seen: Protection, _ row: CapabilityRow) async throws {
    do { try await append(seen, row) } catch EntryError.tooLarge {
      try await append(.hidden(reason: "it names more checks than an entry can hold"), row)
    }
  }

  /// Only what is news.
  private func append(_ seen: Protection, _ row: CapabilityRow) async throws {
    let (state, contexts, reason) = seen.parts
    guard state != row.state || !contexts.isExactly(row.contexts) || reason != row.reason else {
      return
    }
    let entry = try Entry(
      kind: .protectionRead, at: nil, received: now(), source: .githubAPI,
      data: [
        "repository_id": .int(row.repository.id), "branch": .string(row.branch),
        "state": .string(state),
        "contexts": .array(
          contexts.map { ["name": .string($0.name), "app_id": .optional($0.appID)] }),
        "reason": .optional(reason),
      ])
    _ = try await store.append([Submission(entry: entry)])
  }
}

/// What may have changed what GitHub enforces, or what may be seen of it.
private struct Occasion: Sendable {
  let repository: Int64?
  let entry: Int64

  private static let words: [Kind: Set<String>] = [
    .repository: ["privatized", "publicized"],
    .installation: ["new_permissions_accepted", "unsuspend", "created"],
    .branchProtectionRule: ["created", "edited", "deleted"],
    .branchProtection: ["enabled", "disabled"],
    .ruleset: ["created", "edited", "deleted"],
  ]

  static func all(since start: Int64, _ tables: any LedgerReader) throws -> [Occasion] {
    try words.flatMap { kind, words in
      try tables.entries(from: start, limit: 0, kind: kind).compactMap { stored in
        guard stored.entry.data["action"]?.string.map(words.contains) == true else { return nil }
        return Occasion(
          repository: stored.entry.data["repository_id"]?.int, entry: stored.index)
      }
    }
  }
}

extension Protection {
  /// As `github.protection_read.v1` holds it.
  fileprivate var parts: (state: String, contexts: [CapabilityRow.Context], reason: String?) {
    switch self {
    case .unenforceable: ("unenforceable", [], nil)
    case .none: ("none", [], nil)
    case .rules(let contexts, let hidden):
      (
        "required",
        contexts.map { CapabilityRow.Context(name: $0.context, appID: $0.appID) }
          .sorted { (ByteText($0.name), $0.appID ?? 0) < (ByteText($1.name), $1.appID ?? 0) },
        hidden.map { String($0.prefix(200)) }
      )
    case .hidden(let reason): ("hidden", [], String(reason.prefix(200)))
    }
  }
}

extension [CapabilityRow.Context] {
  /// Two spellings of a name are two checks.
  fileprivate func isExactly(_ others: [CapabilityRow.Context]) -> Bool {
    self == others && zip(self, others).allSatisfy { $0.name.isExactly($1.name) }
  }
}
