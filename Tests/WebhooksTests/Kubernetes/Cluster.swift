import Ledger

@testable import Webhooks

/// One Deployment, or a Rollout in its place, its ReplicaSets and pods, as kubectl prints them.
struct Cluster {
  static let old = "sha256:" + String(repeating: "0d", count: 32)
  static let new = "sha256:" + String(repeating: "5e", count: 32)

  var spec: [String: JSON] = ["replicas": 2]
  var status: [String: JSON] = [
    "observedGeneration": 4, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2,
    "readyReplicas": 2,
  ]
  var revision = "3"
  var image = "registry.example.com/api:1.4"
  /// Of the ReplicaSets of revisions 2 and 3.
  var created = ["2026-11-18T08:00:00Z", "2026-11-18T09:00:00Z"]
  var pods: [JSON] = [
    pod("api-3-a", of: "rs-3", new), pod("api-3-b", of: "rs-3", new),
  ]
  var kind = "Deployment"
  /// Objects that are left out.
  var hiding: String?

  static func pod(
    _ name: String, of owner: String, _ digest: String?,
    prefix: String = "registry.example.com/api@",
    kind: String = "ReplicaSet", changes: [String: JSON] = [:]
  ) -> JSON {
    let container: JSON = [
      "name": "app", "imageID": .string(digest.map { prefix + $0 } ?? ""),
      "state": ["running": [:]],
    ]
    return [
      "kind": "Pod",
      "metadata": [
        "name": .string(name), "uid": .string("uid-\(name)"), "namespace": "shop",
        "ownerReferences": [["kind": .string(kind), "uid": .string(owner), "controller": true]],
      ],
      "status": .object(
        [
          "phase": "Running", "startTime": "2026-11-18T09:00:05Z",
          "containerStatuses": [container],
        ].merging(changes) { $1 }),
    ]
  }

  private var annotation: String {
    kind == "Rollout" ? "rollout.argoproj.io/revision" : "deployment.kubernetes.io/revision"
  }

  var deployment: JSON {
    [
      "kind": .string(kind),
      "metadata": [
        "name": "api", "namespace": "shop", "uid": "d-1", "generation": 4,
        "annotations": .object([annotation: .string(revision)]),
      ],
      "spec": .object(
        spec.merging([
          "template": [
            "spec": [
              "containers": [
                ["name": "app", "image": .string(image)]
              ]
            ]
          ]
        ]) { $1 }),
      "status": .object(status),
    ]
  }

  private func replicaSet(_ revision: Int) -> JSON {
    [
      "kind": "ReplicaSet",
      "metadata": [
        "name": .string("api-\(revision)"), "namespace": "shop", "uid": .string("rs-\(revision)"),
        "creationTimestamp": .string(created[revision - 2]),
        "annotations": .object([annotation: .string("\(revision)")]),
        "ownerReferences": [["kind": .string(kind), "uid": "d-1", "controller": true]],
      ],
    ]
  }

  var items: [JSON] {
    ([deployment, replicaSet(2), replicaSet(3)] + pods).filter { $0["kind"]?.string != hiding }
  }

  var bytes: [UInt8] {
    JSON.object(["kind": "List", "apiVersion": "v1", "items": .array(items)]).canonicalBytes
  }

  func rollout() throws(KubernetesError) -> JSON {
    try KubernetesList(bytes).rollouts(cluster: "prod", observedAt: received).first ?? .null
  }
}
