import Ledger

/// What is asked of the admission gate.
public struct AdmissionRequest: Hashable, Sendable {
  /// Kubernetes' own: without what runs there no cluster comes up, and the ledger neither.
  public static let exempt: Set<String> = ["kube-system", "kube-node-lease", "kube-public"]
  /// A verdict names each of them and must fit into an entry.
  public static let mostImages = 60

  /// Which one, where one ledger serves several.
  public var cluster: String?
  public var namespace: String
  /// What has to be judged, each once, as the pod names it: of a change what was not there before,
  /// so that no later deny holds up labels and finalizers of what runs.
  public var images: [String]
  /// Images beyond `mostImages`.
  public var omitted: Int

  /// - Parameters:
  ///   - images: of all containers of the new object.
  ///   - before: of the old one.
  public init(
    cluster: String? = nil, namespace: String, images: [String], before: [String] = []
  ) {
    let new = Set(images).subtracting(before).sorted()
    self.cluster = cluster
    self.namespace = namespace
    self.images = Array(new.prefix(AdmissionRequest.mostImages))
    omitted = new.count - self.images.count
  }

  /// Whether the log need not be looked at.
  public var isExempt: Bool { AdmissionRequest.exempt.contains(namespace) }

  public var key: AdmissionKey {
    AdmissionKey(
      cluster: cluster, namespace: namespace,
      images: images + (omitted > 0 ? ["and \(omitted) more"] : []))
  }

  /// The members of `admission.asked.v1` that the gate reads.
  public init?(asked data: JSON) {
    guard let namespace = data["namespace"]?.string, let images = data["images"]?.array else {
      return nil
    }
    self.cluster = data["cluster"]?.string
    self.namespace = namespace
    self.images = images.compactMap(\.string)
    omitted = Int(data["omitted"]?.int ?? 0)
  }

  public var members: [String: JSON] {
    [
      "cluster": .optional(cluster), "namespace": .string(namespace),
      "images": .array(images.map(JSON.string)), "omitted": .int(Int64(omitted)),
    ]
  }
}
