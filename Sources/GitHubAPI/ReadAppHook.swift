import Gates
import Ledger

extension GitHubClient {
  /// `GET app/hook/deliveries/{id}` (`apps/get-webhook-delivery`), which has the headers that GitHub
  /// sent with it.
  ///
  /// - Returns: `nil` when it does not tell them.
  public func appHook(thatMade id: Int64) async throws(CodeHostError) -> Int64? {
    let path = try Path("app", "hook", "deliveries", String(id))
    let answer = try await exchange(get(path, as: .app))
    let headers = try decoded(answer, as: "a delivery", keeping: "request.headers") { delivery in
      delivery.object.map { _ in delivery.at("request", "headers")?.object ?? [:] }
    }
    return headers.first { $0.key.lowercased() == "x-github-hook-id" }?.value.string
      .flatMap { Int64($0) }
  }
}
