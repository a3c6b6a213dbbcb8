/// Names with an inner form.
enum Names {
  private static let separators = "/:,@%|"

  /// A mark makes one character with what stands before it. Behind a separator, or in front of a name
  /// that one is put before, it hides that from who reads characters: the same text would come apart
  /// in two ways.
  static func markProblem(_ text: String) -> String? {
    let text = "/" + text
    let there = text.utf8.count { separators.utf8.contains($0) }
    let seen = text.count { separators.contains($0) }
    return there == seen ? nil : "has a mark that makes one character with a separator"
  }

  /// GitHub's names are of ASCII. Others may be the same as one of them but for the size of letters: the
  /// Kelvin sign, written small, is a k.
  static func asciiProblem(_ text: String) -> String? {
    text.utf8.allSatisfy { $0 < 0x80 } ? nil : "must be of ASCII, as all names of GitHub's are"
  }

  /// Two parts with one slash between them: `acme/api`, `Deployment/api`.
  static func pair(_ text: String) -> Bool {
    guard markProblem(text) == nil else { return false }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && !part.contains(where: \.isWhitespace)
      }
  }

  /// A colon after the last slash begins a tag; one before it, a port.
  static func imageProblem(_ text: String) -> String? {
    if text.utf8.contains(UInt8(ascii: "@")) { return "has a digest: give it as digest" }
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let last = parts.last ?? Substring(text).utf8
    if last.contains(UInt8(ascii: ":")) { return "has a tag: give it as tag" }
    if let problem = markProblem(text) { return problem }
    return text.contains(where: \.isWhitespace) || last.isEmpty ? "is no name of an image" : nil
  }

  /// Of ECS: a family has letters, digits, `-` and `_`; revisions count from 1.
  static func revisionProblem(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isRevision =
      parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.allSatisfy(isFamily)
      && parts[1].utf8.allSatisfy(URISyntax.isDigit) && parts[1].first != "0"
      && (Int64(parts[1]).map { $0 <= 1 << 53 } ?? false)
    return isRevision ? nil : "must be family:number, such as api:57"
  }

  private static func isFamily(_ byte: UInt8) -> Bool {
    URISyntax.isLetterOrDigit(byte) || "-_".utf8.contains(byte)
  }
}

/// The environments that the configuration names.
enum Environments {
  private static let shown = 20

  /// - Parameter known: `nil` when anything goes.
  static func problem(_ name: String, known: [String]?) -> String? {
    guard let known, !known.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
      return nil
    }
    let list = known.isEmpty ? "none" : known.sorted().prefix(shown).joined(separator: ", ")
    let more = known.count > shown ? ", …" : ""
    let meant = Closest.word(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    return "is no known environment; known are: \(list)\(more)\(meant)"
  }
}

/// Addresses that a page may link to.
enum WebAddress {
  static func problem(_ text: String) -> String? {
    let example = "must be an address such as https://example.com/runs/1"
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !refused.contains($0) }),
      let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) })
    else { return example }
    let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    if authority.contains("@") { return "has a user or a password in it" }
    return authority.isEmpty || authority.hasPrefix(":") ? example : nil
  }

  /// RFC 3986 has no place for these.
  private static let refused = Set("\"<>\\^`{|}".utf8)
}
