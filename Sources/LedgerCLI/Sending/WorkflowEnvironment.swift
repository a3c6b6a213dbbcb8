import Foundation
import Ledger

/// What GitHub Actions tells a job about itself, by its variables.
struct WorkflowEnvironment {
  private let variable: (String) -> String?
  private let read: (String) throws -> [UInt8]

  /// `nil` outside of a job.
  init?(
    variable: @escaping (String) -> String?,
    read: @escaping (String) throws -> [UInt8] = {
      try [UInt8](Data(contentsOf: URL(filePath: $0)))
    }
  ) {
    guard variable("GITHUB_ACTIONS") == "true" else { return nil }
    self.variable = variable
    self.read = read
  }

  /// `owner/name`.
  var repository: String? { variable("GITHUB_REPOSITORY") }
  var repositoryID: Int64? { number("GITHUB_REPOSITORY_ID") }
  var ref: String? { variable("GITHUB_REF") }
  var workflow: String? { variable("GITHUB_WORKFLOW") }
  var runID: Int64? { number("GITHUB_RUN_ID") }
  var attempt: Int64? { number("GITHUB_RUN_ATTEMPT") }
  var actorID: Int64? { number("GITHUB_ACTOR_ID") }
  var actorLogin: String? { variable("GITHUB_ACTOR") }
  /// The file that later steps of the job read outputs from.
  var output: String? { variable("GITHUB_OUTPUT") }

  /// `RUN/ATTEMPT`.
  var run: String? {
    guard let runID, let attempt else { return nil }
    return "\(runID)/\(attempt)"
  }

  var url: String? {
    guard let server = variable("GITHUB_SERVER_URL"), let repository, let runID, let attempt else {
      return nil
    }
    return "\(server)/\(repository)/actions/runs/\(runID)/attempts/\(attempt)"
  }

  /// On these events GITHUB_SHA is a test merge that nobody ever sees again; the commit that people
  /// speak of stands in the event.
  private static let testMerges = [
    "pull_request", "pull_request_review", "pull_request_review_comment",
  ]

  var commit: String? {
    get throws {
      guard let event = variable("GITHUB_EVENT_NAME"),
        WorkflowEnvironment.testMerges.contains(event)
      else { return variable("GITHUB_SHA") }
      guard let path = variable("GITHUB_EVENT_PATH") else { throw unknownHead("is not set") }
      let payload: JSON
      do {
        payload = try JSON.parse(try read(path), keeping: Selection("pull_request.head.sha"))
      } catch { throw unknownHead("cannot be read") }
      guard let sha = payload.at("pull_request", "head", "sha")?.string else {
        throw unknownHead("names no head commit")
      }
      return sha
    }
  }

  private func unknownHead(_ reason: String) -> Failure {
    Failure(
      "GITHUB_SHA is a test merge, and the event in GITHUB_EVENT_PATH \(reason)",
      hint: "Give the commit with --commit.")
  }

  /// Where an identity token can be had. The job needs `permissions: id-token: write`.
  var identity: (url: String, token: String)? {
    guard let url = variable("ACTIONS_ID_TOKEN_REQUEST_URL"),
      let token = variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    else { return nil }
    return (url, token)
  }

  private func number(_ name: String) -> Int64? {
    variable(name).flatMap { plainNumber($0[...]) }
  }
}
