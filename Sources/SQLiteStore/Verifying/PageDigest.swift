import Foundation
import Merkle

/// SHA-256 of every page of a ledger's file. It finds what no answer shows: a flipped bit in unused
/// space, too. Kept elsewhere, it says of a file at rest whether it is, byte for byte, what it was.
///
/// As text: `ledger-pages/1 PAGESIZE`, then a line of 64 hexadecimal digits for each page.
public struct PageDigest: Sendable, Hashable {
  private static let form = "ledger-pages/1"

  /// Bytes.
  public let pageSize: Int
  public let pages: [Hash]

  /// - Throws: `StartupRefused` when it cannot be read, or when a part of it stands in its
  ///   write-ahead log: then its server runs, or was killed.
  public init(path: String) throws {
    let log = path + "-wal"
    if FileManager.default.fileExists(atPath: log),
      try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int != 0
    {
      throw StartupRefused.cannotOpen(
        path: path, reason: "a part of it is in \(log). Stop its server, or start it once, first")
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw StartupRefused.noDatabase(path: path)
    }
    defer { file.closeFile() }
    pageSize = try PageDigest.pageSize(file)
    try file.seek(toOffset: 0)
    var pages: [Hash] = []
    while let page = try file.read(upToCount: pageSize), !page.isEmpty {
      pages.append(.sha256(page))
    }
    self.pages = pages
  }

  /// Bytes 16 and 17 of the header, where 1 means 65,536 (SQLite's file format, 1.3.2). A file with
  /// anything else there is none of SQLite's: it is read in pages of the usual size.
  private static func pageSize(_ file: FileHandle) throws -> Int {
    let header = Array(try file.read(upToCount: 18) ?? Data())
    guard header.count == 18 else { return 4_096 }
    let size = Int(header[16]) << 8 | Int(header[17])
    if size == 1 { return 65_536 }
    return size >= 512 && size.nonzeroBitCount == 1 ? size : 4_096
  }

  /// Reads what `text` writes; `nil` for anything else.
  public init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.last?.isEmpty == true, let first = lines.first?.split(separator: " "),
      first.count == 2, first[0] == PageDigest.form, let size = Int(first[1])
    else { return nil }
    pageSize = size
    var pages: [Hash] = []
    for line in lines.dropFirst().dropLast() {
      guard let hash = Hash(hex: String(line)) else { return nil }
      pages.append(hash)
    }
    self.pages = pages
  }

  public var text: String {
    (["\(PageDigest.form) \(pageSize)"] + pages.map(\.hex) + [""]).joined(separator: "\n")
  }

  /// What differs from an earlier one, the first pages first.
  func problems(comparedWith earlier: PageDigest) -> [VerifyReport.Problem] {
    guard pageSize == earlier.pageSize else {
      return [.init("its pages have \(pageSize) bytes, they had \(earlier.pageSize)")]
    }
    var problems: [VerifyReport.Problem] = []
    for (number, (page, old)) in zip(pages, earlier.pages).enumerated() where page != old {
      problems.append(.init("page \(number + 1) is not what it was"))
    }
    if pages.count != earlier.pages.count {
      problems.append(.init("it has \(pages.count) pages, it had \(earlier.pages.count)"))
    }
    return problems
  }
}
