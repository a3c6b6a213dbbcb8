import Ledger

/// The policy file was read while the server ran, and is no valid one.
public struct RefusedPolicy: Hashable, Sendable {
  public static let maximumProblems = 20
  private static let maximumLength = 300

  /// SHA-256 of the file's bytes; `nil` when it cannot be read.
  public let file: String?
  /// Everything that is wrong with it, as it is printed; the first twenty.
  public let problems: [String]

  public init(file: String?, problems: [String]) {
    self.file = file
    self.problems = problems.prefix(RefusedPolicy.maximumProblems).map {
      String($0.prefix(RefusedPolicy.maximumLength))
    }
  }

  private var data: JSON {
    ["file": .optional(file), "problems": .array(problems.map(JSON.string))]
  }

  /// `nil` when the newest entry about the policy says just this.
  public func entry(reading tables: any LedgerReader, received: Instant) throws -> Entry? {
    if try tables.refusedPolicy()?.entry.data == data { return nil }
    return try Entry(
      kind: .policyRefused, at: nil, received: received, source: .ledger, data: data)
  }
}
