import Ledger

/// The policy in force: `ledger policy show`.
public enum PolicyReport {
  public static let schema = "ledger.policy/1"

  public static func json(reading tables: any LedgerReader, asOf: Instant) throws -> JSON {
    let stored = try tables.newest(.policy)
    let data = stored?.entry.data
    return Envelope(schema: schema, asOf: asOf, gaps: []).json([
      "hash": .optional(data?["hash"]?.string), "policy": data?["policy"] ?? .null,
      "file": .optional(data?["file"]?.string), "previous": .optional(data?["previous"]?.string),
      "entry": .optional(stored.map { String($0.index) }),
      "since": .optional(stored?.entry.received),
      "refused": try tables.refusedPolicy().map(refused) ?? .null,
    ])
  }

  private static func refused(_ stored: Stored) -> JSON {
    [
      "entry": .string(String(stored.index)), "since": .string(stored.entry.received.description),
      "file": .optional(stored.entry.data["file"]?.string),
      "problems": stored.entry.data["problems"] ?? [],
    ]
  }

  /// What is wrong with the file on disk; `nil` when it is the one in force.
  public static func warning(_ tables: any LedgerReader) throws -> String? {
    guard let refused = try tables.refusedPolicy() else { return nil }
    let current = try tables.currentPolicy().map { "the one of hash \($0.prefix(12))" } ?? "none"
    return "the policy file on disk is refused since \(refused.entry.received.wholeSecond); "
      + "\(current) stays in force"
  }
}
