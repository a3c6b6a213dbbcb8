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
