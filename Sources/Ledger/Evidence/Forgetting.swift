import Merkle

/// Who is to be forgotten, and what names this person.
public struct Remembered: Sendable {
  public let id: Int64
  /// All that stood beside the number, in lower case.
  public let logins: [String]
  public let hasName: Bool
  public let bodies: [BodyRow]
  /// How many bodies were searched.
  public let searched: Int
  /// The size of the log then: what comes later is not searched.
  public let size: Int64

  public var bytes: Int64 { bodies.reduce(0) { $0 + Int64($1.size) } }
}

public enum ForgetRefusal: Error, Equatable {
  /// Nobody, or nobody any more, has this login.
  case unknown(String)
  case ambiguous(String, [String])
  case reason(String)

  public var sentence: String {
    switch self {
    case .unknown(let text): "nobody is known as \(text)"
    case .ambiguous(let text, _): "\(text) is the name of several"
    case .reason(let why): "the reason \(why)"
    }
  }
}

/// Erases a person: the name in the directory, and every body that names this person, with the
/// entry that says so, in one transaction. The log itself holds numbers alone.
public struct Forgetting: Sendable {
  static let page = 100
  public static let maximumReason = 200

  private let store: any LedgerStore

  public init(_ store: any LedgerStore) { self.store = store }

  /// Looks for the person and reads all bodies, in short reads.
  ///
  /// - Parameter person: a numeric id, or a login; `@1234` is a login of digits.
  /// - Throws: `ForgetRefusal`.
  public func find(_ person: String) async throws -> Remembered {
    let (id, login) = try await who(person)
    var search = PersonSearch(id: id, logins: login.map { [$0] } ?? [])
    let size = try await store.read { try $0.size() }
    try await learn(&search)
    let (bodies, searched) = try await matching(search)
    return Remembered(
      id: id, logins: search.logins.sorted(), hasName: login != nil, bodies: bodies,
      searched: searched, size: size)
  }

  private func who(_ text: String) async throws -> (id: Int64, login: String?) {
    // What an entry can hold; GitHub's numbers are.
    if let id = Int64(text), (1...1 << 53).contains(id) {
      return (id, try await store.read { try $0.login(id) })
    }
    let login = text.hasPrefix("@") ? String(text.dropFirst()) : text
    let people = try await store.read { try $0.people(named: login) }
    guard let first = people.first else { throw ForgetRefusal.unknown(text) }
    guard people.count == 1 else {
      throw ForgetRefusal.ambiguous(text, people.map { "\($0.id)" })
    }
    return (first.id, first.login)
  }

  private func learn(_ search: inout PersonSearch) async throws {
    var cursor: Int64? = 0
    while let after = cursor {
      let before = search
      let (learned, next) = try await store.read { tables in
        let page = try tables.bodies(after: after, limit: Forgetting.page)
        var search = before
        // Whoever may record could write a word beside the number, and have it erased everywhere.
        for body in page.bodies where body.isSigned {
          if let bytes = body.bytes { search.learn(from: bytes) }
        }
        return (search, page.next)
      }
      (search, cursor) = (learned, next)
    }
  }

  private func matching(_ search: PersonSearch) async throws -> ([BodyRow], Int) {
    var (found, searched): ([BodyRow], Int) = ([], 0)
    var cursor: Int64? = 0
    while let after = cursor {
      let (rows, count, next) = try await store.read { tables in
        let page = try tables.bodies(after: after, limit: Forgetting.page)
        // What cannot be read may name the person, and is of no use to anybody else.
        let rows = page.bodies.filter { $0.bytes.map(search.matches) ?? true }.map(\.row)
        return (rows, page.bodies.count, page.next)
      }
      found += rows
      searched += count
      cursor = next
    }
    return (found, searched)
  }

  /// - Parameters:
  ///   - reason: why; it must not name the person.
  ///   - source: who has it done.
  /// - Returns: the places of the entries.
  public func forget(
    _ person: Remembered, reason: String?, source: Source, now: Instant
  ) async throws -> [Int64] {
    if let reason { try Forgetting.check(reason, person) }
    let entries = try Forgetting.entries(person, reason: reason, source: source, now: now)
    return try await store.append(entries.map { Submission(entry: $0) }).map(\.index)
  }

  public static func check(_ reason: String, _ person: Remembered) throws(ForgetRefusal) {
    guard (1...maximumReason).contains(reason.utf8.count),
      reason.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw .reason("must be one line of 1 to \(maximumReason) bytes") }
    let lower = reason.lowercased()
    guard !person.logins.contains(where: { lower.contains($0) }) else {
      throw .reason("must not name the person: it stays in the log")
    }
  }

  static func entries(
    _ person: Remembered, reason: String?, source: Source, now: Instant
  ) throws(EntryError) -> [Entry] {
    var entries: [Entry] = []
    var rest = person.bodies[...]
    repeat {
      let data: [String: JSON] = [
        "person": .int(person.id), "reason": .optional(reason), "searched": .int(person.size),
      ]
      entries.append(
        try Entry(
          kind: .personForgotten, at: now, received: now, source: source,
          data: .object(
            data.merging(Removal.list(rest.prefix(Removal.maximumHashes))) { $1 })))
      rest = rest.dropFirst(Removal.maximumHashes)
    } while !rest.isEmpty
    return entries
  }
}
