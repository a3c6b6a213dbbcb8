import Gates
import Ledger

extension GitHubClient {
  /// `GET repos/{owner}/{repo}/installation` (`apps/get-repo-installation`).
  func installation(on repository: RepositoryRow) async throws(CodeHostError) -> Int64 {
    let answer = try await exchange(get(try Path(repository, "installation"), as: .app))
    return try decoded(answer, as: "an installation", keeping: "id") { $0["id"]?.int }
  }

  /// `POST app/installations/{id}/access_tokens` (`apps/create-installation-access-token`), for all
  /// that the installation may. A token that was made and never arrived does no harm: what asked
  /// for it was not sent, and the next try makes another.
  func accessToken(of installation: Int64) async throws(CodeHostError) -> GitHubToken {
    let path = try Path("app", "installations", String(installation), "access_tokens")
    let call = Call(method: .post, url: url(path), body: Array("{}".utf8), party: .app)
    do throws(CodeHostError) {
      let answer = try await exchange(call)
      return try decoded(answer, as: "a token", keeping: "token") {
        $0["token"]?.string.flatMap(GitHubToken.init)
      }
    } catch {
      guard case .ambiguous(let reason) = error else { throw error }
      throw .unavailable(after: nil, reason: "no token of the installation: \(reason)")
    }
  }
}
