import Ledger

/// How one event of GitHub becomes an entry. One file for each; `Events.all` names them all.
///
/// Only what an answer needs is read. Unknown fields, actions and words are no errors: schemas
/// change, and a delivery that is not understood is kept as evidence all the same.
protocol GitHubEvent: SendableMetatype {
  /// `X-GitHub-Event`.
  static var names: [String] { get }
  static var kind: Kind { get }
  /// What is read beside `Events.common`.
  static var selection: Selection { get }
  /// `nil` when a field is missing without which the entry would say nothing.
  static func facts(of payload: JSON) -> Facts?
}

/// What an event says, in the entry's own words.
struct Facts {
  /// When it happened, by GitHub's clock.
  var at: Instant?
  var data: [String: JSON]
  /// Users of the payload whose names belong into the directory.
  var people: [JSON?] = []
}

extension JSON {
  /// The numeric id of a user, repository or App object.
  var id: JSON { .optional(self["id"]?.int) }

  /// An instant in the ledger's own form; `null` when there is none that can be used.
  static func instant(_ json: JSON?) -> JSON { .optional(Instant(json: json)) }

  static func string(of json: JSON?) -> JSON { .optional(json?.string) }
  static func int(of json: JSON?) -> JSON { .optional(json?.int) }
  static func bool(of json: JSON?) -> JSON { .optional(json?.bool) }
}

extension Person {
  init?(user: JSON?) {
    guard let id = user?["id"]?.int, let login = user?["login"]?.string,
      !login.utf8.contains(0)
    else { return nil }
    self.init(id: id, login: login)
  }
}

/// `sha256:` and 64 lower-case hexadecimal digits; a tag is no digest.
func imageDigest(_ json: JSON?) -> String? {
  guard let text = json?.string, text.hasPrefix("sha256:") else { return nil }
  return isHex(text.utf8.dropFirst(7), count: 64) ? text : nil
}

/// A full commit id.
func commitID(_ json: JSON?) -> String? {
  guard let text = json?.string, isHex(text.utf8[...], count: 40) else { return nil }
  return text
}

/// A number as it stands in an address or a name: digits alone, no sign, none too many, not zero.
func plainID(_ text: Substring) -> Int64? {
  guard let first = text.utf8.first, first != UInt8(ascii: "0"),
    text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
    let number = Int64(text), number <= 1 << 53
  else { return nil }
  return number
}

/// `main` of `refs/heads/main`. Byte by byte: a mark that a name begins with makes one character with
/// the slash before it.
func branchName(_ ref: String) -> String {
  rest(of: ref, after: "refs/heads/").map(String.init) ?? ref
}

/// What stands behind the beginning of a text; `nil` for one that begins otherwise.
func rest(of text: String, after start: String) -> Substring? {
  guard text.utf8.starts(with: start.utf8) else { return nil }
  return Substring(text.utf8.dropFirst(start.utf8.count))
}

private func isHex(_ digits: Substring.UTF8View, count: Int) -> Bool {
  digits.count == count
    && digits.allSatisfy {
      ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
        || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
    }
}
