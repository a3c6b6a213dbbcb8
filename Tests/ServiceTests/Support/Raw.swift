import Foundation
import HTTPTypes
import Testing

/// A connection on which every byte is the test's own. Calls that wait run beside the tasks.
final class Raw: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let file: Int32
  /// Longer than anything here may take.
  private static let patience = 20

  init(port: Int) throws {
    file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0 else { throw Failure(description: "no socket") }
    var limit = timeval(tv_sec: Raw.patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(file, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure(description: "cannot connect: \(errno)") }
  }

  deinit { close(file) }

  /// Whether all of it was taken: a server may close before.
  @discardableResult
  func write(_ bytes: [UInt8]) async -> Bool {
    await beside { [file] in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  @discardableResult
  func write(_ text: String) async -> Bool { await write(Array(text.utf8)) }

  /// The next answer; `nil` when the connection ends before it is whole.
  func answer() async -> Answer? {
    await beside { [file] in
      var reader = Reader(file)
      return reader.answer()
    }
  }

  /// What comes until all of these words came, one after the other; `nil` when that never happens.
  func text(until words: String...) async -> String? {
    await beside { [file] in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let text = String(decoding: bytes, as: UTF8.self)
        var rest = text[...]
        let isThere = words.allSatisfy { word in
          guard let range = rest.range(of: word) else { return false }
          rest = rest[range.upperBound...]
          return true
        }
        if isThere { return text }
        let count = recv(file, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        bytes += buffer.prefix(count)
      }
    }
  }

  /// Everything until the server ends the connection; `nil` when it does not.
  func rest() async -> [UInt8]? {
    await beside { [file] in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(file, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return bytes }
        guard count > 0 else { return nil }
        bytes += buffer.prefix(count)
      }
    }
  }

  /// The server ended it, with nothing more to read.
  var isEnded: Bool {
    get async { await rest() == [] }
  }

  /// On a thread of its own: the ones that run tasks are few, and must not wait.
  private func beside<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }
}

/// Reads one answer byte by byte, so that nothing of the next is taken.
private struct Reader {
  private let file: Int32

  init(_ file: Int32) { self.file = file }

  mutating func answer() -> Answer? {
    var lines: [String] = []
    while let line = line() {
      guard line.isEmpty else {
        lines.append(line)
        continue
      }
      return rest(lines)
    }
    return nil
  }

  private mutating func rest(_ lines: [String]) -> Answer? {
    guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else {
      return nil
    }
    var fields = HTTPFields()
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard let name = HTTPField.Name(parts[0]) else { return nil }
      fields.append(
        HTTPField(name: name, value: parts[1].trimmingCharacters(in: .whitespaces)))
    }
    guard let length = fields[.contentLength].flatMap({ Int($0) }) else { return nil }
    var body: [UInt8] = []
    while body.count < length {
      guard let byte = byte() else { return nil }
      body.append(byte)
    }
    return Answer(status: status, headers: fields, body: body)
  }

  private func line() -> String? {
    var bytes: [UInt8] = []
    while let byte = byte() {
      bytes.append(byte)
      if bytes.suffix(2) == [13, 10] { return String(decoding: bytes.dropLast(2), as: UTF8.self) }
    }
    return nil
  }

  private func byte() -> UInt8? {
    var byte: UInt8 = 0
    return recv(file, &byte, 1, 0) == 1 ? byte : nil
  }
}
