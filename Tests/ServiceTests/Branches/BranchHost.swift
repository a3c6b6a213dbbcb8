import Gates
import Ledger
import Synchronization

/// GitHub as far as what happened past the gates goes, in memory.
final class BranchHost: RepositoryHost, ErrandHost {
  struct Note: Sendable, Equatable {
    /// Of the pull request or the issue.
    let number: Int64
    let title: String?
    let text: String
  }

  /// What the next call meets.
  enum Fault: Sendable {
    /// Not carried out.
    case refuse(CodeHostError)
    /// Carried out, and then no answer.
    case cut
  }

  private struct State {
    var pulls: [String: [PullSight]] = [:]
    var protection: [String: Result<Protection, CodeHostError>] = [:]
    var notes: [Note] = []
    var faults: [Fault] = []
    var calls: [String] = []
  }

  private let state = Mutex(State())

  var calls: [String] { state.withLock { $0.calls } }
  var notes: [Note] { state.withLock { $0.notes } }
  func set(pulls: [PullSight], of sha: String) { state.withLock { $0.pulls[sha] = pulls } }
  func set(_ protection: Result<Protection, CodeHostError>, of branch: String) {
    state.withLock { $0.protection[branch] = protection }
  }
  func fail(_ fault: Fault...) { state.withLock { $0.faults += fault } }
  func add(_ note: Note) { state.withLock { $0.notes.append(note) } }

  // MARK: repositories

  func pull(
    _ number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> PullSight {
    throw .refused(status: 404, reason: "there is none")
  }

  func pulls(
    in repository: RepositoryRow, open: Bool, updatedSince: Instant?
  ) async throws(CodeHostError) -> [PullSight] { [] }

  func pulls(
    of sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> [PullSight] {
    try meet("pulls \(sha.prefix(4))") { $0.pulls[sha] ?? [] }
  }

  func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection {
    try meet("protection \(branch)") { $0.protection[branch] ?? .success(.none) }.get()
  }

  // MARK: errands

  func comment(
    on pull: Int64, in repository: RepositoryRow, _ text: String
  ) async throws(CodeHostError) {
    try meet("comment \(pull)") { $0.notes.append(Note(number: pull, title: nil, text: text)) }
  }

  func hasComment(
    containing marker: String, on pull: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Bool {
    try meet("look \(pull)") {
      $0.notes.contains { $0.number == pull && $0.text.contains(marker) }
    }
  }

  func openIssue(
    _ title: String, _ text: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64 {
    try meet("issue") {
      let number = Int64(100 + $0.notes.count)
      $0.notes.append(Note(number: number, title: title, text: text))
      return number
    }
  }

  func issue(
    containing marker: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64? {
    try meet("search") {
      $0.notes.first { $0.title != nil && $0.text.contains(marker) }?.number
    }
  }

  func answer(
    _ answer: DeploymentAnswer, in repository: RepositoryRow
  ) async throws(CodeHostError) {}

  private func meet<Answer: Sendable>(
    _ call: String, _ body: (inout sending State) -> Answer
  ) throws(CodeHostError) -> Answer {
    let result: Result<Answer, CodeHostError> = state.withLock { state in
      state.calls.append(call)
      switch state.faults.isEmpty ? nil : state.faults.removeFirst() {
      case .refuse(let error): return .failure(error)
      case .cut:
        _ = body(&state)
        return .failure(.ambiguous(reason: "no answer"))
      case nil: return .success(body(&state))
      }
    }
    return try result.get()
  }
}
