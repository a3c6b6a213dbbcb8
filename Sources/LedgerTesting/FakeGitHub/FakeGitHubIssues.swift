import Hummingbird
import Ledger

extension FakeGitHub {
  public struct Issue: Hashable, Sendable {
    public let number: Int64
    public let title: String
    public let body: String
    public let author: String
    public var state: String
  }

  public struct Comment: Hashable, Sendable {
    public let id: Int64
    public let body: String
    public let author: String
  }

  /// Those of a repository, oldest first.
  public func issues(in repository: String) -> [Issue] {
    state.withLock { $0.issues[Place(repository, "")] ?? [] }
  }

  /// Those on an issue or a pull request, oldest first.
  public func comments(on number: Int64, in repository: String) -> [Comment] {
    state.withLock { $0.comments[Place(repository, String(number))] ?? [] }
  }

  /// As somebody else, past the faults and the record.
  @discardableResult
  public func openIssue(
    _ title: String, body: String, in repository: String, by author: String = "user-583231",
    state word: String = "open"
  ) -> Int64 {
    state.withLock { $0.open(title, body, in: repository, by: author, word).number }
  }

  /// As somebody else, past the faults and the record.
  public func comment(
    _ body: String, on number: Int64, in repository: String, by author: String = "user-583231"
  ) {
    state.withLock { _ = $0.comment(body, on: number, in: repository, by: author) }
  }

  func createIssue(_ call: Incoming, by author: String) -> Response {
    guard let json = call.json else { return error(400, "Problems parsing JSON") }
    guard let title = json["title"]?.string, !title.isEmpty, isShort(json) else {
      return invalid("title or body")
    }
    let issue = state.withLock {
      $0.open(title, json["body"]?.string ?? "", in: call.target.repository, by: author, "open")
    }
    announce()
    return response(201, text: issue.text(base(call)))
  }

  /// By `creator` and `state`, newest first. Pull requests are issues as well.
  func listIssues(_ call: Incoming) -> Response {
    let query = call.target.query
    let word = query["state"] ?? "open"
    let found = issues(in: call.target.repository).filter { issue in
      (word == "all" || issue.state == word)
        && (query["creator"].map { $0.lowercased() == issue.author.lowercased() } ?? true)
    }
    let base = base(call)
    return list(found.reversed(), call) { page in
      "[" + page.map { $0.text(base) }.joined(separator: ",") + "]"
    }
  }

  func createComment(_ call: Incoming, by author: String) -> Response {
    guard let json = call.json else { return error(400, "Problems parsing JSON") }
    guard let number = call.target.number, isIssue(number, in: call.target.repository) else {
      return error(404, "Not Found")
    }
    guard let body = json["body"]?.string, !body.isEmpty, isShort(json) else {
      return invalid("body")
    }
    let comment = state.withLock {
      $0.comment(body, on: number, in: call.target.repository, by: author)
    }
    announce()
    return response(201, text: comment.text(base(call)))
  }

  func listComments(_ call: Incoming) -> Response {
    guard let number = call.target.number, isIssue(number, in: call.target.repository) else {
      return error(404, "Not Found")
    }
    let base = base(call)
    return list(comments(on: number, in: call.target.repository), call) { page in
      "[" + page.map { $0.text(base) }.joined(separator: ",") + "]"
    }
  }

  private func isShort(_ json: JSON) -> Bool { json["body"]?.string?.count ?? 0 <= 65_536 }

  private func isIssue(_ number: Int64, in repository: String) -> Bool {
    state.withLock { state in
      state.pulls[Place(repository, String(number))] != nil
        || state.issues[Place(repository, ""), default: []].contains { $0.number == number }
    }
  }
}

extension FakeGitHub.State {
  /// Issues and pull requests share their numbers.
  fileprivate mutating func open(
    _ title: String, _ body: String, in repository: String, by author: String, _ word: String
  ) -> FakeGitHub.Issue {
    let place = FakeGitHub.Place(repository, "")
    let taken =
      issues[place, default: []].map(\.number)
      + pulls.filter { $0.key.isIn(repository) }.map(\.value.number)
    let issue = FakeGitHub.Issue(
      number: (taken.max() ?? 0) + 1, title: title, body: body, author: author, state: word)
    issues[place, default: []].append(issue)
    return issue
  }

  fileprivate mutating func comment(
    _ body: String, on number: Int64, in repository: String, by author: String
  ) -> FakeGitHub.Comment {
    lastComment += 1
    let comment = FakeGitHub.Comment(id: lastComment, body: body, author: author)
    comments[FakeGitHub.Place(repository, String(number)), default: []].append(comment)
    return comment
  }
}

extension FakeGitHub.Issue {
  fileprivate func text(_ base: String) -> String {
    JSON.object([
      "number": .int(number), "id": .int(3_000_000 + number), "title": .string(title),
      "body": .string(body), "state": .string(state), "user": ["login": .string(author)],
    ]).canonicalString
  }
}

extension FakeGitHub.Comment {
  fileprivate func text(_ base: String) -> String {
    JSON.object([
      "id": .int(id), "body": .string(body), "user": ["login": .string(author)],
      "created_at": "2026-10-01T08:00:00Z",
    ]).canonicalString
  }
}
