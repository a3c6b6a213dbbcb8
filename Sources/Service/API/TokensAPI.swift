import Hummingbird
import Ledger
import Reports

/// `/v1/tokens`: makes API tokens, lists them and revokes them. The secret of a token is in the
/// answer that made it and nowhere else.
struct TokensAPI: Sendable {
  /// What is recorded into the file itself is told by a bearer of this name.
  private static let fileOwner = "cli"

  private let service: ServiceDependencies
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    bodies = RequestBodies(
      BodyLimits(
        one: 4_096, together: 1 << 20, deadline: service.settings.deliveries.deadline))
  }

  @Sendable func create(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    let wanted = try WantedToken(try await bodies.members(request, context))
    let caller = try context.caller
    let repositories = try await repositories(wanted)
    guard caller.mayDecide(about: repositories) else {
      throw Problem.bound(caller, "A token that it makes is bound to these, or to some of them.")
    }
    try await checkName(wanted.name, caller)
    let token = NewToken(name: wanted.name, scope: wanted.scope, repositories: repositories)
    let entry = try token.entry(
      received: service.now(), source: caller.source(identity: nil))
    _ = try await service.store.append([Submission(entry: entry)])
    service.announce()
    return .json(token.answer, status: .created)
  }

  /// Gates know a bearer by its name, and believe it only while all tokens of that name, also those
  /// that were revoked, are bound to the repository: one more would take that from who has it.
  private func checkName(_ name: String, _ caller: Caller) async throws {
    guard caller.repositories != nil else { return }
    let namesakes = try await tokens().items.filter { $0.name == name }
    let isForeign = namesakes.contains { !caller.mayDecide(about: $0.repositories) }
    let platforms = service.recording.current.policy?.platformTokens ?? []
    guard isForeign || platforms.contains(name) || name == TokensAPI.fileOwner else { return }
    throw Problem(
      .forbidden, "repository",
      "The name is that of a bearer that reaches further than this API token: what is believed of "
        + "that one would be no more.", hint: "Choose another name, which nobody has had.")
  }

  private func repositories(_ wanted: WantedToken) async throws -> [TokenRepository]? {
    guard let texts = wanted.repositories else { return nil }
    do {
      return try await service.store.read { try TokenRepository.all(texts, reading: $0) }
    } catch let unknown as UnknownRepositories {
      throw Problem(
        .unprocessableContent, "repositories", "Nothing was made: \(unknown.sentence).",
        hint: UnknownRepositories.hint)
    }
  }

  @Sendable func list(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    return .json(try await tokens().json)
  }

  private func tokens() async throws -> TokenList {
    let now = service.now().wholeSecond
    return try await service.store.read { try TokenList(reading: $0, asOf: now) }
  }

  /// A token that was revoked before stays so, and nothing is added.
  @Sendable func revoke(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    guard let hash = context.parameters.get("hash"), var token = try await token(hash) else {
      throw Problem(
        .notFound, "not_found", "There is no token of this hash.",
        hint: "GET /v1/tokens lists the hashes.")
    }
    let caller = try context.caller
    guard caller.mayDecide(about: token.repositories) else {
      throw Problem.bound(caller, "The token that it would revoke reaches further.")
    }
    if token.revokedAt == nil {
      let entry = try TokenRevocation.entry(
        of: hash, received: service.now(), source: caller.source(identity: nil))
      _ = try await service.store.append([Submission(entry: entry)])
      service.announce()
      token = try await self.token(hash) ?? token
    }
    return .json(token.json)
  }

  private func token(_ hash: String) async throws -> TokenList.Item? {
    try await tokens().items.first { $0.hash == hash }
  }
}

extension Caller {
  /// A bearer that is bound to repositories gives, and takes, no more than it has.
  ///
  /// - Parameter wanted: `nil` for all.
  fileprivate func mayDecide(about wanted: [TokenRepository]?) -> Bool {
    guard let repositories else { return true }
    return wanted.map { $0.allSatisfy { repositories.contains($0.id) } } ?? false
  }
}

extension Problem {
  fileprivate static func bound(_ caller: Caller, _ sentence: String) -> Problem {
    bound(caller.repositories ?? [], sentence)
  }
}

/// The body of `POST /v1/tokens`.
private struct WantedToken {
  private static let known: Set = ["name", "scope", "repositories"]

  let name: String
  let scope: Scope
  /// As they were written; `nil` for all.
  let repositories: [String]?

  init(_ members: [String: JSON]) throws {
    var wrong: [String] = []
    let name = members["name"]?.string
    if name.map(NewToken.isValid(name:)) != true {
      wrong.append("name must be 1 to 100 printable characters")
    }
    let scope = members["scope"]?.string.flatMap(Scope.init(rawValue:))
    if scope == nil { wrong.append("scope must be read, record, override or admin") }
    let repositories = WantedToken.repositories(members["repositories"])
    if repositories?.isEmpty == true {
      wrong.append("repositories must be names, owner/name, or numeric ids, at least one")
    }
    wrong += members.keys.filter { !WantedToken.known.contains($0) }.sorted()
      .map { "\($0) is unknown" }
    guard wrong.isEmpty, let name, let scope else {
      throw Problem(.unprocessableContent, "fields", wrong.joined(separator: "; ") + ".")
    }
    (self.name, self.scope, self.repositories) = (name, scope, repositories)
  }

  /// Empty for what is no list of names and ids, or an empty one.
  private static func repositories(_ json: JSON?) -> [String]? {
    guard let json, !json.isNull else { return nil }
    let texts = (json.array ?? []).map { $0.string ?? $0.int.map(String.init) }
    return texts.contains(nil) ? [] : texts.compactMap(\.self)
  }
}
