import Ledger

extension KubernetesList {
  /// A body of `rollout.observed.v1` for each workload, in the order of the list.
  ///
  /// - Parameters:
  ///   - cluster: its name, which the list does not say.
  ///   - observedAt: when the list was made, which it does not say either.
  public func rollouts(
    cluster: String?, observedAt: Instant?
  ) throws(KubernetesError) -> [JSON] {
    var bodies: [JSON] = []
    for workload in workloads {
      bodies.append(try rollout(workload, cluster: cluster, observedAt: observedAt))
    }
    return bodies
  }

  private func rollout(
    _ workload: KubernetesObject, cluster: String?, observedAt: Instant?
  ) throws(KubernetesError) -> JSON {
    let pods = pods(of: workload).map { KubernetesPod(object: $0) }
    guard pods.count <= KubernetesList.maximumInstances else {
      throw KubernetesError(
        "\(workload.kind)/\(workload.name) has \(pods.count) pods, more than "
          + "\(KubernetesList.maximumInstances)")
    }
    let progress = KubernetesProgress(workload)
    let current = Current(workload, replicaSets(of: workload))
    return [
      "cluster": .optional(cluster), "namespace": .string(workload.namespace),
      "workload": .string("\(workload.kind)/\(workload.name)"),
      "revision": .optional(current.revision), "outcome": .string(progress.outcome),
      "reason": .optional(progress.reason), "desired": .int(progress.desired),
      "ready": .int(progress.ready),
      "containers": .array(containers(workload, pods.filter { current.includes($0.object) })),
      "instances": .array(pods.map(\.instance)), "started_at": .optional(current.started),
      "observed_at": .optional(observedAt),
    ]
  }

  /// What the workload asks for; the digest is what all pods of the current revision agree on.
  private func containers(_ workload: KubernetesObject, _ pods: [KubernetesPod]) -> [JSON] {
    let running = pods.flatMap(\.digests)
    let template = workload.spec("template")?.at("spec", "containers")?.array ?? []
    return template.map { container in
      let (name, image) = (container["name"]?.string, container["image"]?.string)
      let seen = Set(running.filter { $0.container == name }.map(\.digest))
      let asked = image.flatMap { ImageName($0).digest }
      return [
        "name": .optional(name), "image": .optional(image),
        "digest": .optional(asked ?? (seen.count == 1 ? seen.first : nil)),
      ]
    }
  }
}

/// The revision that a workload is at, and what belongs to it.
private struct Current {
  let revision: Int64?
  let started: Instant?
  private let owner: String?
  private let label: (name: String, value: String)?

  init(_ workload: KubernetesObject, _ replicaSets: [KubernetesObject]) {
    switch workload.kind {
    case "Deployment", "Rollout":
      let annotation =
        workload.kind == "Rollout"
        ? "rollout.argoproj.io/revision" : "deployment.kubernetes.io/revision"
      let number = workload.annotation(annotation)
      let set = replicaSets.first { number != nil && $0.annotation(annotation) == number }
      revision = number.flatMap { Int64($0) }
      // A rollback takes an old ReplicaSet up again: its age says nothing about this rollout.
      let isNewest = replicaSets.allSatisfy { $0.created ?? .distant <= set?.created ?? .distant }
      started = isNewest ? set?.created : nil
      owner = set?.uid
      label = nil
    case "DaemonSet":
      let number = workload.annotation("deprecated.daemonset.template.generation")
      revision = number.flatMap { Int64($0) }
      (started, owner) = (nil, nil)
      label = number.map { ("pod-template-generation", $0) }
    default:
      (revision, started, owner) = (nil, nil, nil)
      let hash = workload.status("updateRevision")?.string
      label = hash.map { ("controller-revision-hash", $0) }
    }
  }

  /// Where nobody says, every pod is of the current revision.
  func includes(_ pod: KubernetesObject) -> Bool {
    if let owner { return pod.owner?.uid == owner }
    guard let label, let value = pod.label(label.name) else { return true }
    return value == label.value
  }
}

extension Instant {
  fileprivate static let distant = Instant(microseconds: .min)
}
