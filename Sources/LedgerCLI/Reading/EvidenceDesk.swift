import AsyncHTTPClient
import Ledger
import NIOCore
import Reports
import SQLiteStore
import Service

/// Where raw bodies are: in a file, or on a server, which takes a token with the scope `admin`.
protocol EvidenceDesk: Sendable {
  /// - Throws: `Failure` with the exit code 12 for a body that is not what was received.
  func body(_ reference: EvidenceReference) async throws -> [UInt8]
  /// As `GET /v1/evidence` answers.
  ///
  /// - Parameter retention: a server knows its own.
  func totals(_ retention: Retention?) async throws -> JSON
}

extension SourceOptions {
  func evidence() throws -> any EvidenceDesk {
    switch try place() {
    case .file(let path): FileEvidence(path: path)
    case .server(let url):
      ServerEvidence(
        server: try ServerSource(
          url: url, token: Configuration.apiToken, patience: ServerEvidence.patience))
    }
  }

  func forgetting() throws -> any Forgetter {
    switch try place() {
    case .file(let path): FileForgetting(path: path)
    case .server(let url):
      ServerForgetting(
        server: try ServerSource(
          url: url, token: Configuration.apiToken, patience: ServerEvidence.patience))
    }
  }
}

struct FileEvidence: EvidenceDesk {
  let path: String

  func body(_ reference: EvidenceReference) async throws -> [UInt8] {
    do {
      return try SQLiteArchive(path: path).read { try FileEvidence.body(reference, $0) }
    } catch let damage as BodyDamage {
      throw Failure("\(damage)", code: Exit.integrity)
    } catch let bad as BadQuestion {
      throw Refusal(code: bad.code, sentence: bad.sentence, candidates: bad.candidates ?? [])
    }
  }

  private static func body(
    _ reference: EvidenceReference, _ tables: any LedgerReader
  ) throws -> [UInt8] {
    switch reference {
    case .hash(let digits): return try EvidenceFinder(digits, reading: tables).body.1
    case .entry(let index):
      guard let stored = try tables.entry(at: index) else {
        throw BadQuestion.nothing("there is no entry \(index)")
      }
      guard let evidence = stored.entry.evidence else {
        throw BadQuestion.nothing("entry \(index) has no body")
      }
      return try EvidenceFinder(evidence.hash, reading: tables).body.1
    }
  }

  func totals(_ retention: Retention?) async throws -> JSON {
    let now = currentInstant()
    return try SQLiteArchive(path: path).read {
      try $0.bodyTotals(receivedBefore: retention?.limit(now))
        .json(keep: retention?.text, asOf: now.wholeSecond)
    }
  }
}

struct ServerEvidence: EvidenceDesk {
  /// Every body may have to be read.
  static let patience = TimeAmount.minutes(30)

  let server: ServerSource

  func body(_ reference: EvidenceReference) async throws -> [UInt8] {
    switch reference {
    case .hash(let digits): return try await body(digits)
    case .entry(let index):
      guard let entry = try await server.entry(index) else {
        throw Failure("there is no entry \(index)", code: Exit.nothing)
      }
      guard let digits = entry.text("evidence.sha256") else {
        throw Failure("entry \(index) has no body", code: Exit.nothing)
      }
      return try await body(digits)
    }
  }

  private func body(_ digits: String) async throws -> [UInt8] {
    let answer: ServerConnection.Answer
    do {
      answer = try await ServerConnection.execute(server.request(.get, "/v1/evidence/\(digits)"))
    } catch {
      throw Failure(
        server.unreachable(error), hint: "Is the server running, and the URL right?")
    }
    if answer.status == 200 { return answer.body }
    if let problem = ServerEvidence.integrity(answer) {
      throw Failure(problem, code: Exit.integrity)
    }
    guard try server.answer(answer.status, answer.body) == nil else {
      throw Failure("the server's answer is no body")
    }
    throw Failure("the server does not do this", hint: "Is it an older version?")
  }

  private static func integrity(_ answer: ServerConnection.Answer) -> String? {
    do {
      let problem = try JSON.parse(answer.body)
      return problem.text("code") == "integrity" ? problem.text("detail").map(Text.safe) : nil
    } catch { return nil }
  }

  func totals(_ retention: Retention?) async throws -> JSON {
    guard let answer = try await server.get("/v1/evidence") else {
      throw Failure("the server does not do this", hint: "Is it an older version?")
    }
    return answer
  }
}

/// `ledger evidence prune`: only in a file that no server is using; a server prunes by itself.
struct EvidencePrune {
  let path: String
  let retention: Retention

  /// - Returns: `count`, `bytes`, `entries`, `keep`, `dry_run`.
  func run(_ isDryRun: Bool) async throws -> JSON {
    // Opening makes what is not there.
    let archive = try SQLiteArchive(path: path)
    let now = currentInstant()
    guard !isDryRun else {
      let totals = try archive.read {
        try $0.bodyTotals(receivedBefore: retention.limit(now))
      }
      return json(totals.dueCount, totals.dueSize, [], isDryRun: true)
    }
    let result: Pruning.Result
    do {
      result = try await WritableLedger.use(path) { store in
        try await Pruning(store, retention).run(now: now)
      }
    } catch { throw WritableLedger.refusal(error, of: "ledger evidence prune") }
    return json(Int64(result.count), result.size, result.entries, isDryRun: false)
  }

  private func json(
    _ count: Int64, _ bytes: Int64, _ entries: [Int64], isDryRun: Bool
  ) -> JSON {
    [
      "schema": "ledger.prune/1", "keep": .string(retention.text), "count": .int(count),
      "bytes": .int(bytes), "entries": .array(entries.map(JSON.int)), "dry_run": .bool(isDryRun),
    ]
  }
}

/// Where people are forgotten.
protocol Forgetter: Sendable {
  /// - Returns: as `POST /v1/people/forget` answers.
  func forget(_ person: String, reason: String?, isDryRun: Bool) async throws -> JSON
}

struct FileForgetting: Forgetter {
  let path: String

  func forget(_ person: String, reason: String?, isDryRun: Bool) async throws -> JSON {
    // Opening makes what is not there.
    _ = try SQLiteArchive(path: path)
    do {
      return try await WritableLedger.use(path) { store in
        try await ForgetDesk(store).forget(
          person, reason: reason, isDryRun: isDryRun, source: .token("cli"), now: currentInstant)
      }
    } catch let refusal as ForgetRefusal { throw FileForgetting.failure(refusal) }
  }

  private static func failure(_ refusal: ForgetRefusal) -> any Error {
    let sentence = "nothing was erased: \(Text.safe(refusal.sentence))"
    return switch refusal {
    case .unknown: Failure(sentence, hint: ForgetDesk.hint, code: Exit.nothing)
    case .ambiguous(_, let candidates):
      Refusal(code: "ambiguous", sentence: sentence, candidates: candidates)
    case .reason: Failure.usage(sentence)
    }
  }
}

struct ServerForgetting: Forgetter {
  let server: ServerSource

  func forget(_ person: String, reason: String?, isDryRun: Bool) async throws -> JSON {
    let body: JSON = [
      "person": .string(person), "reason": .optional(reason), "dry_run": .bool(isDryRun),
    ]
    guard
      let answer = try await server.send(.post, "/v1/people/forget", body: body.canonicalBytes)
    else { throw Failure("the server does not do this", hint: "Is it an older version?") }
    return answer
  }
}
