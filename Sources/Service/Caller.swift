import Gates
import Ledger

/// Who asked, once the gatekeeper let them in.
public struct Caller: Sendable {
  public enum Kind: Sendable {
    case token(TokenRow)
    /// A job of GitHub Actions, by its identity token.
    case workflow(WorkflowIdentity)
  }

  public let kind: Kind
  public let scope: Scope
  /// The first digits of the token's hash: names need not be unique.
  var tokenID = ""
  /// What let a workflow in.
  var recording: RecordingPolicy?

  /// - Parameter identity: what makes a repetition a duplicate, where the event has one itself. It
  ///   does not count for a workflow, whose token records one thing.
  func source(identity: String?) -> Source {
    switch kind {
    case .token(let token): .token(token.name, key: identity)
    case .workflow(let run): .workflow(run.source)
    }
  }

  /// - Parameters:
  ///   - key: the `Idempotency-Key` of the request. It does not count for a workflow, whose token
  ///     is the key.
  ///   - line: its place in a batch, from 0; `nil` outside of one.
  func source(requestKey key: String?, line: Int? = nil) -> Source {
    switch kind {
    case .token(let token):
      let place = line.map { " line \($0)" } ?? ""
      return .token(token.name, key: key.map { "request/\(tokenID)/\($0)\(place)" })
    case .workflow(let run): return .workflow(run.source)
    }
  }

  /// Why it may not report about this repository; `nil` when it may. A bearer that is bound to
  /// repositories has to name one of them; a workflow is bound to its own.
  func refusal(toReportAbout repository: Int64?) -> String? {
    switch kind {
    case .token(let token):
      guard let allowed = token.repositories else { return nil }
      return repository.map(allowed.contains) == true
        ? nil : "This API token may report about the repositories \(allowed) only."
    case .workflow(let run):
      return repository == run.repositoryID
        ? nil : "This workflow may report about its repository \(run.repositoryID) only."
    }
  }

  /// The repositories it is bound to; `nil` for all.
  var repositories: Set<Int64>? {
    switch kind {
    case .token(let token): token.repositories.map(Set.init)
    case .workflow(let run): [run.repositoryID]
    }
  }

  /// An identity token records one thing: a second request with it could add to a batch.
  var mayBatch: Bool { if case .token = kind { true } else { false } }

  /// Whose names go into the directory beside what they reported: they are in no entry.
  var people: [Person] {
    guard case .workflow(let run) = kind, let id = run.actorID, let login = run.actor else {
      return []
    }
    return [Person(id: id, login: login)]
  }
}

extension WorkflowIdentity {
  fileprivate var source: WorkflowSource {
    WorkflowSource(
      repositoryID: repositoryID, runID: runID, attempt: runAttempt, workflow: workflowRef,
      environment: environment, actorID: actorID,
      key: "job/\(jti)")
  }
}
