import Foundation
import Glibc

/// Files that are there as a whole or not at all, also after a power cut.
enum WholeFile {
  /// Puts a text in the place of what the file holds.
  static func replace(_ path: String, with text: String) throws {
    let next = "\(path).\(getpid()).next"
    let file = open(next, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(next) }
    do {
      try fill(file, text, next)
      try move(next, to: path)
    } catch {
      unlink(next)
      throw error
    }
  }

  /// Puts a file that is on disk in the place of another one.
  static func move(_ next: String, to path: String) throws {
    guard rename(next, path) == 0 else { throw failure(path) }
    try flush(directoryOf: path)
  }

  /// Returns when what a file holds, and that it is there, is on disk: whoever wrote it may have been
  /// stopped before.
  static func flush(_ path: String) throws {
    try flush(path, O_RDONLY)
    try flush(directoryOf: path)
  }

  /// A new file is none after a power cut before its directory is on disk, too.
  static func flush(directoryOf path: String) throws {
    try flush(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
  }

  /// `nil` when there is no such file.
  static func read(_ path: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw Failure("cannot read \(path)", hint: "Is it a file of text that may be read?")
    }
  }

  /// Writes all that a file is to hold, and closes it.
  static func fill(_ file: Int32, _ text: String, _ path: String) throws {
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw failure(path)
    }
  }

  private static func flush(_ path: String, _ flags: Int32) throws {
    let file = open(path, flags | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    // File systems that flush no directories (CIFS) say EINVAL: more is not to be had there.
    guard fsync(file) == 0 || errno == EINVAL else { throw failure(path) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure("cannot write \(path): \(String(cString: strerror(errno)))")
  }
}
