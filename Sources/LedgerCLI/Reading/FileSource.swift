import Foundation
import Ledger
import Reports
import SQLiteStore

/// Asks the ledger's file.
struct FileSource: LedgerSource {
  private static let batch = 500
  private let archive: SQLiteArchive

  init(_ path: String) throws { archive = try SQLiteArchive(path: path) }

  func ask(_ name: String, _ parameters: [(String, String)]) async throws -> JSON {
    try refusing {
      try archive.read {
        try Questions.answer(name, parameters, reading: $0, now: currentInstant())
      }
    }
  }

  func gate(repository: String, pull: Int64) async throws -> GateReport? {
    try archive.read {
      try GateReport(
        repository: repository, pull: pull, reading: $0, asOf: currentInstant().wholeSecond)
    }
  }

  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON] {
    try archive.read {
      try $0.entries(from: from, limit: limit, kind: kind.map { Kind($0) }).map(\.json)
    }
  }

  func entry(_ index: Int64) async throws -> JSON? {
    try archive.read { try $0.entry(at: index)?.json }
  }

  func log() async throws -> JSON { try archive.read { try LogReport(reading: $0) }.json }

  /// Looks at the file every second: SQLite tells nobody that another process wrote.
  func follow(
    _ parameters: [(String, String)], _ tell: @Sendable (Followed) async throws -> Void
  ) async throws {
    let following = try refusing {
      try Following(Parameters(parameters, allowed: Following.parameters))
    }
    var next = try archive.read { try $0.size() }
    if let after = following.after { next = min(next, after + 1) }
    try await tell(.opened)
    while !Task.isCancelled {
      let batch = try archive.read {
        try following.batch(from: next, limit: FileSource.batch, reading: $0)
      }
      for line in batch.lines { try await tell(.line(line.row.json)) }
      next = batch.next
      if !batch.isFull { try await Task.sleep(for: .seconds(1)) }
    }
  }

  private func refusing<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let bad as BadQuestion {
      throw Refusal(code: bad.code, sentence: bad.sentence, candidates: bad.candidates ?? [])
    }
  }
}
