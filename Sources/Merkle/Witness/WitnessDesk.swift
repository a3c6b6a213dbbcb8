/// A witness at work: one request after the other, and no answer before what it saw is kept.
public actor WitnessDesk {
  /// Keeps the newest note of every log, by origin; returns when that is durable.
  public typealias Keep = @Sendable (_ notes: [String: String]) throws -> Void

  private let witness: Witness
  private let keep: Keep
  private var notes: [String: String]
  private var seen: [String: Witness.Sight]

  /// - Parameter notes: as they were kept last.
  public init(
    _ witness: Witness, notes: [String: String] = [:], keep: @escaping Keep = { _ in }
  ) throws(NoteError) {
    self.witness = witness
    self.keep = keep
    self.notes = notes
    var seen: [String: Witness.Sight] = [:]
    for (origin, note) in notes {
      let checkpoint = try Checkpoint(text: SignedNote(note).text)
      seen[origin] = Witness.Sight(size: checkpoint.size, root: checkpoint.root)
    }
    self.seen = seen
  }

  /// `POST /add-checkpoint`.
  ///
  /// - Parameter time: seconds since 1970.
  public func add(_ body: [UInt8], at time: UInt64) throws -> Witness.Answer {
    guard let text = String(validating: body, as: UTF8.self) else { return .malformed }
    let request: WitnessRequest
    do { request = try WitnessRequest(text) } catch { return .malformed }
    let origin = witness.origin(of: request) ?? ""
    let decision = witness.decide(request, seen: seen[origin] ?? .none)
    if case .cosign(let checkpoint) = decision {
      var next = notes
      next[origin] = request.note.description
      try keep(next)
      notes = next
      seen[origin] = Witness.Sight(size: checkpoint.size, root: checkpoint.root)
    }
    return try witness.answer(decision, to: request, at: time)
  }

  /// `GET` of a monitoring path: the note that it cosigned last; `nil` for anything else.
  public func shown(at path: String) -> String? {
    notes.first { Witness.monitoringPath(of: $0.key) == path }?.value
  }

  public func size(of origin: String) -> Int { seen[origin]?.size ?? 0 }
}
