import Gates
import Ledger

/// Which deliveries are missing, and asking for them.
extension Reconciliation {
  /// The App's hook once, and of each repository those that lead here.
  mutating func hooks(of repositories: [RepositoryRow]) async throws -> [HookAddress] {
    // An App has one hook for all of its repositories.
    guard host.form == .status else { return [.app] }
    let filter = HookFilter(
      publicURL: settings.publicURL,
      delivered: settings.publicURL == nil ? try await store.read { try $0.deliveringHooks() } : [])
    var addresses: [HookAddress] = []
    for repository in repositories {
      let host = host
      let hooks = try await asking(
        "the hooks of \(repository.name) cannot be listed", of: repository.id
      ) { try await host.hooks(of: repository) }
      let found = (hooks ?? []).filter(filter.leadsHere)
        .map { HookAddress.repository(repository, hook: $0.id) }
      if hooks?.isEmpty == false, found.isEmpty {
        note("no hook of \(repository.name) leads here")
      }
      if found.isEmpty { owed.gaps.add(repository: repository.id, end: now()) }
      addresses += found.filter { !addresses.contains($0) }
      var step = ReconcileStep(.hooks)
      (step.repository, step.listed) = (repository.name, found.count)
      tell(step)
    }
    if addresses.isEmpty, problems.isEmpty, !repositories.isEmpty {
      note("GitHub names no hook that leads here")
    }
    return addresses
  }

  mutating func list(_ hook: HookAddress) async throws {
    let (name, listedAt) = (hook.name, now())
    let row = try await store.read { try $0.coverage() }.first {
      $0.hook == name && $0.repository == hook.repository?.id ?? 0
    }
    let window = DeliveryWindow(covered: row?.coveredTo, since: since, now: listedAt)
    guard let listed = try await listed(hook, in: window, at: listedAt) else {
      owed.gaps.add(repository: hook.repository?.id, end: listedAt)
      return
    }
    let looked = looked(window, hook, listed, at: listedAt)
    let plan = try await plan(listed, now: listedAt)
    let number = try await number(of: hook, listed)
    lists.append(
      HookList(
        hook: hook, hookID: number, window: looked, listedAt: listedAt, listed: listed,
        plan: plan))
    metrics.count(missing: plan.missing.count)
    var step = ReconcileStep(.list)
    (step.hook, step.repository) = (name, hook.repository?.name)
    (step.listed, step.missing) = (plan.listed, plan.missing.count)
    tell(step)
  }

  /// For exports: which deliveries were compared. Without it they say that they do not know.
  private mutating func number(
    of hook: HookAddress, _ listed: ListedDeliveries
  ) async throws -> Int64? {
    if case .repository(_, let id) = hook { return id }
    guard let newest = listed.newest else { return nil }
    let host = host
    return try await asking("which hook of the App this is cannot be seen") {
      do throws(CodeHostError) { return try await host.appHook(thatMade: newest) } catch {
        // One delivery that cannot be shown, such as a huge one, must not end the run.
        guard case .unavailable(nil, let reason) = error else { throw error }
        throw CodeHostError.refused(status: 0, reason: reason)
      }
    }.flatMap(\.self)
  }

  func plan(_ listed: ListedDeliveries, now: Instant) async throws -> DeliveryPlan {
    // Before what is here: what comes meanwhile is not lost.
    let lost = try await store.read { try $0.lostDeliveries() }.filter { $0.state == .lost }
    return DeliveryPlan(
      listed.attempts, known: try await known(listed.guids),
      givenUp: refused.union(lost.map(\.guid)), counted: listed.present, now: now)
  }

  /// One after the other, a pause apart.
  mutating func ask(_ place: Int) async throws {
    guard settings.asksForDeliveries else { return }
    let list = lists[place]
    let wanted = list.plan.toAsk.filter { !asked.contains($0.guid) }.prefix(settings.pace.asks)
    var unknown: String?
    asking: for missing in wanted {
      if !asked.isEmpty { try await sleep(settings.pace.write) }
      switch try await ask(missing, of: list.hook) {
      case .asked: unknown = nil
      case .gone(let isUnknown):
        // GitHub says the same to those who lack a permission.
        if isUnknown, let before = unknown {
          refused.subtract([before, missing.guid])
          note("deliveries of hook \(list.hook.name) cannot be asked for: 404 twice in a row")
          break asking
        }
        unknown = isUnknown ? missing.guid : nil
        continue
      case .hopeless: break asking
      }
      lists[place].asked.insert(missing.guid)
    }
    var step = ReconcileStep(.ask)
    (step.hook, step.repository) = (list.hook.name, list.hook.repository?.name)
    (step.missing, step.asked) = (list.plan.missing.count, lists[place].asked.count)
    if list.plan.toAsk.count > settings.pace.asks {
      step.message = "more than \(settings.pace.asks) are missing: the next run goes on"
    }
    if !wanted.isEmpty { tell(step) }
  }

  private enum Asked {
    case asked
    /// This one is not to be had.
    case gone(isUnknown: Bool)
    /// It makes no sense to ask for more.
    case hopeless
  }

  private mutating func ask(
    _ missing: DeliveryPlan.Missing, of hook: HookAddress
  ) async throws -> Asked {
    do {
      try await host.redeliver(missing.attempt, of: hook)
    } catch {
      switch error {
      case .unavailable(let after, let reason): throw Interrupted(after: after, reason: reason)
      // It may have been asked: it comes, or it does not.
      case .ambiguous: break
      case .refused(let status, _) where [404, 410, 422].contains(status):
        refused.insert(missing.guid)
        return .gone(isUnknown: status == 404)
      case .refused(let status, let reason):
        note("deliveries of hook \(hook.name) cannot be asked for: \(status) \(reason)")
        return .hopeless
      }
    }
    asked.insert(missing.guid)
    metrics.count(asked: 1)
    return .asked
  }

  mutating func waitForArrivals() async throws {
    guard !asked.isEmpty else { return }
    let guids = Array(asked)
    var arrived = 0
    for _ in 0..<settings.pace.looks where arrived < guids.count {
      try await sleep(settings.pace.look)
      let here = try await known(guids).count
      metrics.count(recovered: here - arrived)
      arrived = here
      var step = ReconcileStep(.wait)
      (step.asked, step.arrived) = (guids.count, arrived)
      tell(step)
    }
  }

  /// As it stands after all that.
  func results() async throws -> [DeliveriesRead] {
    var reads: [DeliveriesRead] = []
    for list in lists {
      reads.append(
        DeliveriesRead(
          hook: list.hook, hookID: list.hookID, window: list.window, listedAt: list.listedAt,
          found: list.plan.missing, plan: try await plan(list.listed, now: list.listedAt),
          asked: list.asked))
    }
    return reads
  }
}
