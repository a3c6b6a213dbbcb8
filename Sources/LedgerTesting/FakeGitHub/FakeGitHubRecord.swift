import Foundation
import Ledger
import Synchronization

/// The requests as a file of one JSON object a line: `at`, `route`, `method`, `path`, `query`,
/// `headers`, `body`. Written in blocks, because it must not slow a load test down.
final class RecordFile: Sendable {
  fileprivate struct Open {
    var file: FileHandle
    var waiting: [UInt8] = []
    var failure: (any Error)?
  }

  private static let block = 65_536
  private let open: Mutex<Open>

  init(_ url: URL) throws {
    try Data().write(to: url)
    let file = try FileHandle(forWritingTo: url)
    open = Mutex(Open(file: file))
  }

  func append(_ request: FakeGitHub.ReceivedRequest) {
    let line = request.json.canonicalBytes
    open.withLock { open in
      open.waiting += line
      open.waiting.append(UInt8(ascii: "\n"))
      if open.waiting.count >= RecordFile.block { open.write() }
    }
  }

  /// Throws the first failure to write, if there was one.
  func close() throws {
    try open.withLock { open in
      open.write()
      try open.file.close()
      if let failure = open.failure { throw failure }
    }
  }
}

extension RecordFile.Open {
  fileprivate mutating func write() {
    do {
      try file.write(contentsOf: Data(waiting))
    } catch {
      failure = failure ?? error
    }
    waiting.removeAll(keepingCapacity: true)
  }
}

extension FakeGitHub.ReceivedRequest {
  var json: JSON {
    [
      "at": .string(at.description), "route": .string(route.rawValue), "method": .string(method),
      "path": .string(path), "query": .string(query),
      "headers": .object(headers.mapValues(JSON.string)), "body": .string(body),
    ]
  }
}
