/// The types of CDEvents 0.5.1 and what their subjects say: its JSON Schemas as data.
enum CDEventVocabulary {
  struct Entry: Sendable {
    /// The one version that the type has in this specification.
    let version: String
    let content: Members

    init(
      _ version: String, needs: [String: Shape] = [:], allows: [String: Shape] = [:]
    ) {
      self.version = version
      content = Members(needs: needs, allows: allows)
    }
  }

  static let all: [String: Entry] = [
    artifacts, source, builds, runs, tests, operations, tickets,
  ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

  private static let artifacts: [String: Entry] = [
    "artifact.deleted": Entry("0.2.0", allows: ["user": .name]),
    "artifact.downloaded": Entry("0.2.0", allows: ["user": .name]),
    "artifact.packaged": Entry("0.3.0", needs: ["change": thing], allows: ["sbom": sbom]),
    "artifact.published": Entry("0.3.0", allows: ["sbom": sbom, "user": .name]),
    "artifact.signed": Entry("0.3.0", needs: ["signature": .name]),
  ]

  private static let ofRepository: [String: Shape] = ["repository": thing]
  private static let repository: [String: Shape] = [
    "name": .text, "owner": .text, "uri": .uri, "viewUrl": .uri,
  ]
  private static let source: [String: Entry] = [
    "branch.created": Entry("0.3.0", allows: ofRepository),
    "branch.deleted": Entry("0.3.0", allows: ofRepository),
    "change.abandoned": Entry("0.3.0", allows: ofRepository),
    "change.created": Entry("0.4.0", allows: ["description": .name, "repository": thing]),
    "change.merged": Entry("0.3.0", allows: ofRepository),
    "change.reviewed": Entry("0.3.0", allows: ofRepository),
    "change.updated": Entry("0.3.0", allows: ofRepository),
    "repository.created": Entry(
      "0.3.0", needs: ["name": .name, "uri": .uri], allows: ["owner": .text, "viewUrl": .uri]),
    "repository.deleted": Entry("0.3.0", allows: repository),
    "repository.modified": Entry("0.3.0", allows: repository),
  ]

  private static let builds: [String: Entry] = [
    "build.finished": Entry("0.3.0", allows: ["artifactId": .text]),
    "build.queued": Entry("0.3.0"), "build.started": Entry("0.3.0"),
  ]

  private static let pipeline: [String: Shape] = ["pipelineName": .text, "uri": .uri]
  private static let task: [String: Shape] = [
    "taskName": .text, "uri": .uri, "pipelineRun": thing,
  ]
  private static let runs: [String: Entry] = [
    "pipelinerun.finished": Entry(
      "0.3.0", allows: pipeline.merging(["outcome": outcome, "errors": .text]) { $1 }),
    "pipelinerun.queued": Entry("0.3.0", allows: pipeline),
    "pipelinerun.started": Entry("0.3.0", needs: pipeline),
    "taskrun.finished": Entry(
      "0.3.0", allows: task.merging(["outcome": .text, "errors": .text]) { $1 }),
    "taskrun.started": Entry("0.3.0", allows: task),
  ]

  private static let inEnvironment: [String: Shape] = ["environment": thing]
  private static let testCase: [String: Shape] = [
    "testSuiteRun": run, "testCase": described(["type": testType]),
  ]
  private static let testSuite: [String: Shape] = ["testSuite": described([:])]
  private static let ended: [String: Shape] = ["severity": severity, "reason": .text]
  private static let ending: [String: Shape] = ["environment": thing, "outcome": outcome]
  private static let triggered: [String: Shape] = ["trigger": trigger]
  private static let tests: [String: Entry] = [
    "testcaserun.finished": Entry("0.3.0", needs: ending, allows: testCase.merging(ended) { $1 }),
    "testcaserun.queued": Entry(
      "0.3.0", needs: inEnvironment, allows: testCase.merging(triggered) { $1 }),
    "testcaserun.skipped": Entry(
      "0.2.0", allows: testCase.merging(["reason": .text, "environment": thing]) { $1 }),
    "testcaserun.started": Entry(
      "0.3.0", needs: inEnvironment, allows: testCase.merging(triggered) { $1 }),
    "testoutput.published": Entry(
      "0.3.0",
      needs: ["outputType": .word(["report", "video", "image", "log", "other"]), "format": .text],
      allows: ["uri": .uri, "testCaseRun": run]),
    "testsuiterun.finished": Entry("0.3.0", needs: ending, allows: testSuite.merging(ended) { $1 }),
    "testsuiterun.queued": Entry(
      "0.3.0", needs: inEnvironment, allows: testSuite.merging(triggered) { $1 }),
    "testsuiterun.started": Entry(
      "0.3.0", needs: inEnvironment, allows: testSuite.merging(triggered) { $1 }),
  ]

  private static let artifactThere: [String: Shape] = ["environment": thing, "artifactId": .name]
  private static let incident: [String: Shape] = [
    "description": .text, "service": thing, "artifactId": .name,
  ]
  private static let operations: [String: Entry] = [
    "environment.created": Entry("0.3.0", allows: ["name": .text, "uri": .uri]),
    "environment.deleted": Entry("0.3.0", allows: ["name": .text]),
    "environment.modified": Entry("0.3.0", allows: ["name": .text, "uri": .uri]),
    "incident.detected": Entry("0.3.0", needs: inEnvironment, allows: incident),
    "incident.reported": Entry(
      "0.3.0", needs: ["environment": thing, "ticketURI": .uri], allows: incident),
    "incident.resolved": Entry("0.3.0", needs: inEnvironment, allows: incident),
    "service.deployed": Entry("0.3.0", needs: artifactThere),
    "service.published": Entry("0.3.0", allows: inEnvironment),
    "service.removed": Entry("0.3.0", allows: inEnvironment),
    "service.rolledback": Entry("0.3.0", needs: artifactThere),
    "service.upgraded": Entry("0.3.0", needs: artifactThere),
  ]

  private static let ticket: [String: Shape] = [
    "ticketType": .text, "group": .text, "assignees": .list(.text), "priority": .text,
    "labels": .list(.text), "milestone": .text,
  ]
  private static let changedTicket: [String: Shape] = ticket.merging([
    "summary": .text, "creator": .name, "updatedBy": .text,
  ]) { $1 }
  private static let tickets: [String: Entry] = [
    "ticket.closed": Entry(
      "0.2.0", needs: ["uri": .reference, "resolution": .name], allows: changedTicket),
    "ticket.created": Entry(
      "0.2.0", needs: ["summary": .text, "creator": .name, "uri": .reference], allows: ticket),
    "ticket.updated": Entry("0.2.0", needs: ["uri": .reference], allows: changedTicket),
  ]
}

extension CDEventVocabulary {
  /// Something that is named by an id and where it comes from.
  private static let thing = Shape.object(
    Members(needs: ["id": .name], allows: ["source": .reference]))
  /// The same, of a run of tests: its source may be any text.
  private static let run = Shape.object(Members(needs: ["id": .name], allows: ["source": .text]))
  private static let sbom = Shape.object(Members(needs: ["uri": .reference]))
  private static let outcome = Shape.word(["success", "failure", "cancel", "error"])
  private static let severity = Shape.word(["low", "medium", "high", "critical"])
  private static let testType = Shape.word([
    "performance", "functional", "unit", "security", "compliance", "integration", "e2e", "other",
  ])
  private static let trigger = Shape.object(
    Members(
      allows: [
        "type": .word(["manual", "pipeline", "event", "schedule", "other"]), "uri": .uri,
      ], isClosed: false))

  private static func described(_ more: [String: Shape]) -> Shape {
    let common: [String: Shape] = ["version": .text, "name": .text, "uri": .uri]
    return .object(Members(needs: ["id": .name], allows: common.merging(more) { $1 }))
  }
}
