import Foundation

/// The lines of a file, one after the other.
struct LineFile {
  /// Many times what a ledger writes: an entry has at most 65,535 bytes, and the header names what
  /// has room in one.
  static let longest = 4 << 20
  private static let chunk = 1 << 20

  private let path: String
  private let file: FileHandle

  /// - Parameter path: `-` for standard input.
  init(_ path: String) throws {
    self.path = path
    if path != "-", URL(filePath: path).isFolder {
      throw Failure("\(InputFile.name(path)) is a folder", hint: "Name the file in it.")
    }
    guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw LineFile.unreadable(path)
    }
    self.file = file
  }

  private static func unreadable(_ path: String) -> Failure {
    Failure("cannot read \(InputFile.name(path))", hint: "Is it there, and readable?")
  }

  /// Without their line breaks. A rest behind the last one is a line too, and none that the ledger
  /// writes: whoever cut it off is told so. Each byte is looked at once, however long a line is.
  func forEach(_ take: ([UInt8]) throws -> Void) throws {
    var line: [UInt8] = []
    while let chunk = try next() {
      var rest = chunk[...]
      while let end = rest.firstIndex(of: 10) {
        try add(rest[..<end], to: &line)
        try take(line)
        line = []
        rest = rest[(end + 1)...]
      }
      try add(rest, to: &line)
    }
    guard line.isEmpty else {
      throw Failure("the last line was cut off: it has no end", code: Exit.integrity)
    }
  }

  private func add(_ part: ArraySlice<UInt8>, to line: inout [UInt8]) throws {
    guard line.count + part.count <= LineFile.longest else {
      throw Failure(
        "a line of \(InputFile.name(path)) is longer than \(LineFile.longest >> 20) MiB",
        hint: "No export has such a line: is it another file?", code: Exit.integrity)
    }
    line += part
  }

  /// `nil` at the end.
  private func next() throws -> [UInt8]? {
    let chunk: Data?
    do { chunk = try file.read(upToCount: LineFile.chunk) } catch {
      throw LineFile.unreadable(path)
    }
    return chunk.flatMap { $0.isEmpty ? nil : [UInt8]($0) }
  }
}
