import Ledger
import Testing

@testable import Service

/// Reports that are in order, as text.
enum Reports {
  static let digest = "sha256:" + String(repeating: "6c", count: 32)
  static let commit = String(repeating: "9f", count: 20)

  /// By the path that takes it; `nil` where no report goes.
  static func body(_ path: String) -> String? {
    switch path {
    case "/v1/builds": #"{"id":"17/1","commit":"\#(commit)","repository_id":1}"#
    case "/v1/images": #"{"digest":"\#(digest)","repository_id":1}"#
    case "/v1/task-definitions":
      #"{"family":"api","revision":57,"containers":[{"name":"app","image":"api:1"}]}"#
    case "/v1/deployments": #"{"id":"1","phase":"finish","repository_id":1}"#
    case "/v1/scans":
      #"{"scanner":"trivy","critical":0,"high":0,"medium":0,"low":0,"unknown":0}"#
    case "/v1/test-results": #"{"suite":"unit","tests":1,"failures":0,"errors":0,"skipped":0}"#
    case "/v1/rollouts":
      #"{"namespace":"default","workload":"Deployment/api","outcome":"success"}"#
    case "/v1/resources": #"{"type":"db","id":"api-test","state":"gone"}"#
    case "/v1/attestations":
      #"{"digest":"\#(digest)","commit":"\#(commit)","subjects":["\#(digest)"],"#
        + #""verification":"vouched","predicate_type":"https://slsa.dev/provenance/v1"}"#
    case "/v1/notes": #"{"text":"Load test"}"#
    case "/v1/resource-snapshots":
      #"{"environment":"dev","stack":"main","form":"state","taken_at":"2026-09-01T09:00:00Z","#
        + #""resources":[{"address":"aws_vpc.this","type":"aws_vpc","id":"vpc-1"}]}"#
    case "/v1/teardown-reports":
      #"{"report":{"schema":"ledger.teardown/1","environment":"dev","#
        + #""as_of":"2026-09-01T09:00:00Z","outcome":"clean","calls":[],"rows":[],"live":false,"#
        + #""counts":{"gone":0,"left":0,"kept":0,"unexplained":0,"unknown":0}}}"#
    case "/v1/entries": #"{"kind":"note.recorded.v1","text":"Load test"}"#
    default: nil
    }
  }

  static func contentType(_ path: String) -> String {
    path == "/v1/entries" ? "application/x-ndjson" : "application/json"
  }
}

extension TestService {
  /// Sends a report as a pipeline does.
  func report(
    _ path: String, _ body: String, token: String, key: String? = nil
  ) async throws -> Answer {
    var headers = [("Content-Type", Reports.contentType(path))]
    if let key { headers.append(("Idempotency-Key", key)) }
    return try await send(.post, path, token: token, headers: headers, body: Array(body.utf8))
  }

  func recorded() async throws -> [Stored] {
    try await store.read { try $0.entries(from: 0, limit: 2_000, kind: nil) }
      .filter { if case .token = $0.entry.source { true } else { false } }
  }
}

extension Answer {
  /// `field: reason` of every field that is wrong.
  var errors: [String] {
    get throws {
      try (json["errors"]?.array ?? []).map {
        "\($0["field"]?.string ?? ""): \($0["reason"]?.string ?? "")"
      }
    }
  }
}
