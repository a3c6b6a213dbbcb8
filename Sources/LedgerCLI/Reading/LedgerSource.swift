import Foundation
import Gates
import Ledger
import Reports
import SQLiteStore

/// Where a command reads from: the file itself or a server. The answers are the same.
protocol LedgerSource {
  func history(_ query: HistoryQuery) async throws -> HistoryPage
  /// `nil` when no delivery told of this pull request.
  func gate(repository: String, pull: Int64) async throws -> GateReport?
  /// As `Stored.json` gives them.
  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON]
  func entry(_ index: Int64) async throws -> JSON?
}

func currentInstant() -> Instant {
  Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
}

struct FileSource: LedgerSource {
  private let archive: SQLiteArchive

  init(_ path: String) throws { archive = try SQLiteArchive(path: path) }

  func history(_ query: HistoryQuery) async throws -> HistoryPage {
    HistoryPage(try archive.read { try $0.history(query) }, asOf: currentInstant().wholeSecond)
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
}
