import Foundation
import Ledger
import Merkle
import Reports

/// `ledger verify --export`: needs the file and nothing else.
struct ExportCheck {
  /// `-` for standard input.
  let path: String
  let vkeys: [String]

  /// - Throws: `Failure`, with the exit code of a broken proof.
  func run() throws -> ExportSummary {
    var verifier = ExportVerifier(trusting: try trusted())
    do {
      try LineFile(path).forEach { try verifier.take($0) }
      return try verifier.end()
    } catch let fault as ExportFault {
      let place = fault.line.map { "line \($0): " } ?? ""
      throw Failure(
        "\(InputFile.name(path)) proves nothing: \(place)\(Text.safe(fault.reason))",
        code: Exit.integrity)
    }
  }

  private func trusted() throws -> [NoteVerifier] {
    try vkeys.map { text in
      do { return try NoteVerifier(text) } catch {
        throw Failure.usage(
          "--vkey \(Text.safe(text)) is no key: \(error)", hint: "ledger key show prints it.")
      }
    }
  }
}

/// The lines of a file, one after the other.
struct LineFile {
  private static let longest = 64 << 20
  private let file: FileHandle

  init(_ path: String) throws {
    guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw Failure("cannot read \(Text.safe(path))", hint: "Is it there, and readable?")
    }
    self.file = file
  }

  /// Without their line breaks. A rest behind the last one is a line too, and none that the ledger
  /// writes: whoever cut it off is told so.
  func forEach(_ take: ([UInt8]) throws -> Void) throws {
    var rest: [UInt8] = []
    while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
      rest += chunk
      var start = 0
      while let end = rest[start...].firstIndex(of: 10) {
        try take(Array(rest[start..<end]))
        start = end + 1
      }
      rest.removeFirst(start)
      guard rest.count <= LineFile.longest else {
        throw Failure("a line is longer than \(LineFile.longest >> 20) MiB", code: Exit.integrity)
      }
    }
    guard rest.isEmpty else {
      throw Failure("the last line was cut off: it has no end", code: Exit.integrity)
    }
  }
}
