/// What `ledger.yaml` says under `teardown`.
public struct TeardownPolicy: Hashable, Sendable {
  /// What was given, and stays.
  public var kept: [KeptRule]
  /// How many tasks of one revision of a service may run at once; 1 or more.
  public var maxReplicas: Int64

  public init(kept: [KeptRule] = [], maxReplicas: Int64 = 2) {
    self.kept = kept
    self.maxReplicas = maxReplicas
  }
}
