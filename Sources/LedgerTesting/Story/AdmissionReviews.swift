import Ledger

/// What an API server sends to a ValidatingAdmissionWebhook about a pod, with the members that the
/// documentation of Kubernetes shows (Dynamic Admission Control, AdmissionReview v1).
public struct AdmissionReviews: Sendable {
  public static let digest = DeployEntries.digest
  public static let image = "ghcr.io/acme/api@\(digest)"
  /// Stands in places that nobody has to know.
  public static let secret = "nobody-has-to-know"

  public var namespace = "team-a"
  public var user = "system:serviceaccount:kube-system:replicaset-controller"

  public init(namespace: String = "team-a") { self.namespace = namespace }

  /// - Parameter labels: changes that bring no image.
  public func pod(
    _ images: [String], starting: [String] = [], debugging: [String] = [], mounted: [String] = [],
    labels: String = "api"
  ) -> JSON {
    let token: JSON = ["name": "token", "secret": ["secretName": .string(Self.secret)]]
    let volumes: [JSON] = mounted.enumerated().map { number, image in
      [
        "name": .string("image-\(number)"),
        "image": ["reference": .string(image), "pullPolicy": "IfNotPresent"],
      ]
    }
    var spec: [String: JSON] = [
      "containers": containers(images, "app"), "restartPolicy": "Always",
      "serviceAccountName": "default", "securityContext": [:], "schedulerName": "default-scheduler",
      "tolerations": [["key": "node.kubernetes.io/not-ready", "tolerationSeconds": 300]],
      "volumes": .array([token] + volumes),
    ]
    if !starting.isEmpty { spec["initContainers"] = containers(starting, "init") }
    if !debugging.isEmpty { spec["ephemeralContainers"] = containers(debugging, "debugger") }
    return [
      "kind": "Pod", "apiVersion": "v1",
      "metadata": [
        "generateName": "api-7d4b9c5f6-", "namespace": .string(namespace),
        "labels": ["app": .string(labels)], "annotations": ["note": .string(Self.secret)],
        "ownerReferences": [
          [
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "api-7d4b9c5f6",
            "uid": "0b3d1f9e-6f0f-4f2a-9a55-3a2f8b1c7d10", "controller": true,
            "blockOwnerDeletion": true,
          ]
        ],
      ],
      "spec": .object(spec), "status": [:],
    ]
  }

  private func containers(_ images: [String], _ name: String) -> JSON {
    .array(
      images.enumerated().map { number, image in
        [
          "name": .string("\(name)-\(number)"), "image": .string(image), "resources": [:],
          "command": ["/bin/app"], "imagePullPolicy": "IfNotPresent",
          "env": [["name": "PASSWORD", "value": .string(Self.secret)]],
        ]
      })
  }

  /// - Parameters:
  ///   - old: what a change, or a removal, begins with.
  ///   - subresource: such as `ephemeralcontainers`.
  public func review(
    _ object: JSON, old: JSON = .null, operation: String = "CREATE", subresource: String? = nil,
    isDryRun: Bool = false, uid: String = "705ab4f5-6393-11e8-b7cc-42010a800002"
  ) -> JSON {
    let kind: JSON = ["group": "", "version": "v1", "kind": "Pod"]
    let resource: JSON = ["group": "", "version": "v1", "resource": "pods"]
    var request: [String: JSON] = [
      "uid": .string(uid), "kind": kind, "resource": resource, "requestKind": kind,
      "requestResource": resource, "namespace": .string(namespace),
      "operation": .string(operation),
      "userInfo": [
        "username": .string(user), "uid": "014fbff9a07c",
        "groups": ["system:serviceaccounts", "system:authenticated"],
        "extra": ["authentication.kubernetes.io/credential-id": [.string(Self.secret)]],
      ],
      "object": object, "oldObject": old, "dryRun": .bool(isDryRun),
      "options": [
        "kind": .string("\(operation.prefix(1))\(operation.dropFirst().lowercased())Options"),
        "apiVersion": "meta.k8s.io/v1",
      ],
    ]
    if let subresource {
      request["subResource"] = .string(subresource)
      request["requestSubResource"] = .string(subresource)
    }
    return [
      "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": .object(request),
    ]
  }

  /// A new pod with these images.
  public func created(_ images: String..., isDryRun: Bool = false) -> [UInt8] {
    review(pod(images), isDryRun: isDryRun).canonicalBytes
  }

  /// A namespace of the tests' catalog, which is production.
  public static let catalog: Catalog = {
    var catalog = DeployEntries.catalog
    catalog.services[0].images = ["ghcr.io/acme/api"]
    catalog.services[0].workloads = [
      .init(
        origin: .kubernetes(cluster: "*", namespace: "team-a", workload: "Deployment/api"),
        environment: "production")
    ]
    return catalog
  }()
}

extension AdmissionReviews {
  /// The members of `admission.asked.v1`.
  public static func asked(
    _ images: String..., namespace: String = "team-a", cluster: String? = nil
  ) -> [String: JSON] {
    [
      "cluster": .optional(cluster), "namespace": .string(namespace),
      "images": .array(images.map(JSON.string)), "omitted": 0,
      "uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "operation": "CREATE", "resource": "pods",
      "name": "api-7d4b9c5f6-", "owner": "ReplicaSet/api-7d4b9c5f6",
      "user": "system:serviceaccount:kube-system:replicaset-controller", "mode": "enforce",
    ]
  }

  public static func entry(_ asked: [String: JSON], at instant: Instant) throws -> Entry {
    try Entry(
      kind: .admissionAsked, at: nil, received: instant, source: .kubernetes,
      data: .object(asked))
  }
}
