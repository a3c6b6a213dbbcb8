import Ledger

/// An image as it is written where containers are declared: `ghcr.io/acme/api:1.2`,
/// `ghcr.io/acme/api@sha256:…`.
public struct ImageName {
  /// What stands behind the last `@`, whatever it is; `nil` for a tag.
  public let written: String?

  /// `nil` for a tag: that may be another image tomorrow. Also for a `sha256:…` alone, which is the
  /// id of the image's configuration and not the digest of its manifest.
  var digest: String? { written.flatMap { imageDigest(.string($0)) } }

  public init(_ text: String) {
    written = text.lastIndex(of: "@").map { String(text[text.index(after: $0)...]) }
  }
}
