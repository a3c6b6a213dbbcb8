import Ledger

/// An image as it is written where containers are declared: `ghcr.io/acme/api:1.2`,
/// `ghcr.io/acme/api@sha256:…`.
struct ImageName {
  /// `nil` for a tag: that may be another image tomorrow.
  let digest: String?

  init(_ text: String) {
    digest = text.split(separator: "@").last.flatMap { imageDigest(.string(String($0))) }
  }
}
