import Ledger

/// Why a body that a platform sent is refused. Nothing of it is kept.
public enum PlatformRefusal: Error, Equatable, Sendable {
  /// It is not JSON, or its outermost value is not the one that is expected.
  case body(String)
  /// It is sent as something that is not read here.
  case contentType(String)
  /// All members that are wrong, at least one: `context.id is missing`.
  case members([String])
}

extension PlatformRefusal {
  /// JSON values. The largest list of events has 4 MiB, and eight bytes of it for each.
  private static let maximumValues = 500_000

  static func parse(_ body: [UInt8]) throws(PlatformRefusal) -> JSON {
    do { return try JSON.parse(body, atMost: maximumValues) } catch {
      throw .body("not JSON: \(error.description)")
    }
  }

  /// - Parameter faults: nothing is wrong when it is empty.
  static func check(_ faults: [String]) throws(PlatformRefusal) {
    if !faults.isEmpty { throw .members(faults) }
  }

  /// Whatever was checked makes an entry, unless a text is too long for one or has a NUL in it.
  static func entry(
    _ kind: Kind, at: Instant?, received: Instant, source: Source, data: [String: JSON],
    evidence: Evidence
  ) throws(PlatformRefusal) -> Submission {
    do {
      let entry = try Entry(
        kind: kind, at: at, received: received, source: source, data: .object(data),
        evidence: evidence.reference)
      return Submission(entry: entry, evidence: evidence)
    } catch {
      switch error {
      case .tooLarge(let size): throw .members(["its entry would have \(size) bytes"])
      case .unrepresentableNumber(let text): throw .members(["\(text) is out of range"])
      case .notAnEntry(let reason): throw .members([reason])
      }
    }
  }
}
