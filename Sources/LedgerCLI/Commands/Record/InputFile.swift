import Foundation
import Ledger

/// A file that a command was told to read; `-` is standard input.
enum InputFile {
  static let maximumSize = 64 << 20

  static func read(_ path: String) throws -> [UInt8] {
    let data: Data
    do {
      data =
        path == "-"
        ? try standardInput() : try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch let failure as Failure { throw failure } catch {
      throw Failure("cannot read \(Text.safe(path))", hint: "Is it there, and readable?")
    }
    guard data.count <= maximumSize else { throw tooLarge(path) }
    guard !data.isEmpty else {
      throw Failure("\(name(path)) is empty", hint: "Did the command before it fail?")
    }
    return [UInt8](data)
  }

  /// When a file was written; `nil` for what is no file, such as a pipe.
  static func written(_ path: String) throws -> Instant? {
    guard path != "-" else { return nil }
    let values = try URL(filePath: path).resolvingSymlinksInPath()
      .resourceValues(forKeys: [.isRegularFileKey, .contentModificationDateKey])
    guard values.isRegularFile == true, let date = values.contentModificationDate else {
      return nil
    }
    return Instant(microseconds: Int64(date.timeIntervalSince1970 * 1_000_000))
  }

  /// How it is called in a message.
  static func name(_ path: String) -> String { path == "-" ? "standard input" : Text.safe(path) }

  private static func standardInput() throws -> Data {
    var data = Data()
    while let chunk = try FileHandle.standardInput.read(upToCount: 1 << 20), !chunk.isEmpty {
      data += chunk
      guard data.count <= maximumSize else { throw tooLarge("-") }
    }
    return data
  }

  private static func tooLarge(_ path: String) -> Failure {
    Failure("\(name(path)) is larger than \(maximumSize >> 20) MiB")
  }
}
