import Hummingbird
import Ledger

/// `POST /v1/tokens`: makes an API token. Its secret is in this answer and nowhere else.
struct TokensAPI: Sendable {
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
    let body = try await bodies.read(request, context)
    let json: JSON
    do { json = try JSON.parse(body) } catch {
      throw Problem(.badRequest, "body", "The body is not JSON: \(error).")
    }
    let (name, scope) = try TokensAPI.fields(json)
    let token = NewToken(name: name, scope: scope)
    _ = try await service.store.append([Submission(entry: token.entry(received: service.now()))])
    return .json(
      ["name": .string(name), "scope": .string(scope.rawValue), "token": .string(token.secret)],
      status: .created)
  }

  private static func fields(_ json: JSON) throws -> (String, Scope) {
    guard let members = json.object else {
      throw Problem(.badRequest, "body", "The body must be an object with name and scope.")
    }
    var wrong: [String] = []
    let name = members["name"]?.string
    if name.map(NewToken.isValid(name:)) != true {
      wrong.append("name must be 1 to 100 printable characters")
    }
    let scope = members["scope"]?.string.flatMap(Scope.init(rawValue:))
    if scope == nil { wrong.append("scope must be read, record or admin") }
    wrong += members.keys.filter { $0 != "name" && $0 != "scope" }.sorted()
      .map { "\($0) is unknown" }
    guard wrong.isEmpty, let name, let scope else {
      throw Problem(.unprocessableContent, "fields", wrong.joined(separator: "; ") + ".")
    }
    return (name, scope)
  }
}
