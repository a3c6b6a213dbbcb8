import Ledger

/// What somebody wants to let pass although its gate does not, why, and for how long.
public struct OverrideRequest: Hashable, Sendable {
  public enum Reference: Hashable, Sendable {
    /// The entry of the verdict.
    case decision(Int64)
    /// - Parameter repository: `owner/name`.
    case pull(repository: String, number: Int64)
  }

  /// How long it may last, in seconds.
  public static let seconds: ClosedRange<Int64> = 60...604_800
  public static let usualSeconds: Int64 = 14_400
  public static let maximumReason = 500

  public let reference: Reference
  public let reason: String
  public let seconds: Int64

  public init(reference: Reference, reason: String, seconds: Int64) throws(OverrideRefusal) {
    guard OverrideRequest.isValid(reason: reason) else {
      throw .invalid("reason must be one line of 1 to \(OverrideRequest.maximumReason) characters")
    }
    guard OverrideRequest.seconds.contains(seconds) else {
      throw .invalid("it must end after 1 minute to 7 days: 60 to 604800 seconds")
    }
    self.reference = reference
    self.reason = reason
    self.seconds = seconds
  }

  /// Characters that draw nothing could make a line say something else than it shows.
  public static func isValid(reason: String) -> Bool {
    let refused: Set<Unicode.GeneralCategory> = [
      .control, .format, .lineSeparator, .paragraphSeparator,
    ]
    return (1...maximumReason).contains(reason.count) && reason.utf8.count <= 4 * maximumReason
      && reason.unicodeScalars.allSatisfy { !refused.contains($0.properties.generalCategory) }
      && reason.unicodeScalars.contains { !$0.properties.isWhitespace }
  }

  /// The entry that lets it pass.
  ///
  /// - Parameters:
  ///   - name: of the token.
  ///   - now: the ledger's clock.
  /// - Throws: `OverrideRefusal`; what the tables throw.
  public func entry(
    reading tables: any LedgerReader, by name: String, source: Source, now: Instant
  ) throws -> Entry {
    let decision = try Decision(reference, tables)
    try decision.checkBlocks(tables)
    var data = decision.target.json
    data["decision"] = .int(decision.entry)
    if case .deploy = decision.target {
      data[LiftedFindings.member] = .string(LiftedFindings.findings)
    }
    if case .merge(_, _, _, let base) = decision.target, base.hasTwins {
      data[ExactBranch.member] = .string(ExactBranch.word)
    }
    data["reason"] = .string(reason)
    data["by"] = .string(name)
    data["expires_at"] = .string(now.adding(seconds: Double(seconds)).wholeSecond.description)
    return try Entry(
      kind: .override, at: now, received: now, source: source, data: .object(data))
  }
}

extension OverrideRequest.Reference {
  /// `acme/api#1287`; `nil` for anything else.
  public init?(pull text: String) {
    let parts = text.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int64(parts[1]), number > 0, parts[1].first != "+",
      parts[0].split(separator: "/", omittingEmptySubsequences: false).count == 2
    else { return nil }
    self = .pull(repository: String(parts[0]), number: number)
  }
}

/// Why nothing was let pass. Sentences without a full stop.
public enum OverrideRefusal: Error, Hashable, Sendable {
  /// The request itself is wrong.
  case invalid(String)
  /// There is no such decision.
  case unknown(String)
  /// It cannot be lifted as things stand.
  case conflict(String)

  public var sentence: String {
    switch self {
    case .invalid(let sentence), .unknown(let sentence), .conflict(let sentence): sentence
    }
  }
}
