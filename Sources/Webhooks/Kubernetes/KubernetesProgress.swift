import Ledger

/// How far a workload is, by the rules of `kubectl rollout status`; a Rollout says it itself
/// (argo-rollouts.readthedocs.io, `status.phase`).
struct KubernetesProgress: Sendable {
  let outcome: String
  let reason: String?
  let desired: Int64
  let ready: Int64

  init(_ workload: KubernetesObject) {
    let counts = Counts(workload)
    (desired, ready) = (counts.desired, counts.ready)
    (outcome, reason) = KubernetesProgress.outcome(workload, counts)
  }

  private static func outcome(
    _ workload: KubernetesObject, _ counts: Counts
  ) -> (String, String?) {
    // What the status says is about an older specification until the controller has seen this one.
    let generation = workload.json.at("metadata", "generation")?.int ?? 0
    guard observed(workload) >= generation else {
      return ("in_progress", "the change is not observed yet")
    }
    if workload.kind == "Rollout" { return ofRollout(workload, counts) }
    let conditions = workload.status("conditions")?.array ?? []
    let progressing = conditions.first { $0["type"] == "Progressing" }
    if let progressing, progressing["reason"] == "ProgressDeadlineExceeded" {
      return ("failure", text(progressing))
    }
    if counts.isComplete { return ("success", nil) }
    if workload.spec("paused")?.bool == true { return ("in_progress", "paused") }
    let failing = conditions.first { $0["type"] == "ReplicaFailure" && $0["status"] == "True" }
    return ("in_progress", failing.map(text) ?? counts.summary)
  }

  /// A Rollout writes it as a text.
  private static func observed(_ workload: KubernetesObject) -> Int64 {
    let generation = workload.status("observedGeneration")
    return generation?.int ?? generation?.string.flatMap { Int64($0) } ?? 0
  }

  private static func ofRollout(
    _ workload: KubernetesObject, _ counts: Counts
  ) -> (String, String?) {
    let message = workload.status("message")?.string.map(shortened)
    switch workload.status("phase")?.string {
    case "Healthy": return ("success", nil)
    case "Degraded": return ("failure", message)
    default: return ("in_progress", message ?? counts.summary)
    }
  }

  /// `ProgressDeadlineExceeded: ReplicaSet "api-7f" has timed out progressing.`
  private static func text(_ condition: JSON) -> String {
    let parts = [condition["reason"]?.string, condition["message"]?.string].compactMap(\.self)
    return shortened(parts.joined(separator: ": "))
  }

  /// A reason has room for 1,000 bytes and no line breaks.
  private static func shortened(_ text: String) -> String {
    var result = ""
    for character in CleanText.excerpt(text, limit: 900) {
      guard result.utf8.count + character.utf8.count <= 990 else { return result + "…" }
      result.append(character)
    }
    return result
  }

  private struct Counts {
    let desired: Int64
    let current: Int64
    let updated: Int64
    let available: Int64
    let ready: Int64

    /// There are no fewer pods than none, whatever a list says.
    init(_ workload: KubernetesObject) {
      func status(_ name: String) -> Int64 { max(0, workload.status(name)?.int ?? 0) }
      if workload.kind == "DaemonSet" {
        desired = status("desiredNumberScheduled")
        current = desired
        updated = status("updatedNumberScheduled")
        available = status("numberAvailable")
        ready = status("numberReady")
      } else {
        desired = max(0, workload.spec("replicas")?.int ?? 1)
        current = status("replicas")
        updated = status("updatedReplicas")
        available = status("availableReplicas")
        ready = status("readyReplicas")
      }
    }

    var isComplete: Bool { updated == desired && current == desired && available == desired }

    var summary: String {
      current > updated && updated == desired
        ? "\(current - updated) old still running"
        : "\(updated) of \(desired) updated, \(available) of \(desired) available"
    }
  }
}
