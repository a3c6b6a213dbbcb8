import Foundation
import GRDB
import Ledger
import Merkle

/// A submission whose evidence was compressed by the task that brought it, because everything that
/// the one writer does is done one after the other.
struct PreparedSubmission: Sendable {
  let submission: Submission
  /// `nil` when compressing does not help.
  let compressed: Zstandard.Compressed?

  /// What is submitted at once may have one body: the page of GitHub's list that names a hundred pull
  /// requests. It is compressed once.
  static func all(
    _ submissions: [Submission],
    compress: ([UInt8]) -> Zstandard.Compressed? = { Zstandard.compress($0) }
  ) -> [PreparedSubmission] {
    var known: [Hash: Zstandard.Compressed] = [:]
    return submissions.map { submission in
      guard let evidence = submission.evidence else {
        return PreparedSubmission(submission: submission, compressed: nil)
      }
      let hash = evidence.reference.hash
      let compressed = known[hash] ?? compress(evidence.bytes)
      known[hash] = compressed
      return PreparedSubmission(submission: submission, compressed: compressed)
    }
  }

  /// Bytes that wait in memory.
  var size: Int { submission.entry.bytes.count + (submission.evidence?.bytes.count ?? 0) }
}

/// Appends within one transaction: entries, tree nodes, evidence, names, projections, and then what
/// the reactor concludes from all of them.
struct Appender {
  /// More than any chain of gates needs: two that never agree must not hold the writer.
  private static let maximumRounds = 8

  let db: Database
  private(set) var frontier: Frontier
  private(set) var subjects: Set<Subject> = []
  private var streams = StreamCounter()
  private var fold: Fold
  private let catalogs: CatalogCache

  init(_ db: Database, frontier: Frontier, catalogs: CatalogCache = CatalogCache()) {
    self.db = db
    (self.frontier, self.catalogs, fold) = (frontier, catalogs, Fold(db))
  }

  /// All of them or, when a key of theirs contradicts an earlier entry, none.
  mutating func append(
    _ prepared: [PreparedSubmission]
  ) throws -> Result<[Receipt], any Error> {
    if let stale = try staleRemoval(among: prepared) { return .failure(stale) }
    guard prepared.contains(where: { $0.submission.entry.source.key != nil }) else {
      return .success(try prepared.map { try append($0) })
    }
    var (trial, result) = (self, Result<[Receipt], any Error>.success([]))
    try db.inSavepoint {
      do {
        result = .success(try prepared.map { try trial.append($0) })
        return .commit
      } catch let error as StoreError {
        guard case .contradiction = error else { throw error }
        result = .failure(error)
        return .rollback
      }
    }
    if case .success = result { self = trial }
    return result
  }

  private mutating func append(_ prepared: PreparedSubmission) throws -> Receipt {
    let submission = prepared.submission
    if let identity = Identity(submission.entry) {
      return try append(prepared, identity)
    }
    guard case .github(let event, let guid, let hook) = submission.entry.source,
      let evidence = submission.entry.evidence
    else { return try insert(submission.entry, prepared, .appended) }
    let body = evidence.hash.hex
    let known = try deliveries(guid: guid, body: body)
    let decision = Intake.decide(
      guid: guid, hook: hook ?? 0, event: event, body: body, known: known)
    switch decision {
    case .append: return try insert(submission.entry, prepared, .appended)
    case .duplicate(let earlier): return try receipt(of: earlier)
    case .conflict(let earlier):
      let entry = try Intake.replacement(
        for: submission.entry, kind: .deliveryConflict, earlier: earlier)
      return try insert(entry, prepared, .conflict)
    case .witness(let earlier):
      let entry = try Intake.replacement(
        for: submission.entry, kind: .deliveryWitness, earlier: earlier)
      return try insert(entry, prepared, .appended)
    }
  }

  private mutating func append(
    _ prepared: PreparedSubmission, _ identity: Identity
  ) throws -> Receipt {
    let statement = try db.cachedStatement(
      sql: "SELECT entry, content FROM identities WHERE key = ?")
    guard let known = try GRDB.Row.fetchOne(statement, arguments: [identity.key]) else {
      return try insert(prepared.submission.entry, prepared, .appended)
    }
    let (index, content): (Int64, String) = try (known(0), known(1))
    guard content == identity.content else { throw StoreError.contradiction(of: index) }
    return try receipt(of: index)
  }

  /// In rounds, because one gate's conclusion may be another's evidence.
  mutating func react(with reactor: any Reactor, now: Instant) throws {
    for _ in 0..<Appender.maximumRounds where !subjects.isEmpty {
      let reader = SQLiteReader(db, catalogs: catalogs)
      let reactions = try reactor.reactions(to: subjects, reading: reader, now: now)
      subjects = []
      for entry in reactions { try write(entry) }
    }
  }

  private mutating func insert(
    _ entry: Entry, _ prepared: PreparedSubmission, _ result: Receipt.Result
  ) throws -> Receipt {
    if let evidence = prepared.submission.evidence {
      try keep(evidence, prepared.compressed, for: entry)
    }
    for person in prepared.submission.people { try name(person, as: entry.source) }
    let stored = try write(entry)
    return Receipt(index: stored.index, leaf: stored.leaf, result: result)
  }

  @discardableResult
  mutating func write(_ entry: Entry) throws -> Stored {
    let entry = try streams.number(entry, db)
    let stored = Stored(index: Int64(frontier.size), entry: entry)
    try db.cachedStatement(sql: "INSERT INTO entries (idx, kind, bytes, leaf) VALUES (?, ?, ?, ?)")
      .execute(arguments: [
        stored.index, entry.kind.name, Data(entry.bytes), Data(stored.leaf.bytes),
      ])
    for node in frontier.append(stored.leaf) {
      try db.cachedStatement(sql: "INSERT INTO tree_nodes (level, idx, hash) VALUES (?, ?, ?)")
        .execute(arguments: [
          node.position.level, node.position.index, Data(node.hash.bytes),
        ])
    }
    try fold.write(each: Projections.changes(of: stored))
    try carryOut(entry)
    subjects.formUnion(Projections.subjects(of: stored))
    return stored
  }

  private func deliveries(guid: String, body: String) throws -> [KnownDelivery] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT guid, hook_id, event, body, entry FROM deliveries WHERE guid = ?1
        UNION SELECT guid, hook_id, event, body, entry FROM deliveries WHERE body = ?2
        """)
    return try GRDB.Row.fetchAll(statement, arguments: [guid, body]).map {
      try KnownDelivery(guid: $0(0), hook: $0(1), event: $0(2), body: $0(3), index: $0(4))
    }
  }

  /// The answer to a repetition is the answer of the first time: a contradiction stays one.
  private func receipt(of index: Int64) throws -> Receipt {
    let statement = try db.cachedStatement(sql: "SELECT leaf, kind FROM entries WHERE idx = ?")
    guard let row = try GRDB.Row.fetchOne(statement, arguments: [index]) else {
      throw StoreError.failed("entry \(index) is missing")
    }
    let (leaf, kind): (Hash, String) = try (row.hash(at: 0), row(1))
    let isConflict = kind == Kind.deliveryConflict.name
    return Receipt(index: index, leaf: leaf, result: isConflict ? .conflict : .duplicate)
  }
}
