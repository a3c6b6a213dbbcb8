import Gates
import Ledger

extension GitHubClient {
  /// `GET hooks` (`repos/list-webhooks`). GitHub masks their secrets.
  public func hooks(of repository: RepositoryRow) async throws(CodeHostError) -> [Hook] {
    let selection = Selection("{id,active,events}", "config.url")
    var pages = Pages(self, of: try Path(repository, "hooks"), as: .repository(repository))
    var hooks: [Hook] = []
    while let page = try await pages.next() {
      hooks += try decoded(page, as: "a list of webhooks") { () throws(JSONError) in
        try page.json(selection).array?.map(Hook.init)
      }
    }
    return hooks
  }
}

extension Hook {
  fileprivate init?(_ json: JSON) {
    guard let id = json["id"]?.int, let isActive = json["active"]?.bool,
      let events = json["events"]?.array
    else { return nil }
    self.init(
      id: id, url: json.at("config", "url")?.string, events: events.compactMap(\.string),
      isActive: isActive)
  }
}
