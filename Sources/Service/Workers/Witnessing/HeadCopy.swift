import Ledger
import Logging
import Merkle
import ServiceLifecycle
import Synchronization

/// The file that has a copy of the newest head, as the configuration names it. It may be replaced
/// while the server runs.
public final class HeadCopyPlace: Sendable {
  private let path: Mutex<String?>

  public init(_ path: String?) { self.path = Mutex(path) }

  public var current: String? { path.withLock { $0 } }

  public func replace(_ path: String?) { self.path.withLock { $0 = path } }
}

/// Keeps that file: at most a second behind the log, and when the server stops. What is appended in
/// the last second before a kill is not in it.
public actor HeadCopy: Service {
  /// Puts a text in the place of a file's content, all of it or nothing.
  public typealias Write = @Sendable (_ text: String, _ path: String) throws -> Void
  /// `nil` when there is no such file.
  public typealias Read = @Sendable (_ path: String) throws -> String?

  /// Two histories under one name: the copy may be all that is left of one of them.
  struct OtherHistory: Error, CustomStringConvertible {
    let size: Int
    var description: String { "the log does not lead to the copy with \(size) entries there" }
  }

  private struct Written: Equatable {
    let size: Int64
    let path: String
  }

  private let store: any WitnessedStore
  private let place: HeadCopyPlace
  private let read: Read
  private let write: Write
  private let logger: Logger
  private let pause: Duration
  private var last: Written?
  /// Why the last attempt failed.
  private(set) var problem: String?

  public init(
    store: any WitnessedStore, place: HeadCopyPlace, read: @escaping Read,
    write: @escaping Write, logger: Logger, pause: Duration = .seconds(1)
  ) {
    self.read = read
    self.store = store
    self.place = place
    self.write = write
    self.logger = logger
    self.pause = pause
  }

  public func run() async throws {
    await repeatedly(every: pause) { await self.look() }
  }

  /// Also when everything else has ended: a file that is behind proves less.
  public func look() async {
    guard let path = place.current else {
      (last, problem) = (nil, nil)
      return
    }
    do {
      // Whoever has the copy needs the entries, not the row of this head: it is not kept for ever.
      guard let head = try await store.read({ try $0.checkpoint() }),
        last != Written(size: head.size, path: path)
      else { return }
      if last?.path != path { try await check(path) }
      try write(head.note, path)
      (last, problem) = (Written(size: head.size, path: path), nil)
    } catch {
      let reason = "\(error)"
      // It is tried again each second: once said is enough, doctor says it for as long as it lasts.
      if reason != problem {
        logger.error("cannot keep the copy of the head", metadata: ["error": "\(reason)"])
      }
      problem = reason
    }
  }

  /// A file that was named while the server runs was not looked at when it began.
  private func check(_ path: String) async throws {
    guard let text = try read(path) else { return }
    let note = try SignedNote(text)
    let leads = try await store.read { tables in
      let copy = try Checkpoint(note, signedBy: tables.logKeys().map(\.verifier))
      guard try tables.size() >= copy.size else { return false }
      return try Proof.root(of: 0..<copy.size) { try tables.node(at: $0) } == copy.root
    }
    guard leads else { throw OtherHistory(size: try Checkpoint(text: note.text).size) }
  }
}
