import Ledger

extension RecordForm {
  private static let listed: [Field] = [
    .required("address", .words), .required("type", .name), .optional("name", .words),
    .optional("id", .words), .optional("arn", .words),
    .optional("tags", .array(.text(limit: 600), limit: 60)),
    .optional(
      "action", .word(["create", "read", "update", "delete", "replace", "no-op", "forget"])),
  ]

  /// A list of everything that a tool holds, as it goes over the wire.
  static let snapshot = RecordForm(
    kind: .resourceSnapshot,
    fields: .common + [
      .required("environment", .environment), .required("stack", .name),
      .required("form", .word(ResourceList.Form.allCases.map(\.rawValue))),
      .optional("tool", .name), .required("taken_at", .time),
      .required("resources", .objects(listed, counts: 0...ResourceSnapshot.maximumCount)),
    ],
    times: ["taken_at"], rules: [distinct])

  private static let distinct: RecordForm.Rule = { reading in
    var seen: Set<String> = []
    for (position, resource) in (reading.data["resources"]?.array ?? []).enumerated() {
      guard let address = resource["address"]?.string, !seen.insert(address).inserted else {
        continue
      }
      reading.report("resources[\(position)].address", "is there twice")
    }
  }
}

/// A list of resources as entries: as many parts as it needs, which are appended together.
public enum ResourceSnapshot {
  public static let maximumCount = 50_000
  /// Bytes of resources in one part; the rest of an entry is its envelope.
  private static let partSize = 48_000

  /// - Throws: everything that is wrong with the body.
  public static func submissions(
    _ body: JSON, context: RecordContext
  ) throws(RecordRefusal) -> [Submission] {
    guard let members = body.object else {
      throw RecordRefusal([FieldProblem(path: "body", reason: "must be an object")])
    }
    let reading = RecordReading(.snapshot, members, context)
    guard reading.problems.isEmpty else { throw Record.refusal(reading.problems) }
    let parts = split(reading.data["resources"]?.array ?? [])
    let name = JSON.string(name(of: reading.data))
    var submissions: [Submission] = []
    for (number, resources) in parts.enumerated() {
      let own: [String: JSON] = [
        "snapshot": name, "part": .int(Int64(number) + 1), "parts": .int(Int64(parts.count)),
        "count": .int(Int64(parts.reduce(0) { $0 + $1.count })), "resources": .array(resources),
      ]
      let context = context.part(number)
      submissions.append(
        try Record.submission(
          .snapshot, reading.data.merging(own) { $1 }, context, login: reading.login,
          at: reading.instant("taken_at") ?? context.received))
    }
    return submissions
  }

  /// What tells one list from another: all that it says.
  private static func name(of data: [String: JSON]) -> String {
    Evidence(JSON.object(data).canonicalBytes).reference.hash.hex
  }

  /// At least one part: that there is nothing is news, too.
  private static func split(_ resources: [JSON]) -> [[JSON]] {
    var (parts, size): ([[JSON]], Int) = ([[]], 0)
    for resource in resources {
      let bytes = resource.canonicalBytes.count + 1
      if size + bytes > partSize, size > 0 {
        parts.append([])
        size = 0
      }
      parts[parts.count - 1].append(resource)
      size += bytes
    }
    return parts
  }
}

extension RecordContext {
  /// Parts of one request are told apart by their keys, or each would be another word for the one
  /// before. That of the first is the request's own: whoever shows it again says something else.
  fileprivate func part(_ number: Int) -> RecordContext {
    guard number > 0 else { return self }
    let suffix = " part \(number + 1)"
    let source: Source =
      switch source {
      case .token(let name, let key?): .token(name, key: key + suffix)
      case .workflow(let run): .workflow(run.with(key: run.key + suffix))
      default: source
      }
    return RecordContext(received: received, source: source, environments: environments)
  }
}

extension WorkflowSource {
  fileprivate func with(key: String) -> WorkflowSource {
    WorkflowSource(
      repositoryID: repositoryID, runID: runID, attempt: attempt, workflow: workflow,
      environment: environment, actorID: actorID, key: key)
  }
}
