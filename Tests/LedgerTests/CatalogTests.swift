import Ledger
import Testing

@Suite struct CatalogTests {
  private static let catalog = Catalog(environments: [
    .init(name: "dev"), .init(name: "prod", aliases: ["production", "live", "kind"]),
    .init(name: "eu", aliases: ["Blue", "europe"]), .init(name: "us", aliases: ["blue"]),
  ])

  /// As an older version kept it.
  private static var older: Catalog {
    var members = catalog.json.object ?? [:]
    members["ignores_case"] = nil
    return Catalog(json: .object(members))
  }

  @Test(
    arguments: [
      ("prod", "prod"), ("live", "prod"), ("Production", "prod"), ("PROD", "prod"),
      // An exact one comes first; without one, either may be meant.
      ("Blue", "eu"), ("blue", "us"), ("BLUE", "BLUE"),
      // ASCII alone: the Kelvin sign is no k.
      ("KIND", "prod"), ("\u{212A}ind", "\u{212A}ind"), ("produc", "produc"), ("moon", "moon"),
      ("", ""),
    ])
  func environmentsAreCalledAsGitHubDoes(_ said: String, _ name: String) {
    #expect(Self.catalog.canonical(said) == name)
  }

  @Test func whatGitHubDeployedToIsFound() {
    let place = Self.catalog.place(of: .repository(1), in: "Production", [1: "acme/api"])
    #expect(place.environment == "prod")
    #expect(Self.catalog.names(of: "Production").isSuperset(of: ["prod", "Production", "live"]))
  }

  /// What was concluded by an older catalog is concluded again by `verify`.
  @Test func olderOnesStayWhatTheyWere() {
    let older = Self.older
    #expect(older.canonical("Production") == "Production")
    #expect(older.canonical("live") == "prod")
    #expect(older.json["ignores_case"] == nil)
    #expect(Catalog(json: older.json) == older)
    // The next start puts it in force anew, and the case of letters counts no more from there on.
    #expect(older.hash != Self.catalog.hash)
    #expect(Catalog(json: Self.catalog.json) == Self.catalog)
  }
}
