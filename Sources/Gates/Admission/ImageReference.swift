/// An image as a container names it, by the grammar of the distribution's references
/// (github.com/distribution/reference): `[HOST/]PATH[:TAG][@DIGEST]`.
public struct ImageReference: Hashable, Sendable {
  /// With its registry, without tag and digest.
  public let repository: String
  public let tag: String?
  /// `sha256:` and 64 digits. With one the tag means nothing.
  public let digest: String?

  /// `nil` for what no container runtime would pull, and for digests by another algorithm.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, name.utf8.allSatisfy(ImageReference.isOfName)
    else { return nil }
    digest = parts.count > 1 ? String(parts[1]) : nil
    if let digest, !ImageReference.isDigest(digest) { return nil }
    let slash = name.lastIndex(of: "/")
    // A colon in front of the last slash belongs to the host's port.
    let colon = name.lastIndex(of: ":").flatMap { colon in
      slash.map { colon > $0 } ?? true ? colon : nil
    }
    let path = colon.map { name[..<$0] } ?? name
    let tag = colon.map { String(name[name.index(after: $0)...]) }
    guard !path.isEmpty, !path.hasPrefix("/"), !path.hasSuffix("/"), tag != "" else { return nil }
    self.tag = tag
    repository = ImageReference.whole(String(path))
  }

  /// As the runtimes read a short name: `nginx` is `docker.io/library/nginx`.
  public static func whole(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isHost =
      parts.count > 1 && (parts[0].contains { ".:".contains($0) } || parts[0] == "localhost")
    guard isHost else { return "docker.io/" + (parts.count > 1 ? path : "library/\(path)") }
    guard parts[0] == "docker.io" || parts[0] == "index.docker.io" else { return path }
    let rest = parts.dropFirst().joined(separator: "/")
    return "docker.io/" + (parts.count > 2 ? rest : "library/\(rest)")
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-/:".utf8.contains(byte)
    }
  }

  private static func isDigest(_ text: String) -> Bool {
    guard text.hasPrefix("sha256:") else { return false }
    let digits = text.utf8.dropFirst(7)
    return digits.count == 64
      && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
