import Ledger

/// A pod as an instance of its workload.
struct KubernetesPod: Sendable {
  let object: KubernetesObject

  /// What its containers run, by name: digests of manifests.
  var digests: [(container: String, digest: String)] {
    statuses.compactMap { status in
      guard let name = status["name"]?.string, let id = status["imageID"]?.string,
        let digest = KubernetesPod.digest(in: id)
      else { return nil }
      return (name, digest)
    }
  }

  var instance: JSON {
    var seen: [String] = []
    for (_, digest) in digests where !seen.contains(digest) { seen.append(digest) }
    return [
      "id": .string(object.uid), "name": .string(object.name), "status": .optional(state),
      "digests": .array(seen.map(JSON.string)),
      "started_at": .optional(Instant(json: object.status("startTime"))),
    ]
  }

  /// `docker-pullable://registry/api@sha256:…` or `registry/api@sha256:…`. A `sha256:…` alone is
  /// the id of the image's configuration, which is not the digest of its manifest.
  static func digest(in imageID: String) -> String? {
    guard let position = imageID.lastIndex(of: "@") else { return nil }
    return imageDigest(.string(String(imageID[imageID.index(after: position)...])))
  }

  private var statuses: [JSON] { object.status("containerStatuses")?.array ?? [] }

  /// As `kubectl get pods` shows it, near enough: why it waits, why it failed, or its phase.
  private var state: String? {
    if object.json.at("metadata", "deletionTimestamp")?.string != nil { return "Terminating" }
    let waiting = statuses.lazy.compactMap { $0.at("state", "waiting", "reason")?.string }.first
    return waiting ?? object.status("reason")?.string ?? object.status("phase")?.string
  }
}
