import Ledger

/// Why output of `kubectl` cannot be read.
public struct KubernetesError: Error, Hashable, Sendable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// What `kubectl get deployment,replicaset,pods -o json` prints, also with `statefulset`,
/// `daemonset` and, of Argo Rollouts, `rollout`.
public struct KubernetesList: Sendable {
  public static let command = "kubectl get deployment,replicaset,pods -o json"
  public static let maximumInstances = 500
  static let workloadKinds = ["Deployment", "StatefulSet", "DaemonSet", "Rollout"]

  let workloads: [KubernetesObject]
  private let replicaSets: [KubernetesObject]
  private let pods: [String: [KubernetesObject]]

  private static let selection = Selection(
    "kind", "{metadata,spec,status}", "items.{kind,metadata,spec,status}")

  public init(_ bytes: [UInt8]) throws(KubernetesError) {
    let json: JSON
    do { json = try JSON.parse(bytes, keeping: KubernetesList.selection) } catch {
      throw KubernetesError("is not JSON: \(error)")
    }
    let objects = try KubernetesList.objects(json)
    workloads = objects.filter { KubernetesList.workloadKinds.contains($0.kind) }
    guard !workloads.isEmpty else {
      throw KubernetesError(
        "has no workload: none of \(KubernetesList.workloadKinds.joined(separator: ", "))")
    }
    replicaSets = objects.filter { $0.kind == "ReplicaSet" }
    let pods = objects.filter { $0.kind == "Pod" }
    self.pods = Dictionary(grouping: pods) { $0.owner?.uid ?? "" }
    if replicaSets.isEmpty, let lost = pods.first(where: { $0.owner?.kind == "ReplicaSet" }) {
      throw KubernetesError(
        "has the pod \(lost.name) of a ReplicaSet and no ReplicaSets: ask for all of them with "
          + KubernetesList.command)
    }
  }

  private static func objects(_ json: JSON) throws(KubernetesError) -> [KubernetesObject] {
    guard let kind = json["kind"]?.string else {
      throw KubernetesError("is no object of Kubernetes: it has no kind")
    }
    guard kind.hasSuffix("List") else { return [try KubernetesObject(json, kind: kind, "object")] }
    guard let items = json["items"]?.array else { throw KubernetesError("is a list without items") }
    var objects: [KubernetesObject] = []
    for (position, item) in items.enumerated() {
      // The items of a DeploymentList name no kind.
      let itemKind = item["kind"]?.string ?? String(kind.dropLast(4))
      objects.append(try KubernetesObject(item, kind: itemKind, "items[\(position)]"))
    }
    return objects
  }

  func replicaSets(of workload: KubernetesObject) -> [KubernetesObject] {
    replicaSets.filter { $0.owner?.uid == workload.uid }
  }

  /// Pods of a Deployment or Rollout belong to one of its ReplicaSets, others to the workload itself.
  func pods(of workload: KubernetesObject) -> [KubernetesObject] {
    let owners = [workload.uid] + replicaSets(of: workload).map(\.uid)
    return owners.flatMap { pods[$0] ?? [] }.sorted { $0.name < $1.name }
  }
}

/// One object, with what every object has.
struct KubernetesObject: Sendable {
  struct Owner: Sendable {
    let kind: String
    let uid: String
  }

  let kind: String
  let name: String
  let namespace: String
  let uid: String
  let json: JSON
  /// The one that manages it.
  let owner: Owner?

  init(_ json: JSON, kind: String, _ place: String) throws(KubernetesError) {
    guard let metadata = json["metadata"], let name = metadata["name"]?.string,
      let uid = metadata["uid"]?.string
    else { throw KubernetesError("\(place) (\(kind)) has no metadata.name and uid") }
    self.kind = kind
    self.name = name
    self.uid = uid
    self.json = json
    namespace = metadata["namespace"]?.string ?? "default"
    let owners = metadata["ownerReferences"]?.array ?? []
    let owner = owners.first { $0["controller"]?.bool == true } ?? owners.first
    self.owner = owner.flatMap { owner in
      guard let kind = owner["kind"]?.string, let uid = owner["uid"]?.string else { return nil }
      return Owner(kind: kind, uid: uid)
    }
  }

  var created: Instant? { Instant(json: json.at("metadata", "creationTimestamp")) }

  func annotation(_ name: String) -> String? { json.at("metadata", "annotations", name)?.string }
  func label(_ name: String) -> String? { json.at("metadata", "labels", name)?.string }

  func spec(_ name: String) -> JSON? { json.at("spec", name) }
  func status(_ name: String) -> JSON? { json.at("status", name) }
}
