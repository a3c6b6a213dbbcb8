import Ledger

extension JSON {
  /// The texts of a list, or those that its elements have under a name; `null` when it is no list.
  static func strings(of list: JSON?, _ member: String? = nil) -> JSON {
    guard let elements = list?.array else { return .null }
    let texts = elements.compactMap { element in
      member.map { element[$0]?.string } ?? element.string
    }
    return .array(texts.map(JSON.string))
  }

  /// The integers that the elements of a list have under a name; `null` when it is no list.
  static func ints(of list: JSON?, _ member: String) -> JSON {
    guard let elements = list?.array else { return .null }
    return .array(elements.compactMap { $0[member]?.int }.map(JSON.int))
  }

  /// The names of an object's members, in order; `null` when it is no object.
  static func names(in object: JSON?) -> JSON {
    guard let members = object?.object else { return .null }
    return .array(members.keys.sorted().map(JSON.string))
  }
}

extension Facts {
  /// GitHub bounds no list: an installation may name thousands of repositories. The rest stands in
  /// the evidence.
  static let longestList = 500

  /// The same, with `is_cut` where a list had to be cut so that an entry can hold it.
  var cut: Facts {
    var facts = self
    for (name, value) in data {
      guard let list = value.array, list.count > Facts.longestList else { continue }
      facts.data[name] = .array(Array(list.prefix(Facts.longestList)))
      facts.data["is_cut"] = true
    }
    return facts
  }
}
