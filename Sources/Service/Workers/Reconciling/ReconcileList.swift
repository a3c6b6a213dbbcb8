import Gates
import Ledger

/// GitHub's list of one hook's deliveries, as far as it was read. It may be long, and nearly all of
/// it is here: of that only the count is kept.
struct ListedDeliveries {
  /// Attempts to deliver what was not here when they were listed, by GUID.
  private var missing: [String: [DeliverySight]] = [:]
  /// Hashes of GUIDs, which are a tenth of their size. Among 200,000 of them two are alike in one
  /// list of a billion, and all that goes wrong is a count.
  private var here: Set<Int> = []
  /// The attempt at the head of the list.
  private(set) var newest: Int64?
  /// When the oldest attempt was made.
  private(set) var oldest: Instant?
  /// Whether there was more than one run reads.
  var isCut = false

  mutating func add(_ attempts: [DeliverySight], known: Set<String>) {
    newest = newest ?? attempts.first?.id
    for attempt in attempts {
      // What came since its first attempt was seen is found out at the end.
      if known.contains(attempt.guid), missing[attempt.guid] == nil {
        here.insert(attempt.guid.hashValue)
      } else {
        missing[attempt.guid, default: []].append(attempt)
      }
    }
    oldest = (attempts.compactMap(\.deliveredAt) + [oldest].compactMap(\.self)).min()
  }

  var present: Int { here.count }
  var guids: [String] { Array(missing.keys) }
  var attempts: [DeliverySight] { missing.values.flatMap(\.self) }
}

extension Reconciliation {
  /// After so many pages a step tells that it goes on.
  private static let stride = 100

  /// - Returns: `nil` when GitHub refuses, or does not answer about this repository.
  mutating func listed(
    _ hook: HookAddress, in window: DeliveryWindow, at listedAt: Instant
  ) async throws -> ListedDeliveries? {
    var (listed, next) = (ListedDeliveries(), String?.none)
    for count in 1...max(1, settings.pace.pages) {
      let (host, place) = (host, next)
      let page = try await asking(
        "the deliveries of hook \(hook.name) cannot be listed", of: hook.repository?.id
      ) { try await host.deliveries(of: hook, until: window.from, from: place) }
      guard let page else { return nil }
      let attempts = page.deliveries.filter { ($0.deliveredAt ?? listedAt) >= window.from }
      listed.add(attempts, known: try await known(attempts.map(\.guid)))
      guard let place = page.next else { return listed }
      next = place
      if count.isMultiple(of: Reconciliation.stride) { tell(ReconcileStep(listing: hook, listed)) }
    }
    listed.isCut = true
    return listed
  }

  /// What of the window was looked at. A list that is longer than a run reads leaves a gap, which the
  /// next run does not look at again: it would not get further back either.
  mutating func looked(
    _ window: DeliveryWindow, _ hook: HookAddress, _ listed: ListedDeliveries, at listedAt: Instant
  ) -> DeliveryWindow {
    guard listed.isCut else { return window }
    let looked = window.cut(at: listed.oldest ?? listedAt)
    if let after = looked.after {
      note(
        "GitHub's list of hook \(hook.name) is longer than \(settings.pace.pages) pages: what it "
          + "delivered between \(after) and \(looked.from) was not compared")
    }
    return looked
  }

  /// In parts: reads are short.
  func known(_ guids: [String]) async throws -> Set<String> {
    var known: Set<String> = []
    for start in Swift.stride(from: 0, to: guids.count, by: 10_000) {
      let part = Array(guids[start..<min(start + 10_000, guids.count)])
      known.formUnion(try await store.read { try $0.known(deliveries: part) })
    }
    return known
  }
}

extension ReconcileStep {
  fileprivate init(listing hook: HookAddress, _ listed: ListedDeliveries) {
    self.init(.list, message: "and more")
    (self.hook, repository) = (hook.name, hook.repository?.name)
    self.listed = listed.present + listed.guids.count
  }
}
