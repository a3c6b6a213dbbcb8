import Gates
import Ledger

@testable import Service

/// A GitHub that knows nothing.
struct IdleHost: QuietHost, DeliveryHost, RepositoryHost {
  let form = Posted.Form.status
  /// Where it may not look it says 404, as GitHub does.
  var isHidden = false

  func shown(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Shown? {
    if isHidden { throw .refused(status: 404, reason: "no such thing there") }
    return nil
  }

  func post(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted { Posted(id: 1, form: .status, reporter: nil) }

  func hooks(of repository: RepositoryRow) async throws(CodeHostError) -> [Hook] { [] }

  func deliveries(
    of hook: HookAddress, until oldest: Instant, from place: String?
  ) async throws(CodeHostError) -> DeliveryPage { DeliveryPage(deliveries: [], next: nil) }

  func appHook(thatMade id: Int64) async throws(CodeHostError) -> Int64? { nil }

  func redeliver(_ id: Int64, of hook: HookAddress) async throws(CodeHostError) {}

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
  ) async throws(CodeHostError) -> [PullSight] { [] }

  func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection { .none }
}
