import Ledger

/// What is known about a report beside its body.
public struct RecordContext: Sendable {
  public let received: Instant
  public let source: Source
  /// The environments that exist; `nil` when anything goes.
  public let environments: [String]?
  /// Of the bundle that came with an attestation.
  public var finding: BundleFinding?

  public init(
    received: Instant, source: Source, environments: [String]? = nil,
    finding: BundleFinding? = nil
  ) {
    self.received = received
    self.source = source
    self.environments = environments
    self.finding = finding
  }
}

/// Reports of pipelines and people: the one list of their forms, and the step from a body to an
/// entry. Strict: what is unknown or malformed is refused, and all of it is named at once.
public enum Record {
  static let forms: [RecordForm] = [
    .build, .image, .taskDefinition, .deployment, .scan, .testResults, .rollout, .resource, .note,
    .attestation,
  ]

  private static let byKind = Dictionary(uniqueKeysWithValues: forms.map { ($0.kind, $0) })

  public static let kinds = forms.map(\.kind)

  /// More than this many are not worth a longer answer.
  static let maximumProblems = 100

  public static func submission(
    kind: Kind, body: JSON, context: RecordContext
  ) throws(RecordRefusal) -> Submission {
    guard let form = byKind[kind] else { throw unknown(kind) }
    guard let members = body.object else {
      throw RecordRefusal([FieldProblem(path: "body", reason: "must be an object")])
    }
    let reading = RecordReading(form, members, context)
    guard reading.problems.isEmpty else { throw refusal(reading.problems) }
    let at = form.times.lazy.compactMap(reading.instant).first
    return try submission(
      form, reading.data, context, login: reading.login, at: at ?? context.received)
  }

  /// - Parameter data: what was read and found right.
  static func submission(
    _ form: RecordForm, _ data: [String: JSON], _ context: RecordContext, login: String?,
    at: Instant
  ) throws(RecordRefusal) -> Submission {
    do {
      let entry = try Entry(
        kind: form.kind, at: at, received: context.received, source: context.source,
        data: .object(data), evidence: context.finding?.bundle.reference)
      let actor = data["actor"]?.int
      let person = login.flatMap { login in actor.map { Person(id: $0, login: login) } }
      return Submission(
        entry: entry, evidence: context.finding?.bundle, people: person.map { [$0] } ?? [])
    } catch {
      throw RecordRefusal([FieldProblem(path: "body", reason: reason(error))])
    }
  }

  private static func reason(_ error: EntryError) -> String {
    switch error {
    case .tooLarge(let size): "makes an entry of \(size) bytes, more than \(Entry.maximumSize)"
    case .unrepresentableNumber(let text): "has a number that no entry can hold: \(text)"
    case .notAnEntry(let reason): "makes no entry: \(reason)"
    }
  }

  static func refusal(_ problems: [FieldProblem]) -> RecordRefusal {
    guard problems.count > maximumProblems else { return RecordRefusal(problems) }
    let rest = problems.count - maximumProblems
    let more = FieldProblem(path: "body", reason: "has \(rest) more problems")
    return RecordRefusal(problems.prefix(maximumProblems) + [more])
  }

  private static func unknown(_ kind: Kind) -> RecordRefusal {
    let known = kinds.map(\.name)
    let meant = Closest.word(to: kind.name, among: known).map { "; did you mean \($0)?" }
    return RecordRefusal([
      FieldProblem(
        path: "kind",
        reason: "is unknown" + (meant ?? "; known are: \(known.joined(separator: ", "))"))
    ])
  }
}
