import Gates
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing

@testable import Service

/// Believes the tokens that it is told.
struct StubTokens: WorkflowTokens {
  var answers: [String: Result<WorkflowIdentity, WorkflowRefusal>] = [:]

  func identity(of token: String) async throws(WorkflowRefusal) -> WorkflowIdentity {
    guard let answer = answers[token] else { throw .invalid("it is not known here") }
    return try answer.get()
  }
}

/// A run of acme/api, and the policy that lets it record.
enum Run {
  static let sha = String(repeating: "a1", count: 20)
  static let workflow = "acme/api/.github/workflows/deploy.yml@refs/heads/main"
  static let policy = RecordingPolicy(
    audience: "https://ledger.example",
    workflows: [WorkflowRule(repositoryID: 640, ownerID: 45, refs: [BranchPattern("refs/**")])])

  static func identity(
    jti: String = "one", _ change: (inout WorkflowIdentity) -> Void = { _ in }
  ) -> WorkflowIdentity {
    var identity = WorkflowIdentity(
      repositoryID: 640, repository: "acme/api", ownerID: 45, runID: 12_000_000_001, runAttempt: 2,
      sha: sha, ref: "refs/heads/main", environment: "production", eventName: "push",
      workflowRef: workflow, jobWorkflowRef: nil, actorID: 9_001, actor: "noor", jti: jti,
      expires: noon.adding(seconds: 300))
    change(&identity)
    return identity
  }

  static func caller(
    _ change: (inout WorkflowIdentity) -> Void = { _ in }
  ) -> Caller {
    Caller(kind: .workflow(identity(jti: "one", change)), scope: .record, recording: policy)
  }
}

/// Routes that record and read, as the service's own do: what a caller may is the same for all.
enum Probe {
  static func routes(_ service: ServiceDependencies) -> [Route] {
    [
      Route(method: .get, path: "/read", access: .token(.read)) { _, _ in .text("read") },
      Route(method: .get, path: "/admin", access: .token(.admin)) { _, _ in .text("admin") },
      record("/images", .imageRecorded, service),
      record("/deployments", .deploymentRecorded, service),
    ]
  }

  private static func record(
    _ path: String, _ kind: Ledger.Kind, _ service: ServiceDependencies
  ) -> Route {
    Route(method: .post, path: path, access: .token(.record)) { request, context in
      let body = try await RequestBodies(service.settings.deliveries).read(request, context)
      let json = try JSON.parse(body)
      let caller = try context.caller
      return try await Appending(service).append(submission(json, kind, caller, request))
    }
  }

  private static func submission(
    _ json: JSON, _ kind: Ledger.Kind, _ caller: Caller, _ request: Request
  ) throws -> Submission {
    let fields = try caller.claimed(json.object ?? [:], kind: kind)
    let key = try request.headers[fieldName("Idempotency-Key")]
    let entry = try Entry(
      kind: kind, at: nil, received: noon, source: caller.source(requestKey: key),
      data: .object(fields))
    return Submission(entry: entry, people: caller.people)
  }
}

/// A service with these routes alone. What it answers is no part of the API's description.
struct ProbeService: Sendable {
  let parts: Parts
  let client: any TestClientProtocol

  func send(
    _ method: HTTPRequest.Method, _ uri: String, _ token: String, _ body: String = "",
    key: String? = nil
  ) async throws -> Answer {
    var fields: HTTPFields = [.authorization: "Bearer \(token)"]
    if let key { fields[try fieldName("Idempotency-Key")] = key }
    let response = try await client.executeRequest(
      uri: uri, method: method, headers: fields, body: ByteBuffer(string: body))
    return Answer(
      status: response.status.code, headers: response.headers, body: Array(buffer: response.body))
  }

  func recorded(_ kind: Ledger.Kind = .imageRecorded) async throws -> [Entry] {
    try await parts.store.read { try $0.entries(from: 0, limit: 0, kind: kind).map(\.entry) }
  }
}

func withProbe(
  _ setup: Setup, _ test: @Sendable (ProbeService) async throws -> Void
) async throws {
  try await withParts(setup) { parts in
    let application = Application(
      router: Routes.router(parts.service, Probe.routes(parts.service)), logger: quiet)
    try await application.test(.router) { try await test(ProbeService(parts: parts, client: $0)) }
  }
}
