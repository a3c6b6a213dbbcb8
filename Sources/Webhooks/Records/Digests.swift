import Ledger

/// Names that are hashes. What is wrong with one is said as exactly as it can be: these are what a
/// pipeline gets wrong.
public enum Digests {
  /// What is wrong with the digest of an image; `nil` for nothing.
  public static func problem(_ text: String) -> String? {
    guard imageDigest(.string(text)) == nil else { return nil }
    if text.contains("@sha256:") {
      return "is an image with its digest: only sha256:… belongs here"
    }
    guard text.hasPrefix("sha256:") else {
      return "is a tag, not a digest: \(CleanText.excerpt(text)); a digest is sha256: and 64 "
        + "lower-case hexadecimal digits"
    }
    return digitsProblem(text.dropFirst(7), count: 64)
  }

  static func hashProblem(_ text: String) -> String? { digitsProblem(text[...], count: 64) }

  static func commitProblem(_ text: String) -> String? { digitsProblem(text[...], count: 40) }

  private static func digitsProblem(_ digits: Substring, count: Int) -> String? {
    guard digits.count == count else {
      return "is \(digits.count) characters, not \(count)"
    }
    if let wrong = digits.first(where: { !$0.isHexDigit || !$0.isASCII }) {
      return "has \(wrong), which is no hexadecimal digit"
    }
    return digits.contains(where: \.isUppercase) ? "has upper-case letters: write lower case" : nil
  }
}
