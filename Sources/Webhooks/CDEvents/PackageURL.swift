import Ledger

/// A package URL (purl) as far as it names images:
/// `pkg:oci/api@sha256%3A…?repository_url=HOST/PATH`.
struct PackageURL {
  let type: String
  /// Namespace and name.
  let path: String
  let version: String?
  let qualifiers: [String: String]

  init?(_ text: String) {
    guard text.hasPrefix("pkg:") else { return nil }
    let withoutSubpath = text.dropFirst(4).prefix { $0 != "#" }
    let parts = withoutSubpath.split(separator: "?", maxSplits: 1)
    guard let locator = parts.first, let slash = locator.firstIndex(of: "/") else { return nil }
    type = locator[..<slash].lowercased()
    let named = locator[locator.index(after: slash)...]
    let at = named.lastIndex(of: "@")
    guard let path = PercentCoding.decoded(named[..<(at ?? named.endIndex)]), !path.isEmpty else {
      return nil
    }
    self.path = path
    version = at.flatMap { PercentCoding.decoded(named[named.index(after: $0)...]) }
    qualifiers = parts.count < 2 ? [:] : PackageURL.qualifiers(parts[1])
  }

  private static func qualifiers(_ text: Substring) -> [String: String] {
    text.split(separator: "&").reduce(into: [:]) { qualifiers, pair in
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let value = PercentCoding.decoded(sides[1]) else { return }
      qualifiers[sides[0].lowercased()] = value
    }
  }
}

extension PackageURL {
  private var isImage: Bool { type == "oci" || type == "docker" }

  var digest: String? { isImage ? version.flatMap { imageDigest(.string($0)) } : nil }

  /// The image without tag and digest. In `oci` the qualifier is the whole name, in `docker` it is
  /// the registry alone.
  var image: String? {
    guard isImage else { return nil }
    guard let url = qualifiers["repository_url"], !url.isEmpty else { return path }
    let place = url.split(separator: "://").last.map(String.init) ?? url
    return type == "oci" ? place : "\(place)/\(path)"
  }
}

extension PackageURL {
  /// The name of an image for other tools.
  ///
  /// - Parameters:
  ///   - image: without tag and digest, perhaps with its registry.
  static func image(_ image: String, digest: String, tag: String?) -> String {
    let name = image.split(separator: "/").last.map(String.init) ?? image
    let place = startsWithHost(image) ? image : nil
    let qualifiers = [("repository_url", place), ("tag", tag)].compactMap { name, value in
      value.map { "\(name)=\(PercentCoding.encoded($0, keeping: "/:"))" }
    }
    return "pkg:oci/\(PercentCoding.encoded(name.lowercased()))@\(PercentCoding.encoded(digest))"
      + (qualifiers.isEmpty ? "" : "?" + qualifiers.joined(separator: "&"))
  }

  /// As clients of registries tell `ghcr.io/acme/api` from `acme/api`, which says nothing about
  /// where to find it.
  private static func startsWithHost(_ image: String) -> Bool {
    guard let slash = image.firstIndex(of: "/") else { return false }
    let host = image[..<slash]
    return host == "localhost" || host.contains(".") || host.contains(":")
  }

  /// - Parameter repository: `owner/name`.
  static func commit(_ sha: String, in repository: String) -> String {
    "pkg:github/\(PercentCoding.encoded(repository.lowercased(), keeping: "/"))@\(sha)"
  }
}
