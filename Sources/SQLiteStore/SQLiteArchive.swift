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
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw StartupRefused.noDatabase(path: path)
    }
    guard !isFolder.boolValue else { throw StartupRefused.folder(path: path) }
    do {
      let queue = try SQLiteArchive.open(path)
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

  private static func open(_ path: String) throws -> DatabaseQueue {
    do { return try queue(path) } catch let error as DatabaseError {
      let file = FileAtRest(path)
      // Something was begun and not taken back: the file alone is not what it was.
      guard [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode),
        error.extendedResultCode != .SQLITE_READONLY_ROLLBACK, file.isInReadOnlyFolder
      else { throw error }
      guard try file.isWhole else { throw StartupRefused.readOnlyFolder(path: path) }
      return try queue(file.unchanging)
    }
  }

  /// - Parameter name: a path, or an address as SQLite has them.
  static func queue(_ name: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    // Proofs look at pages all over the file: copying each of them takes longer than all the rest.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA mmap_size = 1073741824") }
    return try DatabaseQueue(path: name, configuration: configuration)
  }

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
