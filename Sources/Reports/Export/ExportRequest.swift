import Ledger

/// What somebody wants to have in one file.
public struct ExportRequest: Hashable, Sendable {
  public var services: [String]
  /// `owner/name`, or a numeric id.
  public var repositories: [String]
  public var since: Instant?
  public var until: Instant?

  public init(
    services: [String], repositories: [String], since: Instant? = nil, until: Instant? = nil
  ) {
    self.services = services
    self.repositories = repositories
    self.since = since
    self.until = until
  }

  /// The streams that this means now, and what has to stand beside them.
  ///
  /// - Throws: `BadQuestion`, `UnknownRepositories`.
  public func made(reading tables: any LedgerReader, now: Instant) throws -> ExportMade {
    try check(now)
    let asked = try TokenRepository.all(repositories, reading: tables).map(\.id)
    var names = Set(asked.map(Streams.repository))
    for service in Set(services) { names.formUnion(try streams(of: service, reading: tables)) }
    let keys = try tables.entries(from: 0, limit: 0, kind: .logKey).map(\.index)
    return ExportMade(
      services: Set(services).sorted(), repositories: asked,
      ends: Dictionary(uniqueKeysWithValues: names.map { ($0, 0) }), since: since, until: until,
      numberedFrom: try tables.numberedFrom(),
      cites: try Set(keys).union(reads(of: names, reading: tables)).sorted())
  }

  private func check(_ now: Instant) throws(BadQuestion) {
    guard !services.isEmpty || !repositories.isEmpty else {
      throw .parameter("service", "a service or a repository must be named")
    }
    guard services.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
      throw .parameter("service", "must not be empty")
    }
    for (name, time) in [("since", since), ("until", until)] {
      guard let time, time > now else { continue }
      throw .parameter(name, "must not be in the future")
    }
    if let since, let until, until < since {
      throw .parameter("until", "must not be before since")
    }
  }

  /// Those of the service's own name, of the names that the catalog gives to its workloads, families
  /// and images, and of its repositories.
  private func streams(of service: String, reading tables: any LedgerReader) throws -> Set<String> {
    let (catalog, repositories) = (try tables.catalog(), try tables.repositoryNames())
    var origins: [Origin] = [.service(service)]
    for known in catalog.services where known.name == service {
      origins += known.workloads.map(\.origin) + known.families.map(Origin.family)
      origins += known.images.map(Origin.image)
    }
    origins += repositories.keys.map(Origin.repository).filter {
      catalog.place(of: $0, in: nil, repositories).services.contains(service)
    }
    let isKnown = try origins.count > 1 || tables.end(of: Streams.service(service)) > 0
    guard isKnown else { throw BadQuestion.nothing("nothing is known about a service \(service)") }
    return Set(origins.compactMap(Streams.name))
  }

  private func reads(
    of names: Set<String>, reading tables: any LedgerReader
  ) throws -> [Int64] {
    let repositories = names.compactMap(Streams.repository)
    guard !repositories.isEmpty else { return [] }
    return try ([0] + repositories).flatMap { try tables.deliveryReads(of: $0).map(\.index) }
  }
}
