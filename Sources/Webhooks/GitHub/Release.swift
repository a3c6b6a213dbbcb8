import Ledger

/// A release was cut. `target_commitish` may be a branch, so it names no commit.
enum ReleaseEvent: GitHubEvent {
  static let names = ["release"]
  static let kind = Kind.release
  static let selection = Selection(
    "release.{id,tag_name,draft,prerelease,created_at,published_at}", "release.author.{id,login}")

  static func facts(of payload: JSON) -> Facts? {
    guard let release = payload["release"], let id = release["id"]?.int,
      let tag = release["tag_name"]?.string
    else { return nil }
    return Facts(
      at: Instant(json: release["published_at"]) ?? Instant(json: release["created_at"]),
      data: [
        "id": .int(id), "tag": .string(tag), "draft": .bool(of: release["draft"]),
        "prerelease": .bool(of: release["prerelease"]), "author": release["author"]?.id ?? .null,
        "created_at": .instant(release["created_at"]),
        "published_at": .instant(release["published_at"]),
      ],
      people: [release["author"]])
  }
}
