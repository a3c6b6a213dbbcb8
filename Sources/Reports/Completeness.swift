import Ledger

/// What of GitHub's deliveries may be missing, by the comparisons with its own list. An answer is
/// complete when every hook was compared lately and nothing was found missing.
public struct Completeness: Sendable {
  /// Seconds. Comparing is due every hour.
  public static let patience: Double = 7_200
  /// Deliveries that are further apart are two gaps.
  private static let distance: Double = 3_600
  static let maximumGaps = 20

  /// A hook that can be compared no more: its repository's name is another's.
  public struct Nameless: Hashable, Sendable {
    public let row: CoverageRow
    /// When the name was another's at the latest.
    public let until: Instant

    public init(row: CoverageRow, until: Instant) {
      self.row = row
      self.until = max(row.coveredTo, until)
    }
  }

  public let coverage: [CoverageRow]
  /// Beside `coverage`: they hold back no other hook.
  public let nameless: [Nameless]
  /// Asked for again, and not here yet.
  public let outstanding: [LostDelivery]
  public let lost: [LostDelivery]
  public let recovered: Int

  public init(_ tables: any LedgerReader) throws {
    let coverage = try tables.coverage()
    // Hooks of one repository each: where it was deleted there is nothing more to compare.
    let isOfRepositories = coverage.contains { $0.repository != 0 }
    let gone = try isOfRepositories ? GoneRepositories(tables).ids : []
    let there = coverage.filter { !gone.contains($0.repository) }
    let shared = try isOfRepositories ? Completeness.sharedNames(tables) : []
    let nameless = try there.filter { shared.contains($0.repository) }
      .compactMap { try Nameless($0, tables) }
    let left = Set(nameless.map(\.row))
    self.init(
      coverage: there.filter { !left.contains($0) }, nameless: nameless,
      missing: try tables.lostDeliveries(), recovered: try tables.recoveredDeliveries())
  }

  /// Repositories of which another one had the name, at any time: few, and only they are looked at.
  private static func sharedNames(_ tables: any LedgerReader) throws -> Set<Int64> {
    let named = Dictionary(grouping: try tables.repositoryNames()) { $0.value.lowercased() }
    return Set(named.values.filter { $0.count > 1 }.flatMap { $0.map(\.key) })
  }

  /// - Parameters:
  ///   - missing: oldest first.
  ///   - recovered: how many came besides those of `missing` that did.
  public init(
    coverage: [CoverageRow], nameless: [Nameless] = [], missing: [LostDelivery],
    recovered: Int = 0
  ) {
    (self.coverage, self.nameless) = (coverage, nameless)
    outstanding = missing.filter { $0.state == .asked }
    lost = missing.filter { $0.state == .lost }
    self.recovered = recovered + missing.count - outstanding.count - lost.count
  }

  /// Until when everything that GitHub listed is here, or was given up; `nil` when nobody compared.
  public var completeTo: Instant? { coverage.map(\.coveredTo).min() }

  public func gaps(asOf: Instant) -> [Envelope.Gap] {
    guard !coverage.isEmpty else { return [Envelope.unreconciled] + ended }
    let lists = unseen + stale(asOf) + ended
    let all =
      lists + gaps(of: outstanding, "have not come again yet")
      + gaps(of: lost, "are lost for good")
    let left = all.dropFirst(Completeness.maximumGaps)
    let shown = Array(all.prefix(Completeness.maximumGaps))
    return left.isEmpty ? shown : shown + [Completeness.more(left.count)]
  }

  /// Stands for gaps that are not told one by one, at any time.
  private static func more(_ count: Int) -> Envelope.Gap {
    Envelope.Gap(from: nil, to: nil, reason: "and \(count) more gap\(count == 1 ? "" : "s")")
  }

  /// Nobody compared yet.
  static var reason: String { Envelope.unreconciled.reason }

  func isStale(asOf: Instant) -> Bool { !stale(asOf).isEmpty }

  private func stale(_ asOf: Instant) -> [Envelope.Gap] {
    coverage.filter { asOf.seconds(since: $0.coveredTo) > Completeness.patience }.map {
      Envelope.Gap(
        from: $0.coveredTo, to: nil,
        reason: "deliveries of hook \($0.hook) are not compared with GitHub's list since")
    }
  }

  /// Whatever came later would have told the repository's new name.
  private var ended: [Envelope.Gap] {
    nameless.map {
      Envelope.Gap(
        from: $0.row.coveredTo, to: $0.until,
        reason: "deliveries of hook \($0.row.hook) are not compared: "
          + "the name of its repository was given to another")
    }
  }

  private var unseen: [Envelope.Gap] {
    (coverage + nameless.map(\.row)).flatMap { row in
      row.gaps.map {
        Envelope.Gap(
          from: $0.from, to: $0.to,
          reason: "GitHub's list of hook \(row.hook) did not reach back that far")
      }
    }
  }

  private func gaps(of deliveries: [LostDelivery], _ what: String) -> [Envelope.Gap] {
    var groups: [[LostDelivery]] = []
    for delivery in deliveries {
      let last = groups.last?.last?.at
      let isNear = last.flatMap { last in delivery.at.map { $0.seconds(since: last) } }
        .map { $0 <= Completeness.distance }
      if isNear == true {
        groups[groups.count - 1].append(delivery)
      } else {
        groups.append([delivery])
      }
    }
    return groups.map { group in
      let events = Dictionary(grouping: group) { $0.event ?? "unknown" }
        .map { "\($0.key) \($0.value.count)" }.sorted().joined(separator: ", ")
      return Envelope.Gap(
        from: group.first?.at, to: group.last?.at, reason: "deliveries \(what): \(events)")
    }
  }
}

extension Completeness.Nameless {
  /// `nil` for a hook that can be compared.
  fileprivate init?(_ row: CoverageRow, _ tables: any LedgerReader) throws {
    guard row.repository != 0, let repository = try tables.repository(row.repository),
      let place = try tables.nameTaken(from: repository),
      let until = try tables.entry(at: place)?.entry.received
    else { return nil }
    self.init(row: row, until: until)
  }
}

extension Envelope {
  /// GitHub never sends a lost delivery again by itself.
  public static let unreconciled = Gap(
    from: nil, to: nil, reason: "deliveries are not compared with GitHub's own list")
}
