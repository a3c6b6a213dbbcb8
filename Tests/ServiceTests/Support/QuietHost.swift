import Gates
import Ledger

@testable import Service

/// What a GitHub says that has nothing to tell. Who needs more says so itself.
protocol QuietHost: CodeHost {}

extension QuietHost {
  func page(of repository: RepositoryRow) -> String { "https://github.example/\(repository.name)" }

  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool, includingTriggers: Bool
  ) async throws(CodeHostError) -> CommitEvidence { CommitEvidence(observations: [], raw: []) }

  func distance(
    of sha: String, behind branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> BaseDistance {
    throw .refused(status: 404, reason: "nobody compares here")
  }

  func shown(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Shown? { nil }
}
