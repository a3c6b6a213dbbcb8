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

  /// The same, with `is_cut` where a list had more elements than are kept.
  var cut: Facts {
    var facts = self
    for (name, value) in data {
      guard let list = value.array, list.count > Facts.longestList else { continue }
      facts.data[name] = .array(Array(list.prefix(Facts.longestList)))
      facts.data["is_cut"] = true
    }
    return facts
  }

  /// What `is_cut` takes, with its comma.
  private static let mark = 14

  /// The same, at least so many bytes smaller, with `is_cut`: the list that takes most room keeps
  /// its shortest elements, in their order, so that long ones do not push the others out. One always
  /// stays: a list that is empty says that there is nothing. `nil` when none has one to spare.
  func cut(by excess: Int) -> Facts? {
    let lists = data.compactMapValues(\.array).filter { $0.value.count > 1 }
      .mapValues { list in list.map { $0.canonicalBytes.count + 1 } }
    let largest = lists.max { ($0.value.reduce(0, +), $0.key) < ($1.value.reduce(0, +), $1.key) }
    guard let (name, sizes) = largest, let list = data[name]?.array else { return nil }
    var room = sizes.reduce(0, +) - excess - Facts.mark
    let shortest = sizes.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
    let kept = shortest.prefix { index in
      room -= sizes[index]
      return room >= 0
    }
    var facts = self
    facts.data[name] = .array((kept.isEmpty ? shortest.prefix(1) : kept).sorted().map { list[$0] })
    facts.data["is_cut"] = true
    return facts
  }
}
