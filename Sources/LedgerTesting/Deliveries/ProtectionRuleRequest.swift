import Ledger

extension Deliveries {
  /// A job that waits until a GitHub App lets it deploy.
  public struct ProtectionRuleRequest: Hashable, Sendable {
    public var environment: String
    public var run: WorkflowRun
    public var ref: String
    /// May be absent: then the request names no deployment.
    public var deployment: Deployment?
    /// Where the App is to answer; without one the address that GitHub gives.
    public var callback: String?

    public init(
      environment: String, run: WorkflowRun, ref: String = "main", deployment: Deployment? = nil,
      callback: String? = nil
    ) {
      self.environment = environment
      self.run = run
      self.ref = ref
      self.deployment = deployment
      self.callback = callback
    }
  }

  /// The event `deployment_protection_rule`.
  public func protectionRuleRequest(
    _ request: ProtectionRuleRequest, to installation: Installation
  ) -> WebhookDelivery {
    let run = request.run
    let callback = "\(repository.api)/actions/runs/\(run.id)/deployment_protection_rule"
    return delivery(
      "deployment_protection_rule", sender: run.actor,
      [
        "action": "requested", "environment": .string(request.environment),
        "event": .string(run.event), "sha": .string(run.head.sha), "ref": .string(request.ref),
        "deployment_callback_url": .string(request.callback ?? callback),
        "deployment": request.deployment?.json(in: repository) ?? .null,
        "pull_requests": .array(run.pulls.map { $0.json(in: repository) }),
        "installation": installation.reference,
      ])
  }
}
