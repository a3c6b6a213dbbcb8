import Gates
import Ledger
import Synchronization

/// Writes on GitHub about a bypass, once.
final class ErrandEffect: Sendable {
  private let store: any LedgerStore
  private let host: any ErrandHost
  private let publicURL: String?
  private let now: @Sendable () -> Instant
  /// What may have been written already. Only that is looked for: anyone could write the marker of
  /// an errand that is still to come. `nil` until the first look: what is due then may have been
  /// done by the process before this one.
  private let doubtful = Mutex<Set<String>?>(nil)

  init(
    store: any LedgerStore, host: any ErrandHost, publicURL: String?,
    now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.host = host
    self.publicURL = publicURL
    self.now = now
  }

  func due(_ tables: any LedgerReader, limit: Int) throws -> [DueErrand] {
    let isFirst = doubtful.withLock { $0 == nil }
    let due = try tables.dueErrands(limit: isFirst ? Int.max : limit)
    doubtful.withLock { known in if known == nil { known = Set(due.map(\.key)) } }
    return Array(due.prefix(limit))
  }

  func carryOut(_ due: DueErrand) async throws -> Effects.Outcome {
    guard let errand = try await store.read({ [publicURL] in try Errand(due, $0, publicURL) })
    else { return .later(nil, reason: "the issue is not open yet") }
    let isDoubtful = doubtful.withLock { $0?.contains(due.key) ?? true }
    do {
      try await write(errand, due, mayBeThere: isDoubtful)
    } catch let error as CodeHostError {
      // Any other answer than none says that it was not carried out.
      if case .ambiguous = error { doubt(due.key) }
      throw error
    }
    doubtful.withLock { _ = $0?.remove(due.key) }
    return .done
  }

  private func doubt(_ key: String) { doubtful.withLock { _ = $0?.insert(key) } }

  private func write(_ errand: Errand, _ due: DueErrand, mayBeThere: Bool) async throws {
    let number: Int64
    switch errand.place {
    case .newIssue(let title):
      let known =
        mayBeThere
        ? try await host.issue(containing: errand.marker, in: due.repository) : nil
      if let known {
        number = known
      } else {
        number = try await host.openIssue(title, errand.text, in: due.repository)
      }
    case .comment(let on):
      let isThere =
        mayBeThere
        ? try await host.hasComment(containing: errand.marker, on: on, in: due.repository) : false
      if !isThere { try await host.comment(on: on, in: due.repository, errand.text) }
      number = on
    }
    doubt(due.key)
    try await confirm(due, number)
  }

  private func confirm(_ due: DueErrand, _ number: Int64) async throws {
    let entry = try Entry(
      kind: .errandDone, at: nil, received: now(), source: .githubAPI,
      data: [
        "key": .string(due.key), "errand": .string(due.errand),
        "repository_id": .int(due.repository.id), "pull": .optional(due.pull),
        "number": .int(number),
      ])
    _ = try await store.append([Submission(entry: entry)])
  }
}

/// What is written, and where.
struct Errand: Sendable {
  enum Place: Sendable {
    case comment(on: Int64)
    case newIssue(title: String)
  }

  let place: Place
  let marker: String
  let text: String

  /// `nil` while there is no place for it.
  init?(_ due: DueErrand, _ tables: any LedgerReader, _ publicURL: String?) throws {
    guard let stored = try tables.entry(at: due.entry) else { return nil }
    let page = due.pull.flatMap { pull in
      publicURL.map { "\($0)/ledger/\(due.repository.name)/pull/\(pull)" }
    }
    let actor = (stored.entry.data["merged_by"] ?? stored.entry.data["actor"])?.int
    let text = BypassText(
      stored, in: due.repository, login: try actor.flatMap { try tables.login($0) }, page: page)
    marker = text.marker
    switch due.errand {
    case "issue":
      place = .newIssue(title: text.title)
      self.text = text.alarm
    case "follow-up":
      guard let number = try Errand.number(before: stored, due, tables) else { return nil }
      place = .comment(on: number)
      self.text = text.followUp
    default:
      guard let pull = due.pull else { return nil }
      place = .comment(on: pull)
      self.text = text.alarm
    }
  }

  /// Where the bypass was written about: on its pull request, or else in the issue.
  private static func number(
    before stored: Stored, _ due: DueErrand, _ tables: any LedgerReader
  ) throws -> Int64? {
    var next = stored.entry.data["replaces"]?.int
    while let index = next, let earlier = try tables.entry(at: index) {
      let errands = (earlier.entry.data["errands"]?.array ?? []).compactMap(\.string)
      if errands.contains("comment") { return due.pull }
      if errands.contains("issue") { return try tables.errandNumber("issue/\(index)") }
      next = earlier.entry.data["replaces"]?.int
    }
    return nil
  }
}
