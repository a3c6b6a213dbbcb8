import Ledger

/// Until when deliveries of a repository may be missing for good: what was read before that has to
/// be read again.
public struct RepositoryGaps: Hashable, Sendable {
  private var ends: [Int64: Instant] = [:]
  /// Of every repository, where it is not known which one the missing deliveries are of.
  private var everywhere: Instant?

  public init() {}

  public mutating func add(repository: Int64?, end: Instant) {
    guard let repository else {
      everywhere = max(everywhere ?? end, end)
      return
    }
    ends[repository] = max(ends[repository] ?? end, end)
  }

  /// What is still not here, and the times that GitHub's list did not reach back to.
  public mutating func add(_ read: DeliveriesRead) {
    let repository = read.hook.repository?.id
    for missing in read.plan.missing {
      add(repository: missing.repository ?? repository, end: missing.at)
    }
    if read.window.after != nil { add(repository: repository, end: read.window.from) }
  }

  /// `nil` when nothing is missing.
  public func end(in repository: Int64) -> Instant? {
    [ends[repository], everywhere].compactMap(\.self).max()
  }

  /// - Parameter readAt: when GitHub was last asked about the commit.
  public func needsRead(in repository: Int64, readAt: Instant?) -> Bool {
    guard let end = end(in: repository) else { return false }
    return readAt.map { $0 < end } ?? true
  }
}
