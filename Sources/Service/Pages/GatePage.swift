import HTTPTypes
import Hummingbird
import Ledger
import Mustache
import Reports

/// `GET /ledger/{owner}/{repo}/pull/{number}`: where the status on GitHub leads. It names no people.
struct GatePage: Sendable {
  private let api: GateAPI

  init(_ service: ServiceDependencies) { api = GateAPI(service) }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    let page = GatePageModel(try await api.report(context)).html
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
        .contentSecurityPolicy: """
        default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'
        """,
        .xContentTypeOptions: "nosniff",
      ],
      body: .init(byteBuffer: .init(string: page)))
  }
}

/// What the template shows. A colour never stands alone: there is a word and a sign with it.
struct GatePageModel {

  private let report: GateReport

  init(_ report: GateReport) { self.report = report }

  var html: String { GatePageTemplate.page.render(values) }

  private var values: [String: Any] {
    var values: [String: Any] = [
      "title": "\(report.repository.name)#\(report.pull)", "headline": headline,
      "tone": tone(of: report.state), "sign": sign(of: report.state), "summary": report.summary,
      "sha": report.headSHA, "checks": report.findings.map(check),
      "as_of": report.asOf.description,
    ]
    values["entry"] = report.entry.map(String.init)
    values["decided_at"] = report.decidedAt?.description
    values["merged_at"] = report.mergedAt?.description
    values["override"] = report.override.map {
      ["entry": String($0.entry), "reason": $0.reason, "expires_at": $0.expiresAt.description]
    }
    values["label"] = report.label
    values["policy"] = report.policy.map { String($0.prefix(12)) }
    return values
  }

  private var headline: String {
    switch (report.merge, report.state) {
    case ("bypass", _) where report.override != nil: "Merged past the gate, by an override"
    case ("bypass", _): "Merged past the gate"
    case ("verified", _): "Merged in order"
    case ("undetermined", _): "Merged, not decided yet"
    case (_, "allow") where report.override != nil: "May be merged, by an override"
    case (_, "allow"): "May be merged"
    case (_, "pending"): "Not yet"
    default: "May not be merged"
    }
  }

  private func check(_ finding: GateReport.Finding) -> [String: Any] {
    let state =
      finding.result == "pass" ? "allow" : finding.result == "pending" ? "pending" : "deny"
    return [
      "sign": sign(of: state), "tone": finding.isRequired ? tone(of: state) : "quiet",
      "name": finding.check,
      "word": finding.word + (finding.remark.map { " (\($0))" } ?? ""),
      "role": finding.isRequired ? "required" : "advisory",
      "confirmed": finding.isConfirmed ? "confirmed by GitHub" : "",
      "entries": finding.entries.map(String.init),
    ]
  }

  private func sign(of state: String) -> String {
    switch state {
    case "allow": "✓"
    case "pending": "●"
    default: "✗"
    }
  }

  private func tone(of state: String) -> String {
    switch state {
    case "allow": "good"
    case "pending": "waiting"
    default: "bad"
    }
  }
}

extension HTTPField.Name {
  static var xContentTypeOptions: HTTPField.Name {
    HTTPField.Name("X-Content-Type-Options") ?? .contentType
  }
}
