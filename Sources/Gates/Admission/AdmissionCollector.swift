import Ledger

/// Gathers from the tables what the admission gate looks at. Nothing is judged here.
struct AdmissionCollector {
  /// Images under one tag that are looked through for the one that is meant.
  private static let looked = 50
  /// Tags of one review that are looked up: it is refused anyway, and the writer waits meanwhile.
  private static let helped = 4

  let tables: any LedgerReader
  let catalog: Catalog
  let policy: Policy?

  init(_ tables: any LedgerReader, _ policies: Policies) throws {
    self.tables = tables
    catalog = try tables.catalog()
    policy = try policies.current(tables)
  }

  func gather(_ request: AdmissionRequest) throws -> AdmissionCase {
    let environment = NamespaceEnvironment(request.namespace, of: request.cluster, catalog)
    var evidence = AdmissionCase(environment: environment)
    evidence.trusted = Set((policy?.admission?.images ?? []).map(ImageReference.whole))
    guard let name = environment.name else { return evidence }
    let names = catalog.names(of: name)
    var tagged: [(String, ImageReference)] = []
    for image in request.images {
      guard let reference = ImageReference(image) else { continue }
      if let digest = reference.digest {
        evidence.verdicts[digest] = try tables.deployVerdicts(of: digest, in: names)
          .map(lasting)
        evidence.services[image] = service(of: image, reference)
      } else {
        tagged.append((image, reference))
      }
    }
    for (image, reference) in tagged.prefix(AdmissionCollector.helped) {
      evidence.tags[image] = try meant(image, reference)
    }
    return evidence
  }

  /// An allow that rests on what somebody let pass is none when that has ended. Not every question is
  /// asked again then: a run of GitHub that is over asks nothing.
  private func lasting(_ verdict: ImageVerdictRow) throws -> ImageVerdictRow {
    guard verdict.isAllowed,
      let pass = try tables.entry(at: verdict.entry)?.entry.data["override"]?.int
    else { return verdict }
    if let override = try tables.override(pass), override.end == nil { return verdict }
    return ImageVerdictRow(
      service: verdict.service, isAllowed: false,
      summary: "what let it pass, entry \(pass), has ended", entry: verdict.entry)
  }

  /// As the catalog may write the repository: as the pod does, or in full.
  private func service(of image: String, _ reference: ImageReference) -> String? {
    catalog.services.first { service in
      service.images.contains { ImageReference.whole($0) == reference.repository }
    }?.name
  }

  /// The image of this name that was recorded last under the tag. Who pushes need not name the
  /// registry: then the service, or the last part of the name, has to be the same.
  private func meant(
    _ image: String, _ reference: ImageReference
  ) throws -> AdmissionCase.Tagged? {
    let tag = reference.tag ?? "latest"
    let rows = try tables.images(tagged: tag, limit: AdmissionCollector.looked)
    guard !rows.isEmpty else { return nil }
    let names = try tables.repositoryNames()
    let own =
      service(of: image, reference)
      ?? reference.repository.split(separator: "/").last.map(String.init)
    return try rows.first { row in
      let named = try self.names(of: row)
      guard named.isEmpty else { return named.contains(reference.repository) }
      return catalog.place(of: row.origin, in: nil, names).service == own
    }.map { .init(digest: $0.digest, entry: $0.entry) }
  }
}

extension AdmissionCollector {
  /// As those who pushed it call it, in full; empty where nobody said.
  private func names(of row: TaggedImageRow) throws -> [String] {
    let sources = try tables.imageSources(of: row.digest).compactMap(\.image)
    if case .image(let name) = row.origin { return (sources + [name]).map(ImageReference.whole) }
    return sources.map(ImageReference.whole)
  }
}

extension AdmissionDecision {
  /// What the log leads to now. Nothing is recorded.
  ///
  /// - Throws: whatever reading throws; the caller must take that for a deny.
  public init(
    _ request: AdmissionRequest, _ policies: Policies, reading tables: any LedgerReader
  ) throws {
    try self.init(request, AdmissionCollector(tables, policies))
  }

  init(_ request: AdmissionRequest, _ collector: AdmissionCollector) throws {
    self.init(request, try collector.gather(request), policy: collector.policy?.hash)
  }
}
