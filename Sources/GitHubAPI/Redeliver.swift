import Gates
import Ledger

extension GitHubClient {
  /// `POST app/hook/deliveries/{id}/attempts` (`apps/redeliver-webhook-delivery`) or
  /// `POST hooks/{id}/deliveries/{id}/attempts` (`repos/redeliver-webhook-delivery`).
  public func redeliver(_ id: Int64, of hook: HookAddress) async throws(CodeHostError) {
    let path =
      switch hook {
      case .app: try Path("app", "hook", "deliveries", String(id), "attempts")
      case .repository(let repository, let hook):
        try Path(repository, "hooks", String(hook), "deliveries", String(id), "attempts")
      }
    _ = try await exchange(Call(method: .post, url: url(path), body: nil, party: hook.party))
  }
}
