import ArgumentParser
import Foundation
import Gates
import Ledger
import LedgerTesting
import SQLiteStore
import Service
import Synchronization
import Webhooks

/// Offers reviews of pods at a steady rate, as a busy cluster does, and says how long their answers
/// took, each from the moment that it was due: a queue that grows shows.
struct Admission: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answers reviews of pods in process, at a rate.")

  @Option(help: "Reviews per second.") var rate = 1_000
  @Option(help: "For so long, each of the four.") var seconds = 5
  @Option(help: "Pods that ask in the file already.") var asked = 10_000
  @Option(help: "Fails when p99 is longer, in milliseconds; all new ones are not asked that.")
  var limit: Double?

  func run() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "ledger-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let cluster = try await Cluster(directory.appending(path: "ledger.sqlite").path)
    try await cluster.fill(asked)
    print(
      "\(rate) reviews/s for \(seconds) s each; \(try await cluster.size) entries; "
        + "\(ProcessInfo.processInfo.activeProcessorCount) processors; bodies of "
        + "\(cluster.repeated.count) bytes; from bytes to bytes, without HTTP and TLS")
    // What this machine and the offering itself add to each of the others.
    _ = try await offer("nothing") { _ in }
    let repeated = try await offer("repeated") { _ in try await cluster.answer(cluster.repeated) }
    let count = rate * seconds
    let mixed = try await offer("every tenth new") {
      let isNew = $0.isMultiple(of: 10)
      try await cluster.answer(isNew ? cluster.distinct(count + $0) : cluster.repeated)
    }
    _ = try await offer("all new") { try await cluster.answer(cluster.distinct($0)) }
    print("\(try await cluster.size) entries")
    try await cluster.store.close()
    try FileManager.default.removeItem(at: directory)
    if let limit, max(repeated, mixed) > limit {
      print("p99 is longer than \(limit) ms")
      throw ExitCode.failure
    }
  }

  /// - Returns: p99 in milliseconds.
  private func offer(
    _ name: String, _ answer: @escaping @Sendable (Int) async throws -> Void
  ) async throws -> Double {
    let times = Times()
    let (start, count) = (ContinuousClock.now + .milliseconds(100), rate * seconds)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        let due = start + .seconds(1) * number / rate
        if ContinuousClock.now < due { try await Task.sleep(until: due, tolerance: .zero) }
        group.addTask {
          try await answer(number)
          let took = (ContinuousClock.now - due) / .milliseconds(1)
          times.add(took)
        }
      }
      try await group.waitForAll()
    }
    let sorted = times.sorted
    let rank = { (share: Double) in sorted[min(count - 1, Int(Double(count) * share))] }
    print(
      String(
        format: "%@: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms", name, rank(0.5),
        rank(0.99), rank(0.999), sorted.last ?? 0))
    return rank(0.99)
  }
}

/// Milliseconds.
private final class Times: Sendable {
  private let all = Mutex<[Double]>([])

  func add(_ time: Double) { all.withLock { $0.append(time) } }
  var sorted: [Double] { all.withLock { $0.sorted() } }
}

/// A ledger with a catalog, a policy and an image that the deploy gate allowed.
private struct Cluster: Sendable {
  let store: SQLiteLedger
  private let desk: AdmissionDesk
  private let scene = DeployEntries(start: Instant(seconds: 1_790_000_000))
  let repeated = AdmissionReviews().created(AdmissionReviews.image)

  init(_ path: String) async throws {
    let policies = Policies()
    let now: @Sendable () -> Instant = {
      Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
    store = try SQLiteLedger(path: path, reactor: Gatehouse(policies), now: now)
    desk = AdmissionDesk(
      store: store, policies: policies, settings: AdmissionSettings(mode: .enforce), now: now)
    let policy = Policy(
      merge: nil,
      deploy: DeployPolicy(environments: [
        EnvironmentRules(environment: "prod", rules: [ImageRecordedRule()])
      ]), confirmation: .webhooks)
    for entry in [
      try AdmissionReviews.catalog.entry(received: now()), try policy.entry(received: now()),
      try scene.entry(.push), try scene.image(), try scene.entry(.deployAsked, at: 1),
    ] { _ = try await store.append([Submission(entry: entry)]) }
  }

  var size: Int64 { get async throws { try await store.read { try $0.size() } } }

  /// What other pods were answered.
  func fill(_ count: Int) async throws {
    let at = Instant(seconds: 1_790_000_000)
    for start in stride(from: 0, to: count, by: 500) {
      let entries = try (start..<min(start + 500, count)).map {
        try AdmissionReviews.entry(
          AdmissionReviews.asked("ghcr.io/acme/other@\(digest($0 - 1_000_000))"), at: at)
      }
      _ = try await store.append(entries.map { Submission(entry: $0) })
    }
  }

  func distinct(_ number: Int) -> [UInt8] {
    AdmissionReviews().created("ghcr.io/acme/api@\(digest(number))")
  }

  private func digest(_ number: Int) -> String { Derived.digest("image \(number)") }

  /// From the bytes of a review to the bytes that are sent back.
  func answer(_ body: [UInt8]) async throws {
    let review = try AdmissionReview(body)
    _ = try await desk.answer(review).json(uid: review.uid, .enforce).canonicalBytes
  }
}
