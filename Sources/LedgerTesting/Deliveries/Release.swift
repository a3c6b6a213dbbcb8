import Ledger

extension Deliveries {
  public struct Release: Hashable, Sendable {
    public var id: Int64
    public var tag: String
    /// A branch or a commit.
    public var target: String
    public var notes: String
    public var isPrerelease: Bool
    public var author: Account
    public var createdAt: Instant
    /// `nil` for a draft.
    public var publishedAt: Instant?

    public init(
      id: Int64, tag: String, target: String = "main", notes: String = "",
      isPrerelease: Bool = false, author: Account, createdAt: Instant, publishedAt: Instant?
    ) {
      self.id = id
      self.tag = tag
      self.target = target
      self.notes = notes
      self.isPrerelease = isPrerelease
      self.author = author
      self.createdAt = createdAt
      self.publishedAt = publishedAt
    }
  }

  /// - Parameter action: `created`, `published`, `released`, `prereleased`, …
  public func release(_ action: String, _ release: Release) -> WebhookDelivery {
    delivery(
      "release", sender: release.author,
      ["action": .string(action), "release": release.json(in: repository)])
  }
}

extension Deliveries.Release {
  fileprivate func json(in repository: Deliveries.Repository) -> JSON {
    let api = "\(repository.api)/releases/\(id)"
    return [
      "id": .int(id), "node_id": .string(Derived.nodeID("RE", id)), "tag_name": .string(tag),
      "target_commitish": .string(target), "name": .string(tag), "body": .string(notes),
      "draft": .bool(publishedAt == nil), "prerelease": .bool(isPrerelease), "immutable": false,
      "author": author.json, "assets": [], "created_at": .time(createdAt),
      "updated_at": .time(publishedAt ?? createdAt), "published_at": .time(publishedAt),
      "url": .string(api), "assets_url": .string("\(api)/assets"),
      "upload_url": .string(
        "https://uploads.github.com/repos/\(repository.fullName)/releases/\(id)/assets{?name,label}"
      ),
      "html_url": .string("\(repository.web)/releases/tag/\(tag)"),
      "tarball_url": .string("\(repository.api)/tarball/\(tag)"),
      "zipball_url": .string("\(repository.api)/zipball/\(tag)"),
    ]
  }
}
