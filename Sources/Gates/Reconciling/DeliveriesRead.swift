import Ledger

/// What came of comparing one hook's deliveries with the log.
public struct DeliveriesRead: Sendable {
  /// More are not listed in an entry, which must stay small.
  public static let maximumItems = 200

  public var hook: HookAddress
  /// Under which it delivers; `nil` when GitHub did not say which hook is the App's.
  public var hookID: Int64?
  public var window: DeliveryWindow
  /// When the list was asked for.
  public var listedAt: Instant
  /// What was not here at first.
  public var found: [DeliveryPlan.Missing]
  /// As it stood at the end.
  public var plan: DeliveryPlan
  /// GUIDs that GitHub was asked for.
  public var asked: Set<String>

  public init(
    hook: HookAddress, hookID: Int64?, window: DeliveryWindow, listedAt: Instant,
    found: [DeliveryPlan.Missing], plan: DeliveryPlan, asked: Set<String>
  ) {
    self.hook = hook
    self.hookID = hookID
    self.window = window
    self.listedAt = listedAt
    self.found = found
    self.plan = plan
    self.asked = asked
  }

  /// Until when everything that GitHub listed is here, or is among what the entry lists.
  private func covered(_ listed: [[DeliveryPlan.Missing]]) -> Instant {
    let cut = listed.compactMap { $0.dropFirst(DeliveriesRead.maximumItems).first?.at }
    return ([plan.covered(listedAt: listedAt)] + cut).min() ?? listedAt
  }

  /// `github.deliveries_read.v1`
  public func entry(received: Instant) throws(EntryError) -> Entry {
    let limit = DeliveriesRead.maximumItems
    let lost = Set(plan.lost.map(\.guid))
    let missing = found.filter { !lost.contains($0.guid) }
    let isCut = max(missing.count, lost.count, asked.count) > limit
    return try Entry(
      kind: .deliveriesRead, at: nil, received: received, source: .githubAPI,
      data: [
        "hook": .string(hook.name), "hook_id": .optional(hookID),
        "repository_id": .optional(hook.repository?.id),
        "from": .string(window.from.description), "after": .optional(window.after),
        "to": .string(covered([missing, plan.lost]).description),
        "listed": .int(Int64(plan.listed)), "present": .int(Int64(plan.present)),
        "missing": .array(missing.prefix(limit).map(\.json)), "is_cut": .bool(isCut),
        "asked": .array(asked.sorted().prefix(limit).map(JSON.string)),
        "lost": .array(plan.lost.prefix(limit).map(\.json)),
      ])
  }
}
