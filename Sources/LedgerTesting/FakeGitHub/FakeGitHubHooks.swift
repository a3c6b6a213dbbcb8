import Foundation
import HTTPTypes
import Hummingbird
import Ledger

extension FakeGitHub {
  func listHooks(_ call: Incoming) -> Response {
    let hooks = state.withLock { $0.hooks[Place(call.target.repository, "")] ?? [] }
    let base = base(call)
    return list(hooks, call) { page in
      JSON.array(page.map { $0.json("\(base)/repos/\(call.target.repository)") }).canonicalString
    }
  }

  /// Newest first, from the one after the cursor's.
  func listDeliveries(_ call: Incoming) -> Response {
    guard let hook = hook(call) else { return error(404, "Not Found") }
    let query = call.target.query
    var found = Array(remembered(hook).reversed())
    if let cursor = query["cursor"] {
      guard let last = Int64(cursor.dropFirst(3)), cursor.hasPrefix("v1_") else {
        return error(422, "Validation Failed: cursor")
      }
      found = found.filter { $0.id < last }
    }
    let size = Page(query).size
    let page = found.prefix(size)
    var response = tagged(call, JSON.array(page.map(\.json)).canonicalString)
    if found.count > size, let last = page.last, let name = HTTPField.Name("link") {
      let url = base(call) + call.request.uri.path.dropFirst(prefix.count)
      response.headers[name] = "<\(url)?per_page=\(size)&cursor=v1_\(last.id)>; rel=\"next\""
    }
    return response
  }

  func delivery(_ call: Incoming) -> Response {
    guard let attempt = attempt(call) else { return error(404, "Not Found") }
    guard case .success(let payload) = Result(catching: { try JSON.parse(attempt.delivery.body) })
    else { return error(500, "Server Error") }
    let detail: JSON = [
      "url": .string(""), "response": ["headers": [:], "payload": ""],
      "request": [
        "headers": [
          "X-GitHub-Delivery": .string(attempt.delivery.id),
          "X-GitHub-Event": .string(attempt.delivery.event),
          "X-GitHub-Hook-ID": .string(String(attempt.delivery.hookID)),
        ], "payload": payload,
      ],
    ]
    return tagged(call, attempt.json.adding(detail.object ?? [:]).canonicalString)
  }

  /// The same bytes under the same GUID, once more. GitHub answers before it sends; here the
  /// answer comes after, so that tests need not wait.
  func redeliver(_ call: Incoming) async -> Response {
    guard let attempt = attempt(call) else { return error(404, "Not Found") }
    _ = await self.attempt(attempt.delivery, attempt.hook, isRedelivery: true)
    return response(202, text: "{}")
  }

  private func hook(_ call: Incoming) -> HookPlace? {
    let repository = call.target.repository
    guard !repository.isEmpty else { return .app }
    return Int64(call.target.name).map { .repository(repository.lowercased(), id: $0) }
  }

  private func attempt(_ call: Incoming) -> Attempt? {
    guard let hook = hook(call) else { return nil }
    return remembered(hook).first { $0.id == call.target.number }
  }

  private func remembered(_ hook: HookPlace) -> [Attempt] {
    let oldest = now().adding(seconds: -FakeGitHub.window)
    return attempts.filter { $0.hook == hook && $0.at >= oldest }
  }
}

extension FakeGitHub.Hook {
  /// Schema `Hook`. The secret is masked.
  fileprivate func json(_ repository: String) -> JSON {
    let address = "\(repository)/hooks/\(id)"
    return [
      "type": "Repository", "id": .int(id), "name": "web", "active": .bool(isActive),
      "events": .array(events.map(JSON.string)),
      "config": [
        "url": .string(url), "content_type": "json", "insecure_ssl": "0", "secret": "********",
      ],
      "updated_at": "2026-10-01T08:00:00Z", "created_at": "2026-10-01T08:00:00Z",
      "url": .string(address), "test_url": .string("\(address)/test"),
      "ping_url": .string("\(address)/pings"),
      "deliveries_url": .string("\(address)/deliveries"),
      "last_response": ["code": nil, "status": "unused", "message": nil],
    ]
  }
}

extension FakeGitHub.Attempt {
  /// Schema `HookDeliveryItem`.
  fileprivate var json: JSON {
    let payload = Result { try JSON.parse(delivery.body) }
    let (action, repository) =
      switch payload {
      case .success(let json): (json["action"]?.string, json.at("repository", "id")?.int)
      case .failure: (String?.none, Int64?.none)
      }
    return [
      "id": .int(id), "guid": .string(delivery.id), "delivered_at": .time(at),
      "redelivery": .bool(isRedelivery), "duration": .number("0.27"), "status": .string(status),
      "status_code": .int(Int64(statusCode ?? 0)), "event": .string(delivery.event),
      "action": .optional(action), "installation_id": nil,
      "repository_id": .optional(repository), "throttled_at": nil,
    ]
  }
}
