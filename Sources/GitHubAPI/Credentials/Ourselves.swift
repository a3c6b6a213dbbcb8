import Gates
import Ledger

/// Who GitHub says that we are.
struct Ourselves: Sendable {
  /// Of an App its id, else the user id.
  let id: Int64
  /// Under which issues and comments of ours are listed; an App's ends in `[bot]`.
  let login: String
}

extension GitHubClient {
  /// `GET app` (`apps/get-authenticated`).
  func app() async throws(CodeHostError) -> Ourselves {
    let answer = try await exchange(get(try Path("app"), as: .app))
    return try decoded(answer, as: "an App", keeping: "{id,slug}") { app in
      guard let id = app["id"]?.int, let slug = app["slug"]?.string else { return nil }
      return Ourselves(id: id, login: "\(slug)[bot]")
    }
  }

  /// `GET user` (`users/get-authenticated`).
  func user() async throws(CodeHostError) -> Ourselves {
    let answer = try await exchange(get(try Path("user"), as: .user))
    return try decoded(answer, as: "a user", keeping: "{id,login}") { user in
      guard let id = user["id"]?.int, let login = user["login"]?.string else { return nil }
      return Ourselves(id: id, login: login)
    }
  }

  /// The id of our own App, under which its check runs are listed.
  func ownAppID() async throws(CodeHostError) -> Int64 {
    if case .app(let app) = authority.credentials, let id = app.appID { return id }
    return try await authority.ourselves(through: self).id
  }
}
