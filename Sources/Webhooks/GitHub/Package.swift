import Ledger

/// An image reached GitHub's container registry. The event proves no provenance, and its digests
/// may disagree: only the version's own name, which is the manifest's digest, is taken.
enum PackageEvent: GitHubEvent {
  static let names = ["package", "registry_package"]
  static let kind = Kind.package
  static let selection = Selection(
    "{package,registry_package}.{id,name,namespace,package_type,created_at,updated_at}",
    "{package,registry_package}.owner.{id,login}",
    "{package,registry_package}.package_version.{id,name,version,created_at}",
    "{package,registry_package}.package_version.author.{id,login}",
    "{package,registry_package}.package_version.container_metadata.tag.{name,digest}",
    "{package,registry_package}.package_version.container_metadata.labels.{revision,all_labels}")

  static func facts(of payload: JSON) -> Facts? {
    let packages = [payload["package"], payload["registry_package"]].compactMap(\.self)
    guard let package = packages.first(where: { $0.object != nil }),
      let version = package["package_version"], version.object != nil
    else { return nil }
    let container = version["container_metadata"]
    let labels = container?["labels"]
    let digest =
      imageDigest(version["version"]) ?? imageDigest(version["name"])
      ?? imageDigest(container?.at("tag", "digest"))
    let revision =
      commitID(labels?.at("all_labels", "org.opencontainers.image.revision"))
      ?? commitID(labels?["revision"])
    let created =
      Instant(json: version["created_at"]) ?? Instant(json: package["updated_at"])
      ?? Instant(json: package["created_at"])
    return Facts(
      at: created,
      data: [
        "package_id": .int(of: package["id"]), "name": .string(of: package["name"]),
        "version_id": .int(of: version["id"]), "type": .string(of: package["package_type"]),
        "digest": .optional(digest), "tag": .string(of: container?.at("tag", "name")),
        "revision": .optional(revision), "author": version["author"]?.id ?? .null,
        "created_at": .optional(created),
      ],
      people: [version["author"], package["owner"]])
  }
}
