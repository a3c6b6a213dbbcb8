import Ledger
import Merkle

/// What `ledger verify` found.
public struct VerifyReport: Sendable {
  /// In a report are at most so many problems: the first one says where to look.
  public static let maximumProblems = 100

  public struct Problem: Sendable, Hashable {
    /// The entry that is wrong, or that a wrong row cites.
    public let entry: Int64?
    public let table: String?
    /// The key of the wrong row.
    public let row: String?
    public let reason: String

    init(_ reason: String, entry: Int64? = nil, table: String? = nil, row: String? = nil) {
      self.entry = entry
      self.table = table
      self.row = row
      self.reason = reason
    }
  }

  public var entries: Int64 = 0
  public var root = Hash.emptyRoot
  /// Of the log, as its checkpoints name it; `nil` for a log that is not signed.
  public var origin: String?
  /// Keys whose checkpoints counted: those that were given, or the log's first, and each that they
  /// led to.
  public var believed: [NoteVerifier] = []
  /// Whether none was given: then whoever wrote the whole log may have made the first one.
  public var trustsItself = false
  public var checkpoints = 0
  /// Checkpoints that fit, signed by keys that the log had before those that are trusted.
  public var earlierCheckpoints = 0
  /// Heads that were kept elsewhere and that the log leads to.
  public var heads = 0
  public var conclusions = 0
  public var bodies = 0
  /// Bodies that entries name and that are not there, because a later entry deleted them.
  public var missingBodies: Int { prunedBodies + erasedBodies }
  /// Of these, bodies whose time was over, and bodies that named who was forgotten.
  public var prunedBodies = 0
  public var erasedBodies = 0
  /// Signatures of GitHub that fit when they were checked again, and deliveries that have none.
  public var signatures = 0
  public var unsignedBodies = 0
  public var tables = 0
  public var rows = 0
  /// In the order of the checks; at most `maximumProblems`.
  public private(set) var problems: [Problem] = []

  var isFull: Bool { problems.count >= VerifyReport.maximumProblems }

  mutating func note(_ problem: Problem) {
    if !isFull { problems.append(problem) }
  }

  mutating func note(
    _ reason: String, entry: Int64? = nil, table: String? = nil, row: String? = nil
  ) {
    note(Problem(reason, entry: entry, table: table, row: row))
  }

  /// What was found later: in the replay and in the tables.
  mutating func add(_ later: VerifyReport) {
    conclusions = later.conclusions
    bodies = later.bodies
    (prunedBodies, erasedBodies) = (later.prunedBodies, later.erasedBodies)
    (signatures, unsignedBodies) = (later.signatures, later.unsignedBodies)
    (tables, rows) = (later.tables, later.rows)
    for problem in later.problems { note(problem) }
  }
}
