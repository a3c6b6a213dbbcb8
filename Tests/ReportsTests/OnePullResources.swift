import Ledger

/// Nobody asks it for resources.
extension OnePull {
  func snapshots(_ environments: Set<String>) throws -> [ResourceListRow] { throw Unexpected() }
  func resources(_ environments: Set<String>) throws -> [ResourceRow] { throw Unexpected() }
  func resourcesElsewhere(than environments: Set<String>) throws -> [ResourceRow] {
    throw Unexpected()
  }
  func singleResources(_ environments: Set<String>) throws -> [SingleResourceRow] {
    throw Unexpected()
  }
  func otherEnvironments(
    than environments: Set<String>, holding arns: [String]
  ) throws -> [String: String] { throw Unexpected() }
}
