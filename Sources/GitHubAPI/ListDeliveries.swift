import Gates
import Ledger

extension GitHubClient {
  /// `GET app/hook/deliveries` (`apps/list-webhook-deliveries`) or `GET hooks/{id}/deliveries`
  /// (`repos/list-webhook-deliveries`): a page, and where GitHub's cursor says that the next one is.
  public func deliveries(
    of hook: HookAddress, until oldest: Instant, from place: String?
  ) async throws(CodeHostError) -> DeliveryPage {
    var pages = try Pages(self, of: try hook.deliveries(), as: hook.party, from: place)
    guard let page = try await pages.next() else { return DeliveryPage(deliveries: [], next: nil) }
    let deliveries = try DeliveryPage.deliveries(page, of: hook)
    let recent = Array(deliveries.prefix { ($0.deliveredAt ?? oldest) >= oldest })
    return DeliveryPage(
      deliveries: recent, next: recent.count < deliveries.count ? nil : pages.url)
  }
}

extension HookAddress {
  var party: Party {
    switch self {
    case .app: .app
    case .repository(let repository, _): .repository(repository)
    }
  }

  fileprivate func deliveries() throws(CodeHostError) -> Path {
    switch self {
    case .app: try Path("app", "hook", "deliveries")
    case .repository(let repository, let id):
      try Path(repository, "hooks", String(id), "deliveries")
    }
  }
}

extension DeliveryPage {
  private static let selection = Selection(
    "{id,guid,event,action,delivered_at,status,redelivery,repository_id}")

  fileprivate static func deliveries(
    _ page: Answer, of hook: HookAddress
  ) throws(CodeHostError) -> [DeliverySight] {
    try decoded(page, as: "a list of deliveries") { () throws(JSONError) in
      try page.json(selection).array?.map { DeliverySight($0, hook) }
    }
  }
}

extension DeliverySight {
  fileprivate init?(_ json: JSON, _ hook: HookAddress) {
    guard let id = json["id"]?.int, let guid = json["guid"]?.string,
      let event = json["event"]?.string, let status = json["status"]?.string
    else { return nil }
    self.init(
      id: id, guid: guid, event: event, action: json["action"]?.string,
      deliveredAt: Instant(json: json["delivered_at"]), status: status,
      isRedelivery: json["redelivery"]?.bool ?? false, repositoryID: json["repository_id"]?.int,
      hook: hook)
  }
}
