import Gates
import SQLiteStore

/// The ledger's file, opened to be written to by a command, while no server uses it.
enum WritableLedger {
  static func open(_ path: String, policies: Policies = Policies()) throws -> SQLiteLedger {
    try SQLiteLedger(
      path: path, reactor: reactor(policies),
      signers: try SigningKey.read(for: path).map { [$0] } ?? [], now: currentInstant)
  }

  static func reactor(_ policies: Policies = Policies()) -> Gatehouse {
    Gatehouse(policies, zones: SystemTimeZones())
  }
}
