import Ledger

/// What a list says, against what was recorded before.
public struct SnapshotCheck: Sendable {
  private let data: JSON

  /// - Parameter submissions: the parts of one list.
  public init?(_ submissions: [Submission]) {
    guard let entry = submissions.first?.entry, entry.kind == .resourceSnapshot else { return nil }
    data = entry.data
    resources = submissions.flatMap { $0.entry.data["resources"]?.array ?? [] }
  }

  private let resources: [JSON]

  /// Why it would say something wrong; `nil` when it may be recorded.
  public func problem(_ tables: any LedgerReader) throws -> FieldProblem? {
    guard let environment = data["environment"]?.string else { return nil }
    let names = try tables.catalog().names(of: environment)
    return try older(names, tables) ?? foreign(names, environment, tables)
  }

  private func older(_ names: Set<String>, _ tables: any LedgerReader) throws -> FieldProblem? {
    let stack = data["stack"]?.string
    let newest = try tables.snapshots(names).last { $0.stack == stack }
    guard let newest, let at = Instant(json: data["taken_at"]), at < newest.takenAt else {
      return nil
    }
    return FieldProblem(
      path: "taken_at",
      reason: "is \(at), and the newest list of \(newest.environment)/\(newest.stack) is of "
        + "\(newest.takenAt), entry \(newest.entry): an older one says nothing new")
  }

  /// Addresses are the same in every environment; ARNs are not.
  private func foreign(
    _ names: Set<String>, _ environment: String, _ tables: any LedgerReader
  ) throws -> FieldProblem? {
    let arns = resources.compactMap { $0["arn"]?.string }
    let owners = try tables.otherEnvironments(than: names, holding: arns)
    guard !arns.isEmpty, 2 * owners.count > arns.count, let owner = owners.values.min() else {
      return nil
    }
    return FieldProblem(
      path: "environment",
      reason: "is \(environment), and \(owners.count) of its \(arns.count) resources with an ARN "
        + "were recorded for \(owner): is it the list of \(owner)?")
  }
}
