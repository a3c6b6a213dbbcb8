import Gates
import Ledger

/// Asking GitHub itself, where no delivery tells.
extension Reconciliation {
  mutating func readPulls(of repositories: [RepositoryRow]) async throws {
    let policies = policies
    guard let gate = try await store.read({ try policies.current($0) })?.merge else { return }
    for repository in repositories {
      let (host, since, start) = (host, windowStart(of: repository.id), now())
      let before = problems.count
      owed.since[repository.id] = since
      let sights = try await asking(
        "the pull requests of \(repository.name) cannot be read", of: repository.id
      ) {
        try await host.pulls(in: repository, open: true, updatedSince: nil)
          + host.pulls(in: repository, open: false, updatedSince: since)
      }
      var step = ReconcileStep(.pulls)
      (step.repository, step.listed) = (repository.name, sights?.count)
      let news = try await news(among: sights ?? [], of: repository)
      let whole = try await whole(news, of: repository)
      step.reads = try await append(whole, of: repository, gate)
      let isAll = sights != nil && whole.count == news.count && problems.count == before
      if isAll { pullsRead[repository.id] = start }
      tell(step)
    }
  }

  /// The earliest of the hooks that tell about it and of what was read before. Deliveries may have
  /// been compared by a run that could not read; what the process before this one read is not known.
  private func windowStart(of repository: Int64) -> Instant {
    let read = DeliveryWindow(covered: pullsRead[repository], since: since, now: now()).from
    let starts = lists.filter { ($0.hook.repository?.id ?? repository) == repository }
      .map(\.window.from)
    return (starts + [read]).min() ?? read
  }

  private func news(
    among sights: [PullSight], of repository: RepositoryRow
  ) async throws -> [PullSight] {
    try await store.read { tables in
      try sights.filter { $0.differs(from: try tables.pull(repository.id, $0.number)) }
    }
  }

  private mutating func whole(
    _ news: [PullSight], of repository: RepositoryRow
  ) async throws -> [PullSight] {
    var whole: [PullSight] = []
    for sight in owed.inOrder(news, of: repository.id) {
      if let sight = try await self.whole(sight, of: repository) { whole.append(sight) }
    }
    return whole
  }

  /// How many were recorded. Their checks are wanted from here on: should this run end here, they
  /// are no news for the next one.
  private mutating func append(
    _ whole: [PullSight], of repository: RepositoryRow, _ gate: MergePolicy
  ) async throws -> Int {
    guard !whole.isEmpty else { return 0 }
    let submissions = whole.compactMap { sight in
      submission(sight, of: repository).map { (sight.number, $0) }
    }
    let count = try await append(submissions, of: repository)
    announce()
    let (owed, numbers) = (owed, whole.map(\.number))
    let commits = try await store.read { tables in
      try owed.commits(of: numbers, in: repository.id, by: gate, reading: tables)
    }
    self.owed.want(commits)
    return count
  }

  /// At once, which takes one flush of the disk. Where that fails one by one: what is at fault is
  /// noted and hinders nothing else.
  private mutating func append(
    _ pulls: [(number: Int64, submission: Submission)], of repository: RepositoryRow
  ) async throws -> Int {
    do {
      _ = try await store.append(pulls.map(\.submission))
      return pulls.count
    } catch let error as StoreError where error.mayBeOfOne {}
    var count = 0
    for (number, submission) in pulls {
      do {
        _ = try await store.append([submission])
        count += 1
      } catch let error as StoreError where error.mayBeOfOne {
        note("\(repository.name)#\(number) cannot be recorded: \(error)")
      }
    }
    return count
  }

  /// `nil` for one that makes no entry, which is noted and hinders nothing else.
  private mutating func submission(
    _ sight: PullSight, of repository: RepositoryRow
  ) -> Submission? {
    do {
      return Submission(entry: try sight.entry(received: now()), evidence: Evidence(sight.raw))
    } catch {
      note("\(repository.name)#\(sight.number) cannot be recorded: \(Unrecorded(error).reason)")
      return nil
    }
  }

  /// GitHub's lists leave out who merged. `nil` without an answer: it stays news for the next run.
  private mutating func whole(
    _ sight: PullSight, of repository: RepositoryRow
  ) async throws -> PullSight? {
    guard sight.mergedAt != nil, sight.mergedBy == nil else { return sight }
    let pull = ReadsOwed.Pull(repository: repository.id, number: sight.number)
    // Once it is too old for the list, the merge would never be known.
    let isGivenUp = owed.untold[pull, default: 0] >= ReadsOwed.maximumUntold
    guard isAnswering(repository.id) else { return isGivenUp ? sight : nil }
    let host = host
    let alone = try await asking(
      "\(repository.name)#\(sight.number) cannot be read", of: repository.id
    ) { try await host.pull(sight.number, in: repository) }
    guard missing[repository.id] == nil else {
      owed.untold[pull, default: 0] += 1
      return isGivenUp ? sight : nil
    }
    owed.untold[pull] = nil
    return alone ?? sight
  }

  mutating func readChecks() async throws {
    let (policies, owed, now) = (policies, owed, now())
    let reads = try await store.read { tables in
      try policies.current(tables).map { try owed.reads(by: $0, reading: tables, now: now) } ?? []
    }.filter { reachable.contains($0.repository.id) }
    // A run that ends before them forgets why they were due.
    self.owed.want(reads.map(ReadsOwed.Commit.init))
    for (number, due) in reads.enumerated() where isAnswering(due.repository.id) {
      // They have to end some time: each may take as long as GitHub lets a caller wait.
      guard unanswered < Reconciliation.maximumUnanswered else { break }
      if try await read(due) { self.owed.refreshed[due] = self.now() }
      var step = ReconcileStep(.checks)
      (step.repository, step.listed, step.reads) = (due.repository.name, reads.count, number + 1)
      tell(step)
    }
  }

  /// Whether GitHub said what it shows; what failed is read again by the next run.
  private mutating func read(_ due: DueRead) async throws -> Bool {
    let outcome = try await effects.read(due)
    let about = "the checks of \(due.sha.prefix(7)) in \(due.repository.name) cannot be read"
    switch outcome {
    case .later(let after?, let reason): throw Interrupted(after: after, reason: reason)
    case .uncertain(let reason): throw Interrupted(after: nil, reason: reason)
    case .refused(let reason): note("\(about): \(reason)")
    case .barred(let reason):
      owed.unread[ReadsOwed.Commit(due), default: 0] += 1
      barred("\(about): \(reason)", of: due.repository.id)
      return false
    case .later(nil, let reason) where reason != Effects.lagging:
      let failures = owed.unread[ReadsOwed.Commit(due), default: 0]
      owed.unread[ReadsOwed.Commit(due)] = failures + 1
      try missed(about, reason, of: due.repository.id, isNews: failures == 0)
      return false
    // GitHub shows what is known.
    case .done, .overtaken, .later: break
    }
    answered(about: due.repository.id)
    owed.unread[ReadsOwed.Commit(due)] = nil
    announce()
    return true
  }
}

extension ReadsOwed.Commit {
  fileprivate init(_ due: DueRead) { self.init(repository: due.repository.id, sha: due.sha) }
}

extension StoreError {
  /// Whether something else may still be appended.
  fileprivate var mayBeOfOne: Bool {
    switch self {
    case .failed, .contradiction: true
    case .busy, .closed: false
    }
  }
}
