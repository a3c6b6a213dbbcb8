import Crypto

/// Values that look like GitHub's and follow from a seed: the same seed, the same value.
public enum Derived {
  /// 40 hexadecimal digits.
  public static func commit(_ seed: String) -> String { hex("commit", seed, digits: 40) }

  /// `sha256:` and 64 hexadecimal digits.
  public static func digest(_ seed: String) -> String {
    "sha256:" + hex("digest", seed, digits: 64)
  }

  /// A GUID in the form of `X-GitHub-Delivery`.
  public static func guid(_ seed: String) -> String { grouped(hex("guid", seed, digits: 32)) }

  static func tree(_ seed: String) -> String { hex("tree", seed, digits: 40) }

  static func nodeID(_ prefix: String, _ id: Int64) -> String {
    "\(prefix)_kwDO" + hex("node", "\(prefix)/\(id)", digits: 16)
  }

  static func guid(hashing bytes: [UInt8]) -> String {
    grouped(String(hexadecimal(SHA256.hash(data: bytes)).prefix(32)))
  }

  private static func grouped(_ digits: String) -> String {
    var rest = digits[...]
    return [8, 4, 4, 4, 12].map { width in
      defer { rest = rest.dropFirst(width) }
      return String(rest.prefix(width))
    }.joined(separator: "-")
  }

  private static func hex(_ purpose: String, _ seed: String, digits: Int) -> String {
    String(hexadecimal(SHA256.hash(data: Array("\(purpose)/\(seed)".utf8))).prefix(digits))
  }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  return String(decoding: text, as: UTF8.self)
}
