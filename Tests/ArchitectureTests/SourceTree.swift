import Foundation
import Testing

/// The files of this checkout, as text.
enum SourceTree {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct File: Sendable, CustomTestStringConvertible {
    /// From the root: `Sources/Merkle/Hash.swift`.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Lines that are not comments, without their leading space.
    var code: [Substring] {
      lines.map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }
    }

    var testDescription: String { path }
  }

  /// All files with this extension below a folder, sorted by path.
  static func files(_ folder: String, extension suffix: String) throws -> [File] {
    let paths = try FileManager.default.subpathsOfDirectory(
      atPath: root.appending(path: folder).path(percentEncoded: false))
    return try paths.filter { $0.hasSuffix("." + suffix) }.sorted().map { path in
      let full = root.appending(path: folder).appending(path: path)
      return File(path: folder + "/" + path, text: try String(contentsOf: full, encoding: .utf8))
    }
  }

  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path(percentEncoded: false)
    ).filter { !$0.hasPrefix(".") }.sorted()
  }

  static func swift(of room: Room) throws -> [File] {
    try files("Sources/\(room.name)", extension: "swift")
  }
}

/// What a line of Swift imports: `@testable public import struct Foundation.URL` → `Foundation`.
func importedModule(_ line: Substring) -> String? {
  let words = line.split(separator: " ")
  guard let position = words.firstIndex(of: "import"),
    words[..<position].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
  else { return nil }
  let rest = words[(position + 1)...].filter { !importKinds.contains(String($0)) }
  return rest.first.map { String($0.prefix { $0 != "." && $0 != ";" }) }
}

private let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private"]
private let importKinds: Set = [
  "typealias", "struct", "class", "enum", "protocol", "let", "var", "func", "actor",
]
