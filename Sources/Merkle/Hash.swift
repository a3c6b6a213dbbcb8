import Crypto

/// 32 bytes of SHA-256: a leaf, an interior node, a root, or the digest of a body.
public struct Hash: Hashable, Sendable {
  public static let byteCount = 32
  private var storage = Words()

  /// Integers and no `SIMD32<UInt8>`: with Swift 6.3.1 a value of a vector of 32 bytes beside a
  /// reference, held across an `await`, was overwritten in debug builds.
  private struct Words: Hashable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static func == (left: Words, right: Words) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
      withUnsafeBytes(of: words) { hasher.combine(bytes: $0) }
    }
  }

  /// - Precondition: `bytes.count == 32`.
  public init(_ bytes: some Sequence<UInt8>) {
    var count = 0
    withUnsafeMutableBytes(of: &storage.words) { target in
      for byte in bytes {
        target[count] = byte
        count += 1
      }
    }
    precondition(count == Hash.byteCount, "a hash has 32 bytes")
  }

  /// The same without a generic sequence's cost: a proof reads dozens.
  ///
  /// - Precondition: `bytes.count == 32`.
  public init(raw bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == Hash.byteCount, "a hash has 32 bytes")
    withUnsafeMutableBytes(of: &storage.words) { $0.copyMemory(from: bytes) }
  }

  fileprivate init(digest: SHA256.Digest) {
    self = digest.withUnsafeBytes { Hash(raw: $0) }
  }

  /// 64 lower-case hexadecimal digits; anything else is `nil`.
  public init?(hex: String) {
    guard hex.utf8.count == 2 * Hash.byteCount else { return nil }
    var bytes = [UInt8](repeating: 0, count: Hash.byteCount)
    for (position, character) in hex.utf8.enumerated() {
      guard let digit = Hash.lowerHexValue(character) else { return nil }
      bytes[position / 2] = bytes[position / 2] << 4 | digit
    }
    self.init(bytes)
  }

  public var bytes: [UInt8] { withUnsafeBytes(of: storage.words) { Array($0) } }

  public var hex: String { hex(bytes: Hash.byteCount) }

  /// The digits of the first `count` bytes.
  ///
  /// - Precondition: `count` is at most 32.
  public func hex(bytes count: Int) -> String {
    withUnsafeBytes(of: storage.words) { bytes in
      String(unsafeUninitializedCapacity: 2 * count) { buffer in
        for position in 0..<count {
          buffer[2 * position] = Hash.digit(bytes[position] >> 4)
          buffer[2 * position + 1] = Hash.digit(bytes[position] & 15)
        }
        return 2 * count
      }
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  func copy(to target: UnsafeMutableRawBufferPointer) {
    withUnsafeBytes(of: storage.words) { target.copyMemory(from: $0) }
  }

  private static func lowerHexValue(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension Hash: CustomStringConvertible {
  public var description: String { hex }
}

extension Hash {
  /// Plain SHA-256, for bodies and files; never for tree nodes, which are domain-separated.
  public static func sha256(_ data: some Sequence<UInt8>) -> Hash {
    var hasher = SHA256()
    if data.withContiguousStorageIfAvailable({ hasher.update(bufferPointer: .init($0)) }) == nil {
      hasher.update(data: Array(data))
    }
    return Hash(digest: hasher.finalize())
  }

  /// MTH of an empty list: SHA-256 of nothing (RFC 6962, 2.1).
  public static let emptyRoot = sha256([])

  /// `SHA-256(0x00 ‖ entry)` (RFC 6962, 2.1).
  public static func leaf(_ entry: some Sequence<UInt8>) -> Hash {
    let hash = entry.withContiguousStorageIfAvailable { leaf(UnsafeRawBufferPointer($0)) }
    return hash ?? leaf(Array(entry))
  }

  /// The same without a copy of the entry.
  public static func leaf(_ entry: UnsafeRawBufferPointer) -> Hash {
    var hasher = SHA256()
    withUnsafeBytes(of: UInt8(0x00)) { hasher.update(bufferPointer: $0) }
    hasher.update(bufferPointer: entry)
    return Hash(digest: hasher.finalize())
  }

  /// The same of an entry that ends with one more byte, without a copy of the rest.
  public static func leaf(_ entry: ArraySlice<UInt8>, closedBy last: UInt8) -> Hash {
    var hasher = SHA256()
    withUnsafeBytes(of: UInt8(0x00)) { hasher.update(bufferPointer: $0) }
    entry.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    withUnsafeBytes(of: last) { hasher.update(bufferPointer: $0) }
    return Hash(digest: hasher.finalize())
  }

  /// `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962, 2.1).
  public static func node(_ left: Hash, _ right: Hash) -> Hash {
    withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 1) { message in
      message[0] = 0x01
      left.copy(to: .init(rebasing: message[1..<1 + byteCount]))
      right.copy(to: .init(rebasing: message[(1 + byteCount)...]))
      var hasher = SHA256()
      hasher.update(bufferPointer: UnsafeRawBufferPointer(message))
      return Hash(digest: hasher.finalize())
    }
  }
}
