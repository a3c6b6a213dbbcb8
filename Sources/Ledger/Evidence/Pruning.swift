/// For how long bodies are kept, counted from when their newest entry was received.
public struct Retention: Hashable, Sendable {
  public static let minimumSeconds: Int64 = 86_400

  public let seconds: Int64
  /// As it was written: `400d`.
  public let text: String

  public init(seconds: Int64, text: String) { (self.seconds, self.text) = (seconds, text) }

  /// What was received before this is due.
  public func limit(_ now: Instant) -> Instant { now.adding(seconds: -Double(seconds)) }
}

/// Deletes bodies whose time is over, in small transactions, each with the entry that says so.
public struct Pruning: Sendable {
  public struct Result: Hashable, Sendable {
    public var count = 0
    /// Bytes, as they came.
    public var size: Int64 = 0
    public var entries: [Int64] = []

    public init() {}
  }

  /// Some milliseconds of the one writer.
  static let batch = 256
  /// A body that is told of again just now makes its batch stale; that never goes on.
  private static let attempts = 10

  private let store: any LedgerStore
  private let retention: Retention

  public init(_ store: any LedgerStore, _ retention: Retention) {
    (self.store, self.retention) = (store, retention)
  }

  /// - Parameter pause: between two transactions.
  /// - Throws: also when it is interrupted: what was deleted until then is recorded.
  public func run(now: Instant, pause: () async throws -> Void = {}) async throws -> Result {
    var result = Result()
    while let done = try await step(now) {
      result.count += done.count
      result.size += done.size
      result.entries += done.entries
      try await pause()
    }
    return result
  }

  /// One transaction; `nil` when nothing is due.
  func step(_ now: Instant) async throws -> Result? {
    var attempt = 1
    while true {
      do { return try await deleteBatch(now) } catch is StaleRemoval where attempt < Self.attempts {
        attempt += 1
      }
    }
  }

  private func deleteBatch(_ now: Instant) async throws -> Result? {
    let limit = retention.limit(now)
    let due = try await store.read { try $0.bodies(receivedBefore: limit, limit: Pruning.batch) }
    guard !due.isEmpty else { return nil }
    let entry = try Pruning.entry(due, retention, before: limit, now: now)
    let receipts = try await store.append([Submission(entry: entry)])
    var result = Result()
    result.count = due.count
    result.size = due.reduce(0) { $0 + Int64($1.size) }
    result.entries = receipts.map(\.index)
    return result
  }

  static func entry(
    _ bodies: [BodyRow], _ retention: Retention, before: Instant, now: Instant
  ) throws(EntryError) -> Entry {
    let data: [String: JSON] = [
      "reason": .string(Removal.Reason.retention.rawValue), "keep": .string(retention.text),
      "before": .optional(before),
    ]
    return try Entry(
      kind: .evidencePruned, at: now, received: now, source: .ledger,
      data: .object(data.merging(Removal.list(bodies)) { $1 }))
  }
}
