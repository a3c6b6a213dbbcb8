import Ledger

extension JSON {
  /// Members named by streams. Of two spellings of one name it could hold but one: `ExportRequest`
  /// lets no export have both.
  static func streams(_ members: [ByteText: JSON]) -> JSON {
    .object(Dictionary(members.map { ($0.key.text, $0.value) }) { first, _ in first })
  }

  /// The other way round; `nil` for what is no object. What `value` does not know is left out, and
  /// whoever reads compares with what he would write.
  func streams<Value>(_ value: (JSON) -> Value?) -> [ByteText: Value]? {
    object.map { members in
      Dictionary(
        uniqueKeysWithValues: members.compactMap { name, json in
          value(json).map { (ByteText(name), $0) }
        })
    }
  }
}
