import Foundation
import Gates
import Ledger
import LedgerTesting
import Reports
import SQLiteStore

let chainStart = Instant(seconds: 1_791_000_000)

/// One change from its pull request to two places where it runs, in every way that reports come.
enum ChainStory {
  static let chain = ChainEntries(start: chainStart)

  /// In the order in which it happened. `chain.kinds` but those that stand apart.
  static func entries() throws -> [Entry] {
    try [
      pull(418, merge: ChainEntries.commit, at: 0), run(), chain.entry(.testResultsRecorded),
      chain.entry(.imageRecorded), chain.entry(.ecrImage), chain.entry(.scanRecorded),
      chain.entry(.taskDefinitionRecorded), chain.entry(.deploymentRecorded),
      chain.entry(.ecsDeployment), chain.entry(.ecsTask), finish(),
      catalog(),
    ]
  }

  /// - Parameters:
  ///   - told: when the delivery came, if not in the second of the merge.
  ///   - action: `closed` is the delivery about the merge; any other repeats it.
  static func pull(
    _ number: Int64, merge: String, at seconds: Int64, author: Int64 = 7_002, told: Int64? = nil,
    action: String = "closed"
  ) throws -> Entry {
    let at = JSON.string(chainStart.adding(seconds: Double(seconds)).description)
    return try github(
      .pullRequest, at: told ?? seconds,
      [
        "action": .string(action), "number": .int(number), "id": .int(number),
        "head_sha": .string(Derived.commit("head of \(number)")),
        "head_repository_id": .int(ChainEntries.repository), "base_ref": "main",
        "base_sha": .string(Derived.commit("base")), "state": "closed", "draft": false,
        "author": .int(author), "updated_at": at, "merged_at": at, "merged_by": 7_001,
        "merge_sha": .string(merge),
      ])
  }

  private static func run() throws -> Entry {
    try github(
      .workflowRun, at: 60,
      [
        "id": .int(ChainEntries.run), "attempt": 1, "number": 1, "workflow_id": 1, "name": "ci",
        "path": ".github/workflows/ci.yml", "event": "push",
        "head_sha": .string(ChainEntries.commit),
        "head_repository_id": .int(ChainEntries.repository), "status": "completed",
        "conclusion": "success", "suite_id": 5, "actor": 7_001,
        "started_at": .string(chainStart.description),
        "updated_at": .string(chainStart.adding(seconds: 60).description),
      ])
  }

  static func github(_ kind: Kind, at seconds: Int64, _ data: [String: JSON]) throws -> Entry {
    let at = chainStart.adding(seconds: Double(seconds))
    let members = data.merging([
      "repository_id": .int(ChainEntries.repository), "repository": "acme/api", "sender": 7_001,
    ]) { own, _ in own }
    return try Entry(
      kind: kind, at: at, received: at,
      source: .github(event: kind.name, delivery: "\(kind)-\(seconds)", hook: 1),
      data: .object(members),
      evidence: Evidence(Array("\(kind)-\(seconds)".utf8)).reference)
  }

  static func finish(_ other: [String: JSON] = [:]) throws -> Entry {
    try chain.entry(
      .deploymentRecorded,
      [
        "phase": "finish", "outcome": "success",
        "occurred_at": .string(chainStart.adding(seconds: 500).description),
      ].merging(other) { $1 }, at: 500)
  }

  static func catalog() throws -> Entry {
    var api = Catalog.Service(name: "api")
    api.repositories = ["acme/api"]
    api.workloads = [
      Catalog.Workload(origin: .ecs(cluster: "*", service: "api"), environment: "prod")
    ]
    let catalog = Catalog(
      environments: [
        Catalog.Environment(name: "staging"),
        Catalog.Environment(name: "prod", aliases: ["production"]),
      ], services: [api])
    return try chain.entry(.catalog, ["catalog": catalog.json])
  }

  /// Appends, asks, and removes the file.
  static func ask(
    _ entries: [Entry], _ questions: [(String, [(String, String)])],
    now: Instant = chainStart.adding(seconds: 3_600)
  ) async throws -> [JSON] {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-reports-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let result: Result<[JSON], any Error>
    do { result = .success(try await answers(entries, questions, now, in: directory)) } catch {
      result = .failure(error)
    }
    try FileManager.default.removeItem(at: directory)
    return try result.get()
  }

  private static func answers(
    _ entries: [Entry], _ questions: [(String, [(String, String)])], _ now: Instant,
    in directory: URL
  ) async throws -> [JSON] {
    let store = try SQLiteLedger(
      path: directory.appending(path: "ledger.sqlite").path, reactor: Gatehouse(), now: { now })
    _ = try await store.append(entries.map { Submission(entry: $0) })
    let read = try await store.read { tables in
      try questions.map { try Questions.answer($0.0, $0.1, reading: tables, now: now) }
    }
    try await store.close()
    return read
  }

  static func ask(
    _ entries: [Entry], _ name: String, _ parameters: [(String, String)] = []
  ) async throws -> JSON {
    try await ask(entries, [(name, parameters)])[0]
  }
}
