import AsyncHTTPClient
import Foundation
import Gates
import Ledger
import NIOCore
import Reports
import SQLiteStore
import Service
import Webhooks

/// The gate could not be asked: neither yes nor no.
struct CannotAsk: Error {
  let reason: String
}

/// Asks the deploy gate once.
protocol DeployAsker: Sendable {
  /// - Throws: `CannotAsk` when there is no answer, `Failure` when the question was refused.
  func ask() async throws -> DeployReport
  /// Says that something goes on without an answer.
  ///
  /// - Throws: when that could not be recorded.
  func note(_ text: String) async throws
}

/// Asks a server. A job proves by its identity token who it is, by a new one each time.
struct ServerDeployAsker: DeployAsker {
  let server: ServerConnection
  let token: String?
  var identity: (@Sendable () async throws -> String)?
  let body: [String: JSON]

  func ask() async throws -> DeployReport {
    let answer = try await post("/v1/gates/deploy", body)
    if ReportSender.isTransient(answer.status) {
      throw CannotAsk(reason: "\(server.base) answered \(answer.status)")
    }
    let json: JSON
    do { json = try JSON.parse(answer.body) } catch {
      throw CannotAsk(reason: "\(server.base) does not answer as a ledger does (\(answer.status))")
    }
    if answer.status == 403, json["code"] != "scope" {
      let detail = json["detail"]?.string ?? "the server refused it"
      throw Failure(
        Text.safe(detail), hint: json["hint"]?.string.map(Text.safe), code: Exit.denied)
    }
    guard answer.status == 200 else { throw ReportSender.refusal(answer.status, json) }
    guard let report = DeployReport(json: json) else {
      throw CannotAsk(reason: "\(server.base) does not answer as a deploy gate does")
    }
    return report
  }

  func note(_ text: String) async throws {
    let answer = try await post("/v1/notes", ["about": "deploy gate", "text": .string(text)])
    guard answer.status == 201 else {
      throw CannotAsk(reason: "\(server.base) answered \(answer.status)")
    }
  }

  private func post(
    _ path: String, _ body: [String: JSON]
  ) async throws -> ServerConnection.Answer {
    do {
      let bearer = if let token { token } else { try await identity?() }
      var request = server.request(.post, path, token: bearer)
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: JSON.object(body).canonicalBytes))
      return try await server.execute(request, timeout: .seconds(4))
    } catch let failure as Failure {
      throw CannotAsk(reason: failure.message)
    } catch is CancellationError { throw CancellationError() } catch {
      throw CannotAsk(reason: server.unreachable(error))
    }
  }
}

/// Asks the file itself, while no server uses it.
struct FileDeployAsker: DeployAsker {
  let path: String
  let body: [String: JSON]

  /// A path that leads nowhere is a mistake in the command, not a gate that is away.
  func ask() async throws -> DeployReport {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StartupRefused.noDatabase(path: path)
    }
    let asked = try FileDeployAsker.members(body)
    do { return try await answer(asked) } catch { throw CannotAsk(reason: "\(error)") }
  }

  func note(_ text: String) async throws { throw CannotAsk(reason: "there is no server") }

  private func answer(_ asked: [String: JSON]) async throws -> DeployReport {
    let (policies, zones) = (Policies(), SystemTimeZones())
    let store = try WritableLedger.open(path, policies: policies)
    let desk = DeployDesk(store: store, policies: policies, zones: zones, now: currentInstant)
    let isDry = body["dry_run"] == true
    let report: DeployReport
    do {
      let answer = try await desk.answer(asked, source: .token("cli"), isDry: isDry)
      report = try await store.read { try answer.completed(reading: $0, asOf: currentInstant()) }
    } catch {
      try await store.close()
      throw error
    }
    try await store.close()
    return report
  }

  /// - Throws: a usage error for a question that no ledger would take.
  static func members(_ body: [String: JSON]) throws -> [String: JSON] {
    let context = RecordContext(received: currentInstant(), source: .token("cli"))
    do {
      var members = try DeployAskForm.members(body, context: context)
      (members["dry_run"], members["repository"]) = (nil, nil)
      return members.merging(["ask": "cli", "request": nil, "refusal": nil]) { $1 }
    } catch {
      let errors = error.problems.map { ($0.path, $0.reason) }
      throw Failure.usage(ReportSender.refusal(errors, otherwise: "refused"))
    }
  }
}
