import Gates
import Ledger

extension GitHubClient {
  /// `GET rules/branches/{branch}` (`repos/get-branch-rules`), which has the active rulesets of all
  /// levels, and `GET branches/{branch}/protection` (`repos/get-branch-protection`), the older form
  /// beside them.
  public func protection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection {
    let rulesets = try await rulesets(of: branch, in: repository)
    let older = try await branchProtection(of: branch, in: repository)
    return rulesets.and(older)
  }

  private func rulesets(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection {
    let path = try Path(repository, "rules", "branches", branch)
    var pages = Pages(self, of: path, as: .repository(repository), answers: [403])
    var rules: [[RequiredContext]] = []
    while let page = try await pages.next() {
      if page.status == 403 { return page.noRight("rulesets") }
      rules += try RulePage.rules(page)
    }
    return rules.isEmpty ? .none : .rules(requiredContexts: rules.flatMap(\.self), hidden: nil)
  }

  private func branchProtection(
    of branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Protection {
    let path = try Path(repository, "branches", branch, "protection")
    let call = get(path, as: .repository(repository), answers: [403, 404])
    let answer = try await exchange(call)
    switch answer.status {
    case 403: return answer.noRight("branch protection")
    case 404: return answer.notFound
    default: return .rules(requiredContexts: try RulePage.required(answer), hidden: nil)
    }
  }
}

extension Answer {
  /// What a 403 means. GitHub's own words are not passed on: they may repeat what was sent.
  fileprivate func noRight(_ what: String) -> Protection {
    guard message?.hasPrefix("Upgrade to GitHub") == true else {
      return .hidden(reason: "\(what): the credentials lack administration: read")
    }
    return .unenforceable(
      message: "GitHub has no \(what) for this repository: upgrade its plan or make it public")
  }

  /// GitHub says so of a branch without protection, and answers the same to those who may not know.
  fileprivate var notFound: Protection {
    ["Branch not protected", "Branch not found"].contains(message)
      ? .none
      : .hidden(reason: "branch protection: no such branch, or the credentials may not know")
  }
}

extension Protection {
  /// Both apply.
  fileprivate func and(_ other: Protection) -> Protection {
    switch (self, other) {
    case (.unenforceable, _): self
    case (_, .unenforceable): other
    case (.rules(let mine, let hidden), .rules(let theirs, _)):
      .rules(requiredContexts: mine + theirs, hidden: hidden)
    case (.rules(let contexts, _), .hidden(let reason)),
      (.hidden(let reason), .rules(let contexts, _)):
      .rules(requiredContexts: contexts, hidden: reason)
    case (.none, _): other
    case (_, .none): self
    case (.hidden(let mine), .hidden(let theirs)): .hidden(reason: "\(mine); \(theirs)")
    }
  }
}
