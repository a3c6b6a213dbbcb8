import Foundation
import Hummingbird
import Ledger
import NIOCore

extension FakeGitHub {
  /// Who the bearer of the token is.
  static let owner: Int64 = 41_898_282
  static let login = "user-\(owner)"
  /// Of one commit and context.
  static let maximumStatuses = 1000
  /// Characters.
  static let maximumDescription = 140

  /// The body of a `POST …/statuses/{sha}`.
  struct Posting {
    var state: String
    var description: String?
    var targetURL: String?
    var context: String
  }

  func postStatus(_ call: Incoming, by creator: Int64) -> Response {
    guard let posting = Posting(call.body) else { return error(400, "Problems parsing JSON") }
    if let problem = posting.problem { return error(422, "Validation Failed: \(problem)") }
    let target = call.target
    let status = state.withLock { state in
      state.isFull(target.name, in: target.repository, context: posting.context)
        ? nil
        : state.post(
          posting, to: target.name, in: target.repository, by: creator, at: now())
    }
    guard let status else {
      return error(422, "Validation Failed: This SHA and context has reached the maximum number")
    }
    announce()
    return response(201, text: status.text(baseURL))
  }
}

extension FakeGitHub.Posting {
  /// `nil` when the body is not a JSON object. Without a context GitHub takes `default`.
  init?(_ body: ByteBuffer) {
    guard case .success(let json) = Result(catching: { try JSON.parse(body.readableBytesView) }),
      json.object != nil
    else { return nil }
    state = json["state"]?.string ?? ""
    description = json["description"]?.string
    targetURL = json["target_url"]?.string
    context = json["context"]?.string ?? "default"
  }

  /// Why GitHub answers 422.
  fileprivate var problem: String? {
    if !["error", "failure", "pending", "success"].contains(state) {
      return "state is not included in the list"
    }
    if let description, description.count > FakeGitHub.maximumDescription {
      return "description is too long (maximum is \(FakeGitHub.maximumDescription) characters)"
    }
    return nil
  }
}

extension FakeGitHub.State {
  func isFull(_ sha: String, in repository: String, context: String) -> Bool {
    let statuses = statuses[FakeGitHub.Place(repository, sha)] ?? []
    guard statuses.count >= FakeGitHub.maximumStatuses else { return false }
    let context = context.lowercased()
    return statuses.count { $0.context.lowercased() == context } >= FakeGitHub.maximumStatuses
  }

  mutating func post(
    _ posting: FakeGitHub.Posting, to sha: String, in repository: String, by creator: Int64,
    at now: Instant
  ) -> FakeGitHub.Status {
    lastStatus += 1
    let status = FakeGitHub.Status(
      id: lastStatus, repository: repository, sha: sha, context: posting.context,
      state: posting.state, description: posting.description, targetURL: posting.targetURL,
      creatorID: creator, createdAt: now)
    statuses[FakeGitHub.Place(repository, sha), default: []].append(status)
    return status
  }
}
