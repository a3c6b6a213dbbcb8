import Ledger

/// A pod as an instance of its workload.
struct KubernetesPod: Sendable {
  let object: KubernetesObject

  /// What its containers run, by name: digests of manifests, of `registry/api@sha256:…` or
  /// `docker-pullable://registry/api@sha256:…`.
  var digests: [(container: String, digest: String)] {
    statuses.compactMap { status in
      guard let name = status["name"]?.string, let id = status["imageID"]?.string,
        let digest = ImageName(id).digest
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

  private var statuses: [JSON] { object.status("containerStatuses")?.array ?? [] }

  /// As `kubectl get pods` shows it, near enough: why it waits, why it failed, or its phase.
  private var state: String? {
    if object.json.at("metadata", "deletionTimestamp")?.string != nil { return "Terminating" }
    let waiting = statuses.lazy.compactMap { $0.at("state", "waiting", "reason")?.string }.first
    return waiting ?? object.status("reason")?.string ?? object.status("phase")?.string
  }
}
