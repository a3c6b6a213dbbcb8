import Gates
import Ledger
import Logging
import Merkle
import ServiceLifecycle

/// Takes the log's newest head to its witnesses: soon after something was appended, one head for all
/// of them at a time, so that the same one gets a quorum. It keeps nothing that the log does not
/// have but the times of its next attempts.
public actor WitnessWatch: Service {
  public struct Pace: Sendable {
    /// Seconds between two heads, however much is appended.
    public var interval = 5.0
    /// How long a second of the pauses is.
    public var second = Duration.seconds(1)

    public init() {}
  }

  private struct Attempt {
    var failures = 0
    var notBefore: Instant
    var reason: String
  }

  private let store: any WitnessedStore
  private let caller: WitnessCall
  private let now: @Sendable () -> Instant
  private let announce: @Sendable () -> Void
  private let appended: Appended
  private let metrics: Metrics
  private let logger: Logger
  private let pace: Pace
  /// By vkey.
  private var attempts: [String: Attempt] = [:]

  /// - Parameter announce: told after something was appended.
  public init(
    store: any WitnessedStore, host: any WitnessHost, now: @escaping @Sendable () -> Instant,
    appended: Appended, metrics: Metrics, logger: Logger, pace: Pace = Pace(),
    announce: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.now = now
    self.announce = announce
    self.appended = appended
    self.metrics = metrics
    self.logger = logger
    self.pace = pace
    caller = WitnessCall(store: store, host: host, now: now)
  }

  public func run() async throws {
    let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let listening = appended.listen { wake.yield() }
    await cancelWhenGracefulShutdown { [self, pace] in
      let ticks = Task {
        while !Task.isCancelled {
          wake.yield()
          do { try await Task.sleep(for: pace.second * pace.interval) } catch { return }
        }
      }
      defer { ticks.cancel() }
      for await _ in wakes {
        await look()
        do { try await Task.sleep(for: pace.second * pace.interval) } catch { return }
      }
    }
    withExtendedLifetime(listening) {}
  }

  /// Asks everyone who has not seen the newest head and may be asked now, and waits for them.
  func look() async {
    do {
      let due = try await due()
      guard !due.isEmpty, let head = try await store.keepCheckpoint() else { return }
      await withTaskGroup(of: Void.self) { group in
        for (member, size) in due { group.addTask { await self.ask(member, from: size, head) } }
      }
    } catch { logger.error("cannot look for witnesses", metadata: ["error": "\(error)"]) }
  }

  /// With the sizes that they have.
  private func due() async throws -> [(LogWitnesses.Member, Int)] {
    let all = try await store.read { tables -> [(LogWitnesses.Member, Int)] in
      let members = try tables.witnesses().members
      guard !members.isEmpty, let head = try tables.checkpoint() else { return [] }
      return try members.compactMap { member in
        let last = try tables.lastCosignature(by: member.verifier)?.size ?? 0
        return last < head.size ? (member, Int(last)) : nil
      }
    }
    let now = now()
    return all.filter { member, _ in
      attempts[member.verifier.vkey].map { $0.notBefore <= now } ?? true
    }
  }

  private func ask(
    _ member: LogWitnesses.Member, from size: Int, _ head: StoredCheckpoint
  ) async {
    let result: WitnessCall.Result
    do { result = try await caller.carry(head, to: member, from: size) } catch {
      result = .failed(reason: "\(error)")
    }
    metrics.count(witness: member.verifier.name, result: result.name)
    await note(result, member, head)
  }

  private func note(
    _ result: WitnessCall.Result, _ member: LogWitnesses.Member, _ head: StoredCheckpoint
  ) async {
    let key = member.verifier.vkey
    switch result {
    case .cosigned: attempts[key] = nil
    case .failed(let reason):
      wait(key, reason) { Backoff.delay(afterFailures: $0) }
      logger.warning(
        "a witness did not answer yet",
        metadata: ["witness": "\(member.verifier.name)", "reason": "\(reason)"])
    case .refused(let reason):
      wait(key, reason) { _ in Backoff.refused }
      logger.error(
        "a witness refuses the head of the log",
        metadata: ["witness": "\(member.verifier.name)", "reason": "\(reason)"])
    case .contradicted(let status, let size):
      wait(key, "it saw another log under this name") { _ in Backoff.refused }
      logger.critical(
        "a witness saw a log that this one does not lead to",
        metadata: ["witness": "\(member.verifier.name)", "status": "\(status)"])
      await alarm(status, size, member, head)
    }
  }

  private func wait(_ key: String, _ reason: String, _ delay: (Int) -> Double) {
    let failures = (attempts[key]?.failures ?? 0) + 1
    attempts[key] = Attempt(
      failures: failures, notBefore: now().adding(seconds: delay(failures)), reason: reason)
  }

  /// Once, until it cosigns again: the entry makes a new head, which it would refuse as well.
  private func alarm(
    _ status: Int, _ size: Int?, _ member: LogWitnesses.Member, _ head: StoredCheckpoint
  ) async {
    do {
      let stands = try await store.read { try $0.standingAlarm(of: member.verifier) != nil }
      guard !stands else { return }
      let entry = try Entry(
        kind: .witnessRefused, at: nil, received: now(), source: .ledger,
        data: [
          "witness": .string(member.verifier.name), "vkey": .string(member.verifier.vkey),
          "status": .int(Int64(status)), "size": .int(head.size), "root": .string(head.root.hex),
          "witness_size": .optional(size.map { Int64($0) }),
        ])
      _ = try await store.append([Submission(entry: entry)])
      announce()
    } catch {
      logger.error("cannot record what a witness refused", metadata: ["error": "\(error)"])
    }
  }

  /// What hinders each witness that was asked last without success, by vkey.
  var hindrances: [String: String] { attempts.mapValues(\.reason) }
}
