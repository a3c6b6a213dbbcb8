import Ledger

/// What GitHub shows becomes no entry. Trying again makes none either, unless GitHub shows something
/// else by then.
enum Unrecorded: Error, Equatable {
  /// There is more of it than an entry holds.
  case tooLarge
  /// A number or a text that no entry may have.
  case unfit(String)

  init(_ error: EntryError) {
    switch error {
    case .tooLarge: self = .tooLarge
    case .unrepresentableNumber(let number): self = .unfit("the number \(number.prefix(40))")
    case .notAnEntry(let reason): self = .unfit(reason)
    }
  }

  /// What GitHub showed, as an entry.
  static func entry(
    _ kind: Kind, _ data: JSON, _ evidence: EvidenceReference?, _ received: Instant
  ) throws(Unrecorded) -> Entry {
    do {
      return try Entry(
        kind: kind, at: nil, received: received, source: .githubAPI, data: data,
        evidence: evidence)
    } catch { throw Unrecorded(error) }
  }

  var reason: String {
    switch self {
    case .tooLarge: "too many results"
    case .unfit(let what): "it cannot be recorded: \(what)"
    }
  }

  var outcome: Effects.Outcome { .refused(reason: reason) }
}
