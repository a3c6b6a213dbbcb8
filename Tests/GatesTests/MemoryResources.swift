import Ledger

/// Nobody asks it for resources.
extension MemoryLedger {
  func snapshots(_ environments: Set<String>) throws -> [ResourceListRow] { throw NotAsked() }
  func resources(_ environments: Set<String>) throws -> [ResourceRow] { throw NotAsked() }
  func resourcesElsewhere(than environments: Set<String>) throws -> [ResourceRow] {
    throw NotAsked()
  }
  func singleResources(_ environments: Set<String>) throws -> [SingleResourceRow] {
    throw NotAsked()
  }
  func otherEnvironments(
    than environments: Set<String>, holding arns: [String]
  ) throws -> [String: String] { throw NotAsked() }
}
