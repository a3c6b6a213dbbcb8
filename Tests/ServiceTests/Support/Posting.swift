import Foundation
import Gates
import Hummingbird
import HummingbirdTesting
import Ledger
import LedgerTesting
import Logging
import Synchronization

@testable import Service

/// A second of GitHub's and the backoff's lasts this long here.
let second = Duration.milliseconds(20)

/// A service, GitHub, and workers that carry verdicts from one to the other.
struct Posting: Sendable {
  let parts: Parts
  let service: TestService
  let github: FakeGitHub
  private let workers = Workers()

  init(_ parts: Parts, _ service: TestService, _ github: FakeGitHub) {
    (self.parts, self.service, self.github) = (parts, service, github)
  }

  /// Starts an outbox as a new process would, over the same store.
  func start(
    store: (any LedgerStore)? = nil, window: Int = 500, second: Duration = second,
    memory: Duration = .seconds(600),
    branches: BranchEffects? = nil, form: Posted.Form = .status,
    silence: @escaping @Sendable () -> Double? = { nil }
  ) {
    let outbox = Outbox(
      store: store ?? parts.store, host: SocketHost(port: github.port, form: form),
      policies: parts.policies,
      publicURL: "https://ledger.example", now: parts.service.now, metrics: parts.service.metrics,
      logger: quiet, branches: branches, silence: silence,
      pace: Outbox.Pace(
        second: second, patience: .milliseconds(20), window: window, memory: memory))
    workers.add(outbox)
  }

  /// Ends the running outbox and waits for it, as a stopped process.
  func stop() async throws { try await workers.stop() }

  func wake() { workers.wake() }

  func remembered() async -> Int? { await workers.remembered() }

  /// Without an outbox.
  var effects: Effects {
    Effects(
      store: parts.store, host: SocketHost(port: github.port), policies: parts.policies,
      publicURL: nil, now: parts.service.now)
  }

  /// The status that waits the longest.
  func due() async throws -> DueStatus? {
    try await parts.store.read { try $0.dueStatuses(limit: 1).first }
  }

  /// What GitHub shows for the commit, oldest first.
  func posted(_ head: String = Scene.head) -> [String] {
    github.statuses(of: head, in: "acme/api").map { "\($0.state): \($0.description ?? "")" }
  }

  /// Until the log wants nothing more and everything is confirmed.
  func settle() async throws {
    try await until {
      try await parts.store.read { tables in
        try tables.dueStatuses(limit: 1).isEmpty && tables.dueReads(limit: 1).isEmpty
          && tables.dueErrands(limit: 1).isEmpty
      }
    }
  }

  func entries(_ kind: Kind) async throws -> [Stored] {
    try await parts.store.read { try $0.entries(from: 0, limit: 1_000, kind: kind) }
  }
}

struct TookTooLong: Error {}

/// Asks again and again; the bound is far beyond what any machine needs.
func until(_ condition: @Sendable () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(30)
  while try await !condition() {
    guard ContinuousClock.now < end else { throw TookTooLong() }
    try await Task.sleep(for: .milliseconds(2))
  }
}

func withPosting(
  _ test: @escaping @Sendable (Posting) async throws -> Void
) async throws {
  let github = try await FakeGitHub.start(token: nil, now: { noon })
  let wakes = Mutex<(@Sendable () -> Void)?>(nil)
  let setup = Setup(confirmation: .github, wake: { wakes.withLock { $0 }?() })
  let result: Result<Void, any Error>
  do {
    try await withParts(setup) { parts in
      try await withRouter(parts) { service in
        let posting = Posting(parts, service, github)
        wakes.withLock { $0 = { posting.wake() } }
        do { try await test(posting) } catch {
          try await posting.stop()
          throw error
        }
        try await posting.stop()
      }
    }
    result = .success(())
  } catch { result = .failure(error) }
  try await github.stop()
  try result.get()
}

private final class Workers: Sendable {
  private let running = Mutex<(outbox: Outbox, task: Task<Void, any Error>)?>(nil)

  func add(_ outbox: Outbox) {
    let task = Task { try await outbox.run() }
    running.withLock { $0 = (outbox, task) }
  }

  func wake() { running.withLock { $0?.outbox }?.wake() }

  func remembered() async -> Int? { await running.withLock { $0?.outbox }?.remembered }

  func stop() async throws {
    let task = running.withLock { $0.take()?.task }
    task?.cancel()
    try await task?.value
  }
}
