import Foundation
import GRDB
import Ledger

/// A ledger file opened to be read, also while a server writes to it. It never writes, and never
/// checkpoints.
public final class SQLiteArchive: Sendable {
  let queue: DatabaseQueue
  private let nodes = NodeCache()

  /// - Throws: `StartupRefused`.
  public convenience init(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StartupRefused.noDatabase(path: path)
    }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    // Proofs look at pages all over the file: copying each of them takes longer than all the rest.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA mmap_size = 1073741824") }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let migrator = Migrator()
      let applied = try queue.read { try migrator.check($0) }
      let newest = migrator.migrations.last?.number ?? 0
      guard applied == newest else {
        throw StartupRefused.olderVersion(database: applied, binary: newest)
      }
      self.init(queue: queue)
    } catch let error as DatabaseError {
      throw StartupRefused(opening: path, error)
    }
  }

  init(queue: DatabaseQueue) { self.queue = queue }

  /// - Throws: `StoreError` for what SQLite reports.
  public func read<Answer>(_ body: (any LedgerReader) throws -> Answer) throws -> Answer {
    do {
      return try queue.read { try body(SQLiteReader($0, nodes: nodes)) }
    } catch let error as DatabaseError {
      throw StoreError.failed(error.message ?? error.description)
    }
  }
}

extension StartupRefused {
  /// `SQLITE_ERROR` is what a definition that was changed makes of a statement.
  init(opening path: String, _ error: DatabaseError) {
    let reason = error.message ?? error.description
    if error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
      self = .unfinished(path: path)
      return
    }
    switch error.resultCode {
    case .SQLITE_BUSY: self = .heldElsewhere(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR:
      self = .damaged(path: path, reason: reason)
    default: self = .cannotOpen(path: path, reason: reason)
    }
  }
}
