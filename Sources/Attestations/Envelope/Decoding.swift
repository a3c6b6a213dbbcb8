import Ledger
import Merkle

extension JSON {
  /// Bytes as JSON's mapping of Protocol Buffers writes them.
  var bytes: [UInt8]? { string.flatMap(Base64.anyAlphabet) }

  /// An int64 as that mapping writes it: mostly a string.
  var int64: Int64? {
    if let int { return int }
    guard let text = string, text.utf8.count <= 19,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int64(text)
  }

  static func parsed(_ bytes: [UInt8], _ what: String) throws(AttestationError) -> JSON {
    do { return try JSON.parse(bytes) } catch {
      throw AttestationError("\(what) is not JSON: \(error)")
    }
  }
}
