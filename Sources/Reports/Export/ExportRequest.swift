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
    var names = Set(asked.map { ByteText(Streams.repository($0)) })
    let services = Set(services.map(ByteText.init(_:))).sorted().map(\.text)
    for service in services { names.formUnion(try streams(of: service, reading: tables)) }
    try ExportRequest.checkSpellings(names)
    let keys = try tables.entries(from: 0, limit: 0, kind: .logKey).map(\.index)
    return ExportMade(
      services: services, repositories: asked,
      ends: Dictionary(uniqueKeysWithValues: names.map { ($0, 0) }), since: since, until: until,
      numberedFrom: try tables.numberedFrom(),
      cites: try Set(keys).union(reads(of: names, reading: tables)).sorted())
  }

  /// Two names that differ in nothing but how an accented letter is written are two streams, and the
  /// entry about an export has one object of JSON for all of them, where they would be one member.
  private static func checkSpellings(_ names: Set<ByteText>) throws(BadQuestion) {
    var seen: [String: ByteText] = [:]
    for name in names.sorted() {
      guard let other = seen.updateValue(name, forKey: name.text) else { continue }
      throw .parameter(
        "service",
        "must not be there in two spellings: the streams \(other.spelled) and \(name.spelled) differ "
          + "only in how an accented letter is written; make an export of each")
    }
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
  private func streams(
    of service: String, reading tables: any LedgerReader
  ) throws -> Set<ByteText> {
    let (catalog, repositories) = (try tables.catalog(), try tables.repositoryNames())
    var origins: [Origin] = [.service(service)]
    for known in catalog.services where known.name.isExactly(service) {
      origins += known.workloads.map(\.origin) + known.families.map(Origin.family)
      origins += known.images.map(Origin.image)
    }
    origins += repositories.keys.map(Origin.repository).filter {
      catalog.place(of: $0, in: nil, repositories).services.contains { $0.isExactly(service) }
    }
    let isKnown = try origins.count > 1 || tables.end(of: Streams.service(service)) > 0
    guard isKnown else { throw BadQuestion.nothing("nothing is known about a service \(service)") }
    return Set(origins.compactMap(Streams.name).map(ByteText.init(_:)))
  }

  private func reads(
    of names: Set<ByteText>, reading tables: any LedgerReader
  ) throws -> [Int64] {
    let repositories = names.compactMap { Streams.repository(of: $0.text) }
    guard !repositories.isEmpty else { return [] }
    return try ([0] + repositories).flatMap { try tables.deliveryReads(of: $0).map(\.index) }
  }
}

extension ByteText {
  /// With the code points of what is not ASCII: the spellings look the same.
  fileprivate var spelled: String {
    text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
  }
}
