import ArgumentParser
import Foundation
import Gates
import Ledger
import Merkle
import SQLiteStore
import Synchronization

@main
struct LedgerBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger-bench", abstract: "Measures the store of a release build.",
    subcommands: [Fill.self, Proofs.self, Verify.self, Admission.self])
}

/// Times one after the other, so that everything else on the machine shows.
struct Stopwatch {
  private let start = ContinuousClock.now
  private let cpu = Stopwatch.cpuSeconds

  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  func report(_ count: Int, _ what: String) {
    let (wall, used) = (seconds, Stopwatch.cpuSeconds - cpu)
    print(
      String(
        format: "%@: %d in %.2f s, %.0f/s; CPU %.2f s, %.0f per CPU second", what, count, wall,
        Double(count) / wall, used, Double(count) / used))
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Fills a file with the traffic of so many pull requests.
struct Fill: AsyncParsableCommand {
  @Argument var file: String
  @Argument(help: "Pull requests; each makes about 24 entries.") var pulls: Int64
  @Option(help: "Deliveries in one append.") var group = 512
  @Flag(help: "Keep the raw bodies, too.") var bodies = false
  @Flag(help: "Without checkpoints.") var unsigned = false

  func run() async throws {
    let signer = try NoteSigner(name: "bench.example/log", seed: Array(0..<32))
    let store = try SQLiteLedger(
      path: file, reactor: Gatehouse(), signers: unsigned ? [] : [signer],
      now: { Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) })
    let policy = try Traffic.policy.entry(received: Instant(seconds: 1_789_999_999))
    _ = try await store.append([Submission(entry: policy)])
    let traffic = Traffic(hasBodies: bodies)
    var (waiting, appending, count): ([Submission], Double, Int) = ([], 0, 0)
    for pull in 1...pulls {
      waiting += try traffic.submissions(pull: pull)
      guard waiting.count >= group || pull == pulls else { continue }
      for start in stride(from: 0, to: waiting.count, by: group) {
        let part = Array(waiting[start..<min(start + group, waiting.count)])
        let watch = Stopwatch()
        _ = try await store.append(part)
        appending += watch.seconds
        count += part.count
      }
      waiting = []
    }
    let size = try await store.read { try $0.size() }
    try await store.close()
    print(
      String(
        format: "%d deliveries, %d entries: appended in %.2f s, %.0f entries/s", count, Int(size),
        appending, Double(size) / appending))
  }
}

/// Makes inclusion proofs of random entries in the whole log.
struct Proofs: AsyncParsableCommand {
  @Argument var file: String
  @Option var count = 100_000

  func run() throws {
    let archive = try SQLiteArchive(path: file)
    let size = try archive.read { Int(try $0.size()) }
    let watch = Stopwatch()
    var hashes = 0
    try archive.read { reader in
      for _ in 0..<count {
        let index = Int.random(in: 0..<size)
        hashes += try reader.inclusionProof(of: Int64(index), in: Int64(size)).count
      }
    }
    watch.report(count, "proofs of \(size) entries, \(hashes / count) hashes each")
  }
}

/// Verifies a file and says how long each stage took.
struct Verify: AsyncParsableCommand {
  @Argument var file: String

  func run() throws {
    let watch = Stopwatch()
    let stages = Mutex<[(VerifyProgress.Stage, Double)]>([])
    let report = try Verifier.verify(path: file, reactor: Gatehouse()) { progress in
      stages.withLock { stages in
        if stages.last?.0 != progress.stage { stages.append((progress.stage, watch.seconds)) }
      }
    }
    for (stage, start) in stages.withLock({ $0 }) {
      print(String(format: "%@ from %.2f s", stage.rawValue, start))
    }
    watch.report(Int(report.entries), "verified entries")
    print(
      "\(report.rows) rows, \(report.conclusions) conclusions, \(report.problems.count) problems")
    print("peak memory: \(try peakMemory())")
  }

  private func peakMemory() throws -> String {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    return status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.map(String.init) ?? "?"
  }
}
