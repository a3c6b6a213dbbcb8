import Ledger
import Testing

@testable import Webhooks

@Suite("Workloads of Kubernetes")
struct KubernetesTests {
  @Test("a Deployment, its pods by way of its ReplicaSets, and what they run")
  func deployment() throws {
    var cluster = Cluster()
    cluster.pods.append(Cluster.pod("other", of: "rs-of-another", Cluster.old))
    let rollout = try cluster.rollout()
    #expect(
      rollout == [
        "cluster": "prod", "namespace": "shop", "workload": "Deployment/api", "revision": 3,
        "outcome": "success", "reason": nil, "desired": 2, "ready": 2,
        "containers": [
          [
            "name": "app", "image": "registry.example.com/api:1.4",
            "digest": .string(Cluster.new),
          ]
        ],
        "instances": .array(
          ["a", "b"].map { name in
            [
              "id": .string("uid-api-3-\(name)"), "name": .string("api-3-\(name)"),
              "status": "Running", "digests": [.string(Cluster.new)],
              "started_at": "2026-11-18T09:00:05Z",
            ]
          }),
        "started_at": "2026-11-18T09:00:00Z", "observed_at": .string(received.description),
      ])
    #expect(RecordSamples.problems(.rolloutObserved, rollout.object ?? [:]) == [])
  }

  struct Progress: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var status: [String: JSON] = [:]
    var spec: [String: JSON] = [:]
    let outcome: JSON
    let reason: String?
  }

  static let progress = [
    Progress(testDescription: "complete", outcome: "success", reason: nil),
    Progress(
      testDescription: "not observed", status: ["observedGeneration": 3], outcome: "in_progress",
      reason: "the change is not observed yet"),
    Progress(
      testDescription: "some updated", status: ["updatedReplicas": 1, "replicas": 3],
      outcome: "in_progress", reason: "1 of 2 updated, 2 of 2 available"),
    Progress(
      testDescription: "old ones left", status: ["replicas": 3], outcome: "in_progress",
      reason: "1 old still running"),
    Progress(
      testDescription: "not available", status: ["availableReplicas": 1], outcome: "in_progress",
      reason: "2 of 2 updated, 1 of 2 available"),
    Progress(
      testDescription: "paused", status: ["updatedReplicas": 0], spec: ["paused": true],
      outcome: "in_progress", reason: "paused"),
    Progress(
      testDescription: "too late",
      status: [
        "updatedReplicas": 1,
        "conditions": [
          ["type": "Available", "status": "True"],
          [
            "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
            "message": "ReplicaSet \"api-3\"\nhas timed out progressing.",
          ],
        ],
      ], outcome: "failure",
      reason: "ProgressDeadlineExceeded: ReplicaSet \"api-3\"has timed out progressing."),
    Progress(
      testDescription: "too late, and changed since",
      status: [
        "observedGeneration": 3,
        "conditions": [["type": "Progressing", "reason": "ProgressDeadlineExceeded"]],
      ], outcome: "in_progress", reason: "the change is not observed yet"),
    Progress(
      testDescription: "no quota",
      status: [
        "updatedReplicas": 0,
        "conditions": [
          [
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
            "message": "exceeded quota",
          ]
        ],
      ], outcome: "in_progress", reason: "FailedCreate: exceeded quota"),
    Progress(
      testDescription: "scaled to nothing",
      status: ["replicas": 0, "updatedReplicas": 0, "availableReplicas": 0],
      spec: ["replicas": 0], outcome: "success", reason: nil),
    Progress(
      testDescription: "numbers that no cluster has",
      status: [
        "replicas": .int(Int64.max), "updatedReplicas": .int(-Int64.max), "readyReplicas": -1,
      ],
      spec: ["replicas": .int(-Int64.max)], outcome: "in_progress",
      reason: "9223372036854775807 old still running"),
  ]

  @Test("how far it is", arguments: progress)
  func outcome(_ item: Progress) throws {
    var cluster = Cluster()
    cluster.status.merge(item.status) { $1 }
    cluster.spec.merge(item.spec) { $1 }
    let rollout = try cluster.rollout()
    #expect(rollout["outcome"] == item.outcome)
    #expect(rollout["reason"]?.string == item.reason)
    #expect(RecordSamples.problems(.rolloutObserved, rollout.object ?? [:]) == [])
  }

  /// `status` as Argo Rollouts 1.8 writes it: the generation is a text.
  @Test(
    "a Rollout of Argo says itself how far it is",
    arguments: [
      (["phase": "Healthy"], "success", nil),
      (["phase": "Paused", "message": "CanaryPauseStep"], "in_progress", "CanaryPauseStep"),
      (["phase": "Progressing"], "in_progress", "2 of 2 updated, 2 of 2 available"),
      (
        ["phase": "Degraded", "message": "RolloutAborted: metric \"errors\" failed"], "failure",
        "RolloutAborted: metric \"errors\" failed"
      ), ([:], "in_progress", "2 of 2 updated, 2 of 2 available"),
      (
        ["phase": "Healthy", "observedGeneration": "3"], "in_progress",
        "the change is not observed yet"
      ),
    ] as [([String: JSON], String, String?)])
  func rollout(_ status: [String: JSON], _ outcome: String, _ reason: String?) throws {
    var cluster = Cluster(kind: "Rollout")
    cluster.status.merge(["observedGeneration": "4"]) { $1 }
    cluster.status.merge(status) { $1 }
    let rollout = try cluster.rollout()
    #expect(rollout["outcome"]?.string == outcome && rollout["reason"]?.string == reason)
    #expect(rollout["workload"] == "Rollout/api" && rollout["revision"] == 3)
    #expect(rollout["containers"]?.array?.first?["digest"] == .string(Cluster.new))
    #expect(rollout["instances"]?.array?.count == 2)
  }

  @Test("during a rollout the digest is that of the new pods, and the old ones are shown too")
  func mixed() throws {
    var cluster = Cluster()
    cluster.pods = [
      Cluster.pod("api-2-a", of: "rs-2", Cluster.old),
      Cluster.pod("api-3-a", of: "rs-3", Cluster.new),
    ]
    let rollout = try cluster.rollout()
    #expect(rollout["containers"]?.array?.first?["digest"] == .string(Cluster.new))
    #expect(
      rollout["instances"]?.array?.map { $0["digests"] } == [
        [.string(Cluster.old)], [.string(Cluster.new)],
      ])
    cluster.pods.append(Cluster.pod("api-3-b", of: "rs-3", Cluster.old))
    #expect(try cluster.rollout()["containers"]?.array?.first?["digest"] == JSON.null)
    cluster.image = "registry.example.com/api@\(Cluster.new)"
    #expect(
      try cluster.rollout()["containers"]?.array?.first?["digest"] == .string(Cluster.new))
  }

  @Test(
    "the digest of a manifest is behind an @; the id of a configuration is none",
    arguments: [
      ("docker-pullable://r.example.com/api@", true), ("r.example.com/api@", true),
      ("docker-pullable://", false), ("", false), ("docker://", false),
    ])
  func imageIDs(_ prefix: String, _ isDigest: Bool) {
    #expect(ImageName(prefix + Cluster.new).digest == (isDigest ? Cluster.new : nil))
  }

  @Test("after a rollback the age of the ReplicaSet says nothing")
  func rollback() throws {
    var cluster = Cluster()
    cluster.created = ["2026-11-18T10:00:00Z", "2026-11-18T09:00:00Z"]
    #expect(try cluster.rollout()["started_at"] == JSON.null)
  }

  @Test("why a pod does not run")
  func podStates() throws {
    var cluster = Cluster()
    let waiting: JSON = ["name": "app", "state": ["waiting": ["reason": "CrashLoopBackOff"]]]
    cluster.pods = [
      Cluster.pod("a", of: "rs-3", nil, changes: ["containerStatuses": [waiting]]),
      Cluster.pod("b", of: "rs-3", nil, changes: ["phase": "Failed", "reason": "Evicted"]),
      Cluster.pod("c", of: "rs-3", nil, changes: ["phase": "Pending", "containerStatuses": nil]),
    ]
    let instances = try #require(try cluster.rollout()["instances"]?.array)
    #expect(
      instances.map { $0["status"]?.string } == ["CrashLoopBackOff", "Evicted", "Pending"])
    #expect(instances.allSatisfy { $0["digests"] == [] })
  }

  @Test("stateful and daemon sets own their pods themselves")
  func others() throws {
    let sets: [JSON] = [
      [
        "kind": "StatefulSet", "metadata": ["name": "db", "uid": "s-1", "generation": 1],
        "spec": ["replicas": 1, "template": ["spec": ["containers": [["name": "app"]]]]],
        "status": [
          "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1,
          "readyReplicas": 1, "updateRevision": "db-7f",
        ],
      ],
      [
        "kind": "DaemonSet",
        "metadata": [
          "name": "log", "namespace": "ops", "uid": "n-1", "generation": 2,
          "annotations": ["deprecated.daemonset.template.generation": "6"],
        ],
        "status": [
          "observedGeneration": 2, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3,
          "numberAvailable": 2, "numberReady": 2,
        ],
      ],
      Cluster.pod("db-0", of: "s-1", Cluster.new, kind: "StatefulSet"),
    ]
    let list = JSON.object(["kind": "List", "items": .array(sets)]).canonicalBytes
    let rollouts = try KubernetesList(list).rollouts(cluster: nil, observedAt: nil)
    #expect(
      rollouts.map { $0["workload"]?.string } == ["StatefulSet/db", "DaemonSet/log"])
    #expect(rollouts.map { $0["namespace"]?.string } == ["default", "ops"])
    #expect(rollouts.map { $0["outcome"]?.string } == ["success", "in_progress"])
    #expect(rollouts.map { $0["revision"]?.int } == [nil, 6])
    #expect(rollouts.map { $0["desired"]?.int } == [1, 3])
    #expect(rollouts[0]["containers"]?.array?.first?["digest"] == .string(Cluster.new))
    for rollout in rollouts {
      #expect(RecordSamples.problems(.rolloutObserved, rollout.object ?? [:]) == [])
    }
  }

  @Test("one object, and a list of one kind, are read too")
  func shapes() throws {
    let one = Cluster().deployment
    #expect(try KubernetesList(one.canonicalBytes).workloads.map(\.name) == ["api"])
    var item = one.object ?? [:]
    item["kind"] = nil
    let list: JSON = ["kind": "DeploymentList", "items": [.object(item)]]
    #expect(try KubernetesList(list.canonicalBytes).workloads.map(\.kind) == ["Deployment"])
  }

  @Test(
    "what is no list of workloads is refused with the reason",
    arguments: [
      ("", "is not JSON"), ("[]", "it has no kind"), ("{}", "it has no kind"),
      (#"{"kind":"List"}"#, "is a list without items"),
      (#"{"kind":"List","items":[]}"#, "has no workload"),
      (#"{"kind":"Pod","metadata":{"name":"a","uid":"1"}}"#, "has no workload"),
      (#"{"kind":"List","items":[{"kind":"Pod"}]}"#, "items[0] (Pod) has no metadata.name"),
      (#"{"kind":"List","items":["x"]}"#, "items[0] () has no metadata.name"),
      (String(repeating: "[", count: 1_000), "nested too deeply"),
    ])
  func malformed(_ text: String, _ reason: String) {
    do throws(KubernetesError) {
      _ = try KubernetesList(Array(text.utf8))
      Issue.record("was read")
    } catch { #expect(error.reason.contains(reason), "\(error.reason)") }
  }

  @Test("pods without their ReplicaSets cannot be told apart")
  func lost() {
    var cluster = Cluster()
    cluster.hiding = "ReplicaSet"
    #expect(throws: KubernetesError.self) { try cluster.rollout() }
  }

  @Test("too many pods")
  func many() throws {
    var cluster = Cluster()
    cluster.pods = (0..<500).map { Cluster.pod("p\($0)", of: "rs-3", Cluster.new) }
    #expect(try cluster.rollout()["instances"]?.array?.count == 500)
    cluster.pods.append(Cluster.pod("more", of: "rs-3", Cluster.new))
    #expect(throws: KubernetesError.self) { try cluster.rollout() }
  }
}
