import Ledger

extension Deliveries {
  /// The last delivery of a hook: it was removed.
  public func hookDeleted(at: Instant, by sender: Account) -> WebhookDelivery {
    delivery(
      "meta", sender: sender,
      ["action": "deleted", "hook_id": .int(hookID), "hook": hook(createdAt: at)])
  }
}
