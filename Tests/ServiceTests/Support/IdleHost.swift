import Gates
import Ledger

@testable import Service

/// A GitHub that knows nothing.
struct IdleHost: CodeHost, DeliveryHost, RepositoryHost {
  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool
  ) async throws(CodeHostError) -> CommitEvidence { CommitEvidence(observations: [], raw: []) }

  func status(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> StatusText? { nil }

  func post(
    _ status: CommitStatus, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64 { 1 }

  func hooks(of repository: RepositoryRow) async throws(CodeHostError) -> [Hook] { [] }

  func deliveries(
    of hook: HookAddress, until oldest: Instant
  ) async throws(CodeHostError) -> [DeliverySight] { [] }

  func redeliver(_ id: Int64, of hook: HookAddress) async throws(CodeHostError) {}

  func pull(
    _ number: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> PullSight? { nil }

  func openPulls(in repository: RepositoryRow) async throws(CodeHostError) -> [PullSight] { [] }

  func closedPulls(
    in repository: RepositoryRow, since instant: Instant
  ) async throws(CodeHostError) -> [PullSight] { [] }

  func pulls(
    of sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> [PullSight] { [] }

  func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection { .none }
}
