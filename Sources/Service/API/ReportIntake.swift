import HTTPTypes
import Hummingbird
import Ledger
import Webhooks

/// What a request for a report says before its body is read.
struct ReportHead: Sendable {
  private static let keyLength = 1...255
  private static let keyHeader = HTTPField.Name("Idempotency-Key")

  let caller: Caller
  /// Makes a repetition of the request a duplicate.
  let key: String?

  init(_ request: Request, _ context: LedgerRequestContext, contentType: String) throws {
    caller = try context.caller
    let types = request.headers[values: .contentType]
    let type = types.first?.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
    guard types.count == 1, type == contentType else {
      throw Problem(
        .unsupportedMediaType, "content_type", "The body must be sent as \(contentType).")
    }
    key = try ReportHead.key(request)
  }

  private static func key(_ request: Request) throws -> String? {
    let values = keyHeader.map { request.headers[values: $0] } ?? []
    guard let key = values.first else { return nil }
    let isVisible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard values.count == 1, isVisible, keyLength.contains(key.utf8.count) else {
      throw Problem(
        .badRequest, "header",
        "Idempotency-Key must be there once, with 1 to 255 visible ASCII characters.")
    }
    return key
  }
}

/// Who may report what.
struct ReportIntake: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  /// With the trust that is in force now.
  var attestations: AttestationIntake {
    AttestationIntake(service.trust.current) { [store = service.store] in
      try await store.read { try $0.repositoryNames() }
    }
  }

  /// Those that the catalog names, and their other names; `nil` when reports may name any.
  func environments() async throws -> [String]? {
    let named = try await service.store.read { try $0.catalog().environments }
    return named.isEmpty ? nil : named.flatMap { [$0.name] + $0.aliases }
  }

  func context(_ head: ReportHead, line: Int?) async throws -> RecordContext {
    context(head, line: line, try await environments())
  }

  func context(_ head: ReportHead, line: Int?, _ environments: [String]?) -> RecordContext {
    RecordContext(
      received: service.now(), source: head.caller.source(requestKey: head.key, line: line),
      environments: environments)
  }

  /// Who may report about these, and say this of a platform.
  func check(_ submissions: [Submission], _ head: ReportHead) async throws {
    try await checkRepository(of: submissions, head)
    for (position, submission) in submissions.enumerated() where submission.isOfPlatform {
      // A bound bearer speaks for its repositories, whatever scanner it names.
      guard head.caller.repositories == nil else { continue }
      let line = submissions.count > 1 ? position : nil
      try service.recording.checkPlatform(head.caller, line: line)
    }
  }

  /// A name is GitHub's to give.
  private func checkNames(of submissions: [Submission]) async throws {
    let claims = Set(submissions.map(\.entry).compactMap(RepositoryClaim.init))
    guard !claims.isEmpty else { return }
    let taken = try await service.store.read { tables in
      var gone: Set<Int64>?
      return try claims.first { try $0.isAnothers(tables, gone: &gone) }
    }
    guard let taken else { return }
    throw Problem(
      .forbidden, "repository",
      "GitHub calls another repository \(taken.name), and has not told what \(taken.id) is called.",
      hint: "Leave repository out: its number is enough. Is repository_id right?")
  }

  /// A bearer that is bound to repositories reports about these alone, and calls none by another's
  /// name. A job's identity token says itself what its repository is called.
  func checkRepository(of submissions: [Submission], _ head: ReportHead) async throws {
    if case .token = head.caller.kind { try await checkNames(of: submissions) }
    guard let bound = head.caller.repositories else { return }
    let services = try await service.store.read { try ServiceOwners($0) }
    for submission in submissions {
      guard let name = submission.entry.data["service"]?.string,
        let owners = services.owners[name], owners.isDisjoint(with: bound)
      else { continue }
      throw Problem(
        .forbidden, "repository",
        "The service \(name) belongs to other repositories than those of this bearer.")
    }
    for (position, submission) in submissions.enumerated() {
      let repository = submission.entry.data["repository_id"]?.int
      guard let reason = head.caller.refusal(toReportAbout: repository) else { continue }
      let place = submissions.count > 1 ? " This is report \(position + 1) of the batch." : ""
      throw Problem(
        .forbidden, "repository", reason + place, hint: "Is repository_id given, and right?")
    }
  }
}

extension Submission {
  /// What a cluster showed, and what ECR counted.
  fileprivate var isOfPlatform: Bool {
    switch entry.kind {
    case .rolloutObserved: true
    case .scanRecorded: entry.data["scanner"]?.string?.lowercased() == "ecr"
    default: false
    }
  }
}

/// Whose services are whose, as far as the catalog says it.
struct ServiceOwners: Sendable {
  /// Repositories by the name of a service; none for one that lists no repository.
  let owners: [String: Set<Int64>]

  init(_ tables: any LedgerReader) throws {
    let gone = try GoneRepositories(tables).ids
    let names = try tables.repositoryNames().filter { !gone.contains($0.key) }
    owners = Dictionary(
      try tables.catalog().services.filter { !$0.repositories.isEmpty }.map { service in
        let ids = try service.repositories.compactMap { try ServiceOwners.id($0, names, tables) }
        return (service.name, Set(ids))
      }
    ) { first, _ in first }
  }

  /// Of several that seem to have one name the one that was called so last.
  private static func id(
    _ name: String, _ names: [Int64: String], _ tables: any LedgerReader
  ) throws -> Int64? {
    let ids = names.filter { $0.value.lowercased() == name.lowercased() }.keys
    guard ids.count > 1 else { return ids.first }
    return try tables.repository(named: name).flatMap { ids.contains($0.id) ? $0.id : nil }
  }
}
