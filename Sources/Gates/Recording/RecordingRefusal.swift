extension RecordingPolicy {
  /// `nil` when `identity` may record; otherwise a sentence that names the claim which says no.
  /// `environment` is the one that is deployed to, `nil` for anything but a deployment.
  public func refusal(
    of identity: WorkflowIdentity, deployingTo environment: String?
  ) -> String? {
    let rules = workflows.filter { $0.repositoryID == identity.repositoryID }
    var closest: WorkflowRule.Objection?
    for rule in rules {
      guard let objection = rule.objection(to: identity, deployingTo: environment) else {
        return nil
      }
      // Of several rules the one that came furthest is most likely the one that was meant.
      if objection.step > closest?.step ?? -1 { closest = objection }
    }
    return closest?.sentence
      ?? "repository_id \(identity.repositoryID) has no rule under recording.workflows"
  }
}

extension WorkflowRule {
  /// The first thing that a rule has against a run.
  fileprivate struct Objection {
    let step: Int
    let sentence: String
  }

  fileprivate func objection(
    to identity: WorkflowIdentity, deployingTo environment: String?
  ) -> Objection? {
    let steps = [
      identity.ownerID == ownerID
        ? nil : "repository_owner_id is not the owner-id of the rule for this repository",
      eventObjection(identity), targetObjection(identity, environment),
      environmentObjection(identity),
      refs.allows { $0.matches(identity.ref) } ? nil : "ref matches none of the rule's refs",
      workflows.allows { $0.matches(identity.workflowRef) }
        ? nil : "workflow_ref matches none of the rule's workflows",
      jobWorkflowObjection(identity),
    ]
    for (step, sentence) in steps.enumerated() {
      if let sentence { return Objection(step: step, sentence: sentence) }
    }
    return nil
  }

  private func eventObjection(_ identity: WorkflowIdentity) -> String? {
    let name = identity.eventName
    if events.contains(where: { $0.isExactly(name) }) { return nil }
    if !events.isEmpty { return "event_name is not one of the rule's events" }
    guard name.isExactly(WorkflowRule.guardedEvent) else { return nil }
    return "event_name is \(WorkflowRule.guardedEvent), which the rule does not list: it may run "
      + "code of a fork"
  }

  private func targetObjection(_ identity: WorkflowIdentity, _ wanted: String?) -> String? {
    guard let wanted else { return nil }
    guard let environment = identity.environment else {
      return "environment is missing: the job that deploys must name its environment"
    }
    return environment.isExactly(wanted)
      ? nil : "environment is another one than is deployed to; case counts"
  }

  private func environmentObjection(_ identity: WorkflowIdentity) -> String? {
    environments.allows { identity.environment?.isExactly($0) == true }
      ? nil : "environment is not one of the rule's environments; case counts"
  }

  private func jobWorkflowObjection(_ identity: WorkflowIdentity) -> String? {
    jobWorkflows.allows { pattern in identity.jobWorkflowRef.map(pattern.matches) == true }
      ? nil : "job_workflow_ref matches none of the rule's job-workflows"
  }
}

extension Array {
  /// An empty list allows anything.
  fileprivate func allows(_ matches: (Element) -> Bool) -> Bool {
    isEmpty || contains(where: matches)
  }
}
