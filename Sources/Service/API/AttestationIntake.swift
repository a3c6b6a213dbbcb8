import Attestations
import Ledger
import Webhooks

/// Reads the bundle that came with a report of an attestation, and looks at its signature: what a
/// report says of that itself counts for nothing.
public struct AttestationIntake: Sendable {
  /// The member that holds the bundle's file, as text. It is in no entry: its bytes are the
  /// evidence.
  public static let member = "bundle_json"

  public typealias Names = @Sendable () async throws -> [Int64: String]

  private let trust: Trust
  private let names: Names

  /// - Parameter names: of the repositories, by GitHub's number.
  public init(_ trust: Trust, names: @escaping Names) {
    self.trust = trust
    self.names = names
  }

  /// The members of a report without the bundle and with what it says, and what was found out.
  ///
  /// - Throws: `RecordRefusal` where no statement can be read, or the report contradicts it; and
  ///   what reading the names throws.
  public func read(
    _ fields: [String: JSON], kind: Ledger.Kind
  ) async throws -> (fields: [String: JSON], finding: BundleFinding?) {
    guard kind == .attestationRecorded, let json = fields[AttestationIntake.member], !json.isNull
    else { return (fields, nil) }
    guard let text = json.string else { throw AttestationIntake.refusal("must be text") }
    let bytes = Array(text.utf8)
    let bundle: AttestationBundle
    do { bundle = try AttestationBundle(bytes) } catch {
      throw AttestationIntake.refusal("cannot be read: \(error.reason)")
    }
    let result = await bundle.verify(digest: fields["digest"]?.string ?? "", trust: trust)
    let completed = try AttestationIntake.complete(fields, with: bundle.provenance)
    return (completed, try await finding(result, Evidence(bytes), completed))
  }

  /// What the bundle says stands in the entry; a report may repeat it, and say nothing else.
  private static func complete(
    _ fields: [String: JSON], with said: Provenance
  ) throws -> [String: JSON] {
    let members: [String: JSON] = [
      "predicate_type": .string(said.predicateType), "commit": .string(said.commit),
      "builder": .optional(said.builder), "invocation": .optional(said.invocation),
      "subjects": .array(said.subjects.map(JSON.string)),
    ]
    var result = fields
    result[member] = nil
    let problems = members.keys.sorted().compactMap { name -> FieldProblem? in
      guard let told = fields[name], !told.isNull, told != members[name] else { return nil }
      return FieldProblem(path: name, reason: "is not what the bundle says")
    }
    guard problems.isEmpty else { throw RecordRefusal(problems) }
    return result.merging(members) { $1 }
  }

  private func finding(
    _ result: Verification, _ bundle: Evidence, _ fields: [String: JSON]
  ) async throws -> BundleFinding {
    BundleFinding(
      verification: result.word.rawValue, reason: result.reason, signer: result.signer,
      repository: result.repository,
      repositoryID: try await repositoryID(result, fields["repository_id"]?.int), bundle: bundle)
  }

  /// A certificate has the number. A key's statement has the name alone: then the number is that of
  /// the repository which is called so, and of several the one that the report names.
  private func repositoryID(_ result: Verification, _ named: Int64?) async throws -> Int64? {
    if let id = result.repositoryID { return id }
    guard result.word == .verified, let name = result.repository?.lowercased() else { return nil }
    let ids = try await names().filter { $0.value.lowercased() == name }.map(\.key)
    return named.flatMap { ids.contains($0) ? $0 : nil } ?? (ids.count == 1 ? ids.first : nil)
  }

  private static func refusal(_ reason: String) -> RecordRefusal {
    RecordRefusal([FieldProblem(path: member, reason: reason)])
  }
}

/// What became of the signature, as an answer to whoever recorded it tells it.
enum AttestationAnswer {
  static func receipt(_ receipt: Receipt, of entry: Entry) -> JSON {
    guard entry.kind == .attestationRecorded, let word = entry.data["verification"],
      let members = receipt.json.object
    else { return receipt.json }
    let found: [String: JSON] = [
      "verification": word, "reason": entry.data["reason"] ?? .null,
    ]
    return .object(members.merging(found) { $1 })
  }
}
