import Ledger

/// All places with what the catalog makes of them, by service.
struct KnownPlaces {
  typealias Known = (row: PlaceRow, place: Place)
  let all: [Known]
  private let byService: [String: [Int]]

  init(_ rows: [PlaceRow], _ naming: Naming) {
    all = rows.map { ($0, naming.place($0.origin, $0.environment)) }
    var byService: [String: [Int]] = [:]
    for (index, known) in all.enumerated() {
      for service in known.place.services { byService[service, default: []].append(index) }
    }
    self.byService = byService
  }

  /// Those of any of the services; all of them when none is named.
  func of(_ services: Set<String>) -> [Known] {
    guard !services.isEmpty else { return all }
    return Set(services.flatMap { byService[$0] ?? [] }).sorted().map { all[$0] }
  }
}

/// What one read needs again and again. It sees one state of the database, so it stays true.
final class ReadCache {
  var naming: Naming?
  var places: KnownPlaces?
}

extension SQLiteReader {
  func naming() throws -> Naming {
    if let naming = cache.naming { return naming }
    let naming = try Naming(self)
    cache.naming = naming
    return naming
  }

  func knownPlaces() throws -> KnownPlaces {
    if let places = cache.places { return places }
    let places = KnownPlaces(try places(), try naming())
    cache.places = places
    return places
  }
}
