/// How clusters are answered.
public struct AdmissionSettings: Sendable {
  public enum Mode: String, Sendable, CaseIterable {
    /// What has no allow does not start.
    case enforce
    /// It starts, and what would have been refused is written down and shown as a warning.
    case audit
  }

  public var mode: Mode
  /// As `ledger.yaml` calls the cluster that asks; `nil` where its namespaces are alone.
  public var cluster: String?
  /// The API server gives up after the webhook's `timeoutSeconds`, 5 in the manifests.
  public var deadline: Duration

  public init(mode: Mode, cluster: String? = nil, deadline: Duration = .milliseconds(4_000)) {
    self.mode = mode
    self.cluster = cluster
    self.deadline = deadline
  }
}
