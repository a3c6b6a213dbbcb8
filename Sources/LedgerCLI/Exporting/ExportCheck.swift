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
    let keys = try VerifierKeys.read(vkeys)
    var verifier = ExportVerifier(trusting: keys)
    do {
      try LineFile(path).forEach { try verifier.take($0) }
      return try verifier.end()
    } catch let fault as ExportFault {
      let place = fault.line.map { "line \($0): " } ?? ""
      throw Failure(
        "\(InputFile.name(path)) proves nothing: \(place)\(Text.safe(fault.reason))",
        hint: ExportCheck.hint(fault, keys), code: Exit.integrity)
    }
  }

  /// A fault of a line is one of the file, any other may be one of the keys.
  private static func hint(_ fault: ExportFault, _ keys: [NoteVerifier]) -> String {
    if fault.line == nil, fault.reason.contains("did not cosign") {
      return "No witness has seen the head of an export, which is made with it: give the log's key "
        + "alone."
    }
    if fault.line == nil, fault.reason.contains("no known key") { return VerifierKeys.hint }
    return "Have the ledger make it again; what this one leaves out or changes is not known."
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
