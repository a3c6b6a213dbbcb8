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
      guard rename(next, path) == 0 else { throw failure(path) }
      try flush(directory: path)
    } catch {
      unlink(next)
      throw error
    }
  }

  /// `nil` when there is no such file.
  static func read(_ path: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw Failure("cannot read \(path)", hint: "Is it a file of text that may be read?")
    }
  }

  private static func fill(_ file: Int32, _ text: String, _ path: String) throws {
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw failure(path)
    }
  }

  private static func flush(directory path: String) throws {
    let parent = URL(filePath: path).deletingLastPathComponent().path
    let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw failure(parent) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw failure(parent) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure("cannot write \(path): \(String(cString: strerror(errno)))")
  }
}
