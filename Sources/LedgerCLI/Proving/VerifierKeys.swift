import Ledger
import Merkle

/// Keys as people give them, with --vkey.
enum VerifierKeys {
  /// To a head that none of the given keys signed.
  static let hint =
    "Is it the key of this log? It may have been replaced: ledger key show --all prints all keys."

  /// - Throws: `Failure` for a text that is no key.
  static func read(_ texts: [String]) throws -> [NoteVerifier] {
    try texts.map { text in
      do { return try NoteVerifier(text) } catch {
        throw Failure.usage(
          "--vkey \(Text.safe(text)) is no key: \(error)", hint: "ledger key show prints it.")
      }
    }
  }
}
