import Ledger

/// The time that an export was asked for.
struct ExportPeriod {
  static let reason = "deliveries were not compared with GitHub's list in this time"

  /// `nil` for from the beginning.
  let since: Instant?
  /// `nil` for until the export.
  let until: Instant?
  let madeAt: Instant

  private var end: Instant { until ?? madeAt }

  func touches(_ gap: Envelope.Gap) -> Bool {
    let isLate = since.map { (gap.to ?? gap.from ?? $0) >= $0 } ?? true
    let isEarly = until.map { (gap.from ?? $0) <= $0 } ?? true
    return isLate && isEarly
  }

  /// Whether anything of it was compared.
  func overlaps(_ from: Instant, _ to: Instant) -> Bool {
    from <= end && (since.map { $0 <= to } ?? true)
  }

  /// What of it the comparisons do not reach. Comparing is due every hour, so that between the last
  /// one and the export there always is a while.
  ///
  /// - Parameter beginning: of the deliveries, for who asked for all.
  func uncompared(_ from: Instant, _ to: Instant, beginning: Instant?) -> [Envelope.Gap] {
    let sides: [(start: Instant?, end: Instant)] = [(since ?? beginning, from), (to, end)]
    return sides.compactMap { side -> Envelope.Gap? in
      guard let start = side.start, side.end.seconds(since: start) > Completeness.patience else {
        return nil
      }
      return Envelope.Gap(from: start, to: side.end, reason: ExportPeriod.reason)
    }
  }
}
