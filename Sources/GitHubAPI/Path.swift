import Gates
import Ledger

/// The path of a call: `/repos/{owner}/{repo}/…`, every parameter percent-encoded.
struct Path {
  let text: String

  /// Segments after the address of the API, not yet encoded.
  init(_ segments: String...) throws(CodeHostError) { try self.init(segments) }

  /// `name` is `owner/name`; `rest` are the segments after it, not yet encoded.
  init(_ repository: RepositoryRow, _ rest: String...) throws(CodeHostError) {
    let name = repository.name.split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard name.count == 2 else { throw Path.unusable }
    try self.init(["repos"] + name.map(String.init) + rest)
  }

  private init(_ segments: [String]) throws(CodeHostError) {
    guard segments.allSatisfy(Path.isSegment) else { throw Path.unusable }
    text = segments.map { "/" + percentEncoded($0) }.joined()
  }

  private static let unusable = CodeHostError.refused(
    status: 0, reason: "not sent: the repository, the commit or the branch has no usable name")

  /// Dots cannot be encoded, and a server may resolve them as steps of the path.
  private static func isSegment(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".."
  }
}

/// Everything but the unreserved characters of RFC 3986, 2.3, as `%XX` of its UTF-8 bytes.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var encoded: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      encoded.append(byte)
    default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}
