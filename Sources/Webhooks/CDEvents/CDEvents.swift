import Ledger

/// Events in the vocabulary of CDEvents become entries: all of their types, and those that a tool
/// adds beside them.
public enum CDEvents {
  /// - Parameter source: who brought it, by what makes a repetition a duplicate.
  public static func submission(
    for message: CloudEvent, received: Instant, source: (String) -> Source
  ) throws(PlatformRefusal) -> Submission {
    let event = message.event
    let form = try CDEventForm(of: event, at: message.path)
    try PlatformRefusal.check(
      form.faults(of: event, at: message.path) + message.contradictions())
    let at = Instant(json: event.at("context", "timestamp"))
    return try PlatformRefusal.entry(
      .cdEvent, at: at, received: received,
      source: source(identity(event["context"])), data: data(event, form),
      evidence: Evidence(message.body))
  }

  /// Source and id together are unique (CloudEvents 1.0, `id`). A source is an address and has
  /// slashes: the last one of the key stands before the id.
  private static func identity(_ context: JSON?) -> String {
    let (source, id) = (context?["source"]?.string ?? "", context?["id"]?.string ?? "")
    return "cloudevents/\(source)/\(PercentCoding.keyPart(id))"
  }

  private static func data(_ event: JSON, _ form: CDEventForm) -> [String: JSON] {
    let (context, subject) = (event["context"], event["subject"])
    let content = subject?["content"]
    let artifact = artifact(content, form, subject?["id"]?.string)
    let package = artifact.flatMap { PackageURL($0) }
    return [
      "id": .string(of: context?["id"]), "event_source": .string(of: context?["source"]),
      "type": .string(form.type.name), "version": .string(form.type.version),
      "spec": .string(form.spec), "subject": .string(of: subject?["id"]),
      "subject_source": .string(of: subject?["source"]),
      "environment": .string(of: content?.at("environment", "id")),
      "artifact": .optional(artifact), "image": .optional(package?.image),
      "digest": .optional(package?.digest),
      "commit": .optional(commit(content, event["customData"])),
      "outcome": .string(of: content?["outcome"]), "chain": .string(of: context?["chainId"]),
      "occurred_at": .instant(context?["timestamp"]),
    ]
  }

  /// Of an event about an artifact it is the subject itself.
  private static func artifact(
    _ content: JSON?, _ form: CDEventForm, _ subject: String?
  ) -> String? {
    if let named = content?["artifactId"]?.string, !named.isEmpty { return named }
    guard form.type.name.hasPrefix("artifact."), let subject, subject.hasPrefix("pkg:") else {
      return nil
    }
    return subject
  }

  /// The vocabulary has no place for a commit. The names are the ones that tools use.
  private static func commit(_ content: JSON?, _ custom: JSON?) -> String? {
    let names = ["commit", "commit_sha", "sha", "head_sha", "revision"]
    let found = [custom, content].flatMap { object in names.map { object?[$0] } }
    return (found + [content?.at("change", "id")]).lazy.compactMap { commitID($0) }.first
  }
}
