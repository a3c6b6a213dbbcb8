import Ledger

extension Deliveries {
  /// The first delivery of a new hook.
  public func ping(at: Instant, sender: Account) -> WebhookDelivery {
    delivery(
      "ping", sender: sender,
      [
        "zen": "Half measures are as bad as nothing at all.", "hook_id": .int(hookID),
        "hook": hook(createdAt: at),
      ])
  }

  /// The hook as it was set up.
  func hook(createdAt: Instant) -> JSON {
    JSON.links(
      "\(repository.api)/hooks/\(hookID)",
      ["url": "", "test_url": "/test", "ping_url": "/pings", "deliveries_url": "/deliveries"]
    ).adding([
      "type": "Repository", "id": .int(hookID), "name": "web", "active": true, "events": ["*"],
      "config": [
        "content_type": "json", "insecure_ssl": "0",
        "url": "https://ledger.acme.example/webhooks/github", "secret": "********",
      ],
      "created_at": .time(createdAt), "updated_at": .time(createdAt),
      "last_response": ["code": nil, "status": "unused", "message": nil],
    ])
  }
}
