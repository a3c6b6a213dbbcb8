import Merkle

/// Whether a body names a person: by the number of an account, by a login, by a mention or by an
/// address that begins with a login. Real names are not known, so they are not searched.
///
/// Within an attestation its statement is looked at, and what its log wrote down: both stand there
/// as base64.
public struct PersonSearch: Sendable {
  public let id: Int64
  /// In lower case: GitHub does not tell the cases apart.
  public private(set) var logins: Set<String>

  private let digits: [UInt8]

  public init(id: Int64, logins: [String]) {
    self.id = id
    self.logins = Set(logins.map { $0.lowercased() })
    digits = Array(String(id).utf8)
  }

  /// Adds the logins that stand beside the number in this body: people rename themselves.
  ///
  /// - Parameter body: of somebody who is believed about logins; everything named so is found.
  public mutating func learn(from body: [UInt8]) {
    guard Bytes.contains(body, digits), let json = PersonSearch.parse(body) else { return }
    var found: Set<String> = []
    collect(json, into: &found)
    logins.formUnion(found)
  }

  public func matches(_ body: [UInt8]) -> Bool {
    let lower = Bytes.lowered(body)
    let mayMatch =
      Bytes.contains(body, digits) || Wrapped.mayBe(in: body)
      || logins.contains { Bytes.contains(lower, Array($0.utf8)) }
    guard mayMatch else { return false }
    // A list of pages is no document: what is only text is searched as text.
    guard let json = PersonSearch.parse(body) else { return matches(text: lower) }
    return matches(json, wrapped: 0)
  }

  private static func parse(_ body: [UInt8]) -> JSON? {
    do { return try JSON.parse(body) } catch { return nil }
  }

  private func collect(_ json: JSON, into found: inout Set<String>) {
    switch json {
    case .object(let members):
      if members["id"] == .int(id), let login = members["login"]?.string,
        PersonSearch.isLogin(login)
      {
        found.insert(login.lowercased())
      }
      for value in members.values { collect(value, into: &found) }
    case .array(let elements):
      for element in elements { collect(element, into: &found) }
    default: return
    }
  }

  /// GitHub's: letters, digits and hyphens; of an App `[bot]` stands behind them.
  private static func isLogin(_ text: String) -> Bool {
    let name =
      text.utf8.suffix(5).elementsEqual("[bot]".utf8) ? text.utf8.dropLast(5) : text.utf8[...]
    return (1...100).contains(name.count) && name.allSatisfy(Bytes.isOfName)
  }

  private func matches(_ json: JSON, wrapped depth: Int) -> Bool {
    switch json {
    case .object(let members):
      if members["id"] == .int(id), members["login"] != nil { return true }
      return members.values.contains { matches($0, wrapped: depth) }
        || Wrapped.bodies(members, depth).contains { body in
          guard let inner = PersonSearch.parse(body) else {
            return matches(text: Bytes.lowered(body))
          }
          return matches(inner, wrapped: depth + 1)
        }
    case .array(let elements): return elements.contains { matches($0, wrapped: depth) }
    case .string(let text): return isNamed(in: Bytes.lowered(Array(text.utf8)))
    default: return false
    }
  }

  /// The login alone, `@login`, or an address: `login@…`, and GitHub's own `123+login@…`.
  private func isNamed(in text: [UInt8]) -> Bool {
    logins.contains { login in
      let name = Array(login.utf8)
      return text == name
        || Bytes.places(of: name, in: text).contains { place in
          let before = place > 0 ? text[place - 1] : nil
          let after = place + name.count < text.count ? text[place + name.count] : nil
          let isMention = before == UInt8(ascii: "@") && !Bytes.isOfName(after)
          let isAddress = after == UInt8(ascii: "@") && !Bytes.isOfName(before)
          return isMention || isAddress
        }
    }
  }

  /// Every whole word counts.
  private func matches(text: [UInt8]) -> Bool {
    let words = logins.map { Array($0.utf8) } + [digits]
    return words.contains { word in
      Bytes.places(of: word, in: text).contains { place in
        let after = place + word.count < text.count ? text[place + word.count] : nil
        return !Bytes.isOfName(place > 0 ? text[place - 1] : nil) && !Bytes.isOfName(after)
      }
    }
  }
}

/// What stands within a body as base64: the payload of a DSSE envelope, and the entry of a
/// transparency log.
private enum Wrapped {
  /// An envelope in the entry of a log in a bundle; nobody wraps more often.
  private static let maximumDepth = 2
  private static let payload = (name: "payload", type: "payloadType")
  private static let entry = "canonicalizedBody"

  static func mayBe(in body: [UInt8]) -> Bool {
    [payload.type, entry].contains { Bytes.contains(body, Array($0.utf8)) }
  }

  static func bodies(_ members: [String: JSON], _ depth: Int) -> [[UInt8]] {
    guard depth < maximumDepth else { return [] }
    let isEnvelope = members[payload.type]?.string != nil
    let texts = [isEnvelope ? members[payload.name]?.string : nil, members[entry]?.string]
    return texts.compactMap { $0.flatMap(Base64.anyAlphabet) }
  }
}

private enum Bytes {
  static func lowered(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
    !places(of: word, in: text, limit: 1).isEmpty
  }

  /// Where `word` begins in `text`.
  static func places(of word: [UInt8], in text: [UInt8], limit: Int = .max) -> [Int] {
    guard let first = word.first, word.count <= text.count else { return [] }
    var places: [Int] = []
    text.withUnsafeBufferPointer { text in
      for start in 0...(text.count - word.count) where text[start] == first {
        guard (1..<word.count).allSatisfy({ text[start + $0] == word[$0] }) else { continue }
        places.append(start)
        if places.count == limit { return }
      }
    }
    return places
  }

  /// Letters, digits and the hyphen make up a login.
  static func isOfName(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return Character(Unicode.Scalar(byte)).isASCII
      && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
        || byte == UInt8(ascii: "-"))
  }
}
