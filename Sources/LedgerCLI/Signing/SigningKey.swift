import Foundation
import Glibc
import Merkle

/// The secret that signs checkpoints: in LEDGER_SIGNING_KEY, in the file that
/// LEDGER_SIGNING_KEY_FILE names, or in one beside the ledger's file.
enum SigningKey {
  static let variable = "LEDGER_SIGNING_KEY"

  static func path(beside database: String) -> String { database + ".key" }

  /// Where a rotation keeps the next key until the log knows it.
  static func nextPath(_ path: String) -> String { path + ".next" }

  /// `nil` when there is none.
  static func read(for database: String) throws -> NoteSigner? {
    if let text = try Configuration.secret(variable) {
      if let path = Configuration.text(variable + "_FILE") { try checkGiven(path) }
      return try signer(text, from: variable)
    }
    let path = path(beside: database)
    // A link that leads nowhere is no log without a key: what it leads to is not mounted.
    guard isLink(path) || FileManager.default.fileExists(atPath: path) else { return nil }
    return try read(path)
  }

  /// Of a file that only its owner may read.
  static func read(
    _ path: String, for algorithm: NoteVerifier.Algorithm = .ed25519
  ) throws -> NoteSigner {
    try checkMode(of: path)
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw Failure("cannot read \(path)", hint: "Does it belong to the user who runs the ledger?")
    }
    return try signer(
      text.trimmingCharacters(in: .whitespacesAndNewlines), from: path, for: algorithm)
  }

  /// By the file that a link leads to, as Kubernetes mounts its secrets: a link itself is open to
  /// everybody.
  private static func checkMode(of path: String) throws {
    let isLink = isLink(path)
    var status = stat()
    guard stat(path, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      guard isLink else {
        throw Failure(
          "there is no key at \(path)", hint: "Is it the right file? Put it back there.")
      }
      throw Failure(
        "\(path) is a link that leads to no key: \(reason)", hint: "Is what it leads to mounted?")
    }
    guard status.st_mode & 0o077 == 0 else {
      let file = isLink ? "the file that \(path) leads to" : path
      throw Failure(
        "\(file) can be read by others than its owner",
        hint: isLink ? "chmod 600 \(path), or mount it with that mode." : "chmod 600 \(path)")
    }
  }

  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Of a file that somebody mounts: Kubernetes lets the group of the pod read it, and Docker whoever
  /// is in the container, since neither gives it to the user who runs the ledger. What everybody may
  /// write to is anybody's key.
  private static func checkGiven(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o002 != 0
    else { return }
    throw Failure(
      "\(path) can be written by everybody",
      hint: "chmod o-w \(path). Where a file system shows all files so, mount it with a umask.")
  }

  /// A name is for ever: one that was meant otherwise is refused before anything is made.
  static func checkName(_ name: String, flag: String) throws {
    guard let scheme = name.range(of: "://") else { return }
    throw Failure.usage(
      "\(flag) \(Text.safe(name)) is an address, not a name: leave out what stands before it",
      hint: "\(flag) \(Text.safe(String(name[scheme.upperBound...])))")
  }

  private static func signer(
    _ text: String, from place: String, for algorithm: NoteVerifier.Algorithm = .ed25519
  ) throws -> NoteSigner {
    do {
      let signer = try NoteSigner(text)
      guard signer.verifier.algorithm == algorithm else {
        throw NoteError.malformed(
          algorithm == .ed25519 ? "it is a witness's key" : "it is a log's key")
      }
      return signer
    } catch let error as NoteError {
      let command = algorithm == .ed25519 ? "ledger init" : "ledger witness init"
      throw Failure("\(place) holds no signing key: \(error)", hint: "\(command) makes one.")
    }
  }

  static func make(
    named origin: String, for algorithm: NoteVerifier.Algorithm = .ed25519
  ) throws -> NoteSigner {
    var generator = SystemRandomNumberGenerator()
    let seed = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    do { return try NoteSigner(name: origin, seed: seed, algorithm: algorithm) } catch {
      throw Failure.usage(
        "\(origin) cannot name a log or a witness: \(error)",
        hint: "Such as ledger.example.com/acme")
    }
  }

  /// Makes a new file of mode 0600 and does not return before it, and its name, is on disk.
  static func write(_ signer: NoteSigner, to path: String) throws {
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      let reason = String(cString: strerror(errno))
      throw Failure(
        "cannot make \(path): \(reason)",
        hint: errno == EEXIST
          ? "A key is never replaced by another one: keep it, or name another file."
          : "Is the directory there, and writable?")
    }
    do {
      try WholeFile.fill(file, signer.text + "\n", path)
      try WholeFile.flush(directoryOf: path)
    } catch {
      // A key that signed nothing, or half of one, which would stand in the way of the next.
      unlink(path)
      throw error
    }
  }
}
