import Ledger

/// A notification of Argo CD. Argo CD has no form of its own for one: the body is what
/// `infra/argocd/notifications.yaml` makes of an Application, and is read as strictly.
public enum ArgoSync {
  /// Characters of a message that are kept: that of a failed synchronisation lists every resource.
  /// The evidence has all of it.
  static let messageLimit = 1_000

  private static let shape = Shape.object(
    Members(
      needs: [
        "application": .token, "application_namespace": .token,
        "phase": .word(["Running", "Terminating", "Succeeded", "Failed", "Error"]),
        "started_at": .instant,
      ],
      allows: [
        "project": .maybe(.name), "namespace": .maybe(.name), "cluster": .maybe(.name),
        "revision": .maybe(.name), "health": .maybe(.name), "message": .maybe(.text),
        "images": .maybe(.list(.name)), "finished_at": .maybe(.instant),
      ]))

  /// - Parameter source: who brought it, by what makes a repetition a duplicate.
  public static func submission(
    body: [UInt8], received: Instant, source: (String) -> Source
  ) throws(PlatformRefusal) -> Submission {
    let json = try PlatformRefusal.parse(body)
    guard json.object != nil else { throw .body("not an object") }
    let finished = Instant(json: json["finished_at"])
    try PlatformRefusal.check(shape.faults(of: json, at: "") + endFaults(json))
    return try PlatformRefusal.entry(
      .argoSync, at: finished ?? Instant(json: json["started_at"]), received: received,
      source: source(identity(json)), data: data(json), evidence: Evidence(body))
  }

  /// What has ended ended at some time.
  private static func endFaults(_ json: JSON) -> [String] {
    guard let phase = json["phase"]?.string, ["Succeeded", "Failed", "Error"].contains(phase),
      json["finished_at"] ?? .null == .null
    else { return [] }
    return ["finished_at is missing, but the phase is \(phase)"]
  }

  /// Argo CD repeats a notification that failed, and a controller that lost its notes sends again.
  private static func identity(_ json: JSON) -> String {
    let end = Instant(json: json["finished_at"]) ?? Instant(json: json["started_at"])
    let parts = [
      json["application_namespace"]?.string, json["application"]?.string,
      json["revision"]?.string, json["phase"]?.string, end?.description,
    ]
    return "argocd/" + parts.map { $0 ?? "-" }.joined(separator: "/")
  }

  private static func data(_ json: JSON) -> [String: JSON] {
    var data: [String: JSON] = [:]
    for name in ["application", "project", "namespace", "cluster", "revision", "phase", "health"] {
      data[name] = .string(of: json[name])
    }
    data["message"] = .optional(json["message"]?.string.map { String($0.prefix(messageLimit)) })
    data["started_at"] = .instant(json["started_at"])
    data["finished_at"] = .instant(json["finished_at"])
    data["images"] = .array(
      (json["images"]?.array ?? []).compactMap(\.string).map { image in
        ["image": .string(image), "digest": .optional(ImageName(image).digest)]
      })
    return data
  }
}
