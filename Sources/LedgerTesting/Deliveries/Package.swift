import Ledger

extension Deliveries {
  /// A version of a container package: an image that reached GitHub's registry.
  public struct Package: Hashable, Sendable {
    public var id: Int64
    public var versionID: Int64
    public var name: String
    /// `sha256:` and 64 hexadecimal digits.
    public var digest: String
    public var tag: String
    /// The commit in the label `org.opencontainers.image.revision`.
    public var revision: String
    public var author: Account
    public var createdAt: Instant

    public init(
      id: Int64, versionID: Int64, name: String, digest: String, tag: String, revision: String,
      author: Account, createdAt: Instant
    ) {
      self.id = id
      self.versionID = versionID
      self.name = name
      self.digest = digest
      self.tag = tag
      self.revision = revision
      self.author = author
      self.createdAt = createdAt
    }
  }

  /// - Parameter action: `published` or `updated`.
  public func package(_ action: String = "published", _ package: Package) -> WebhookDelivery {
    delivery(
      "package", sender: package.author,
      ["action": .string(action), "package": package.json(in: repository, action)])
  }
}

extension Deliveries.Package {
  func json(in repository: Deliveries.Repository, _ action: String) -> JSON {
    let version = version(in: repository)
    return [
      "id": .int(id), "name": .string(name), "namespace": .string(repository.owner.login),
      "description": nil, "ecosystem": "CONTAINER", "package_type": "CONTAINER",
      "html_url": .string("\(repository.web)/packages/\(id)"), "owner": repository.owner.json,
      "created_at": .time(createdAt), "updated_at": .time(createdAt),
      "package_version": action == "updated" ? version.adding(updatedBody) : version,
      "registry": [
        "name": "GitHub CONTAINER registry", "type": "CONTAINER", "vendor": "GitHub Inc",
        "url": "https://containers.acme.example",
        "about_url": "https://docs.github.com/packages/learn-github-packages/introduction",
      ],
    ]
  }

  private func version(in repository: Deliveries.Repository) -> JSON {
    let image = "containers.acme.example/\(repository.fullName):\(tag)"
    return [
      "id": .int(versionID), "version": .string(digest), "name": .string(digest),
      "description": "The public API", "summary": "The public API", "author": author.json,
      "body": body(in: repository), "manifest": "", "metadata": [], "package_files": [],
      "html_url": .string("\(repository.web)/packages/\(id)?version=\(versionID)"),
      "target_commitish": .string(repository.defaultBranch), "target_oid": .string(revision),
      "created_at": "0001-01-01T00:00:00Z", "updated_at": "0001-01-01T00:00:00Z",
      "container_metadata": [
        "tag": ["name": .string(tag), "digest": .string(digest)],
        "labels": labels(in: repository), "manifest": manifest(in: repository),
      ],
      "installation_command": .string("docker pull \(image)"), "package_url": .string(image),
    ]
  }

  private func labels(in repository: Deliveries.Repository) -> JSON {
    let labels: [String: JSON] = [
      "description": "The public API", "source": .string(repository.web),
      "revision": .string(revision), "licenses": "",
    ]
    let annotations: [String: JSON] = [
      "title": .string(name), "version": .string(tag), "created": .time(createdAt),
      "url": .string(repository.web),
    ]
    return JSON.object(labels).adding([
      "image_url": .string(repository.web),
      "all_labels": .object(
        labels.merging(annotations) { $1 }.reduce(into: [:]) { all, label in
          all["org.opencontainers.image.\(label.key)"] = label.value
        }),
    ])
  }

  private func manifest(in repository: Deliveries.Repository) -> JSON {
    [
      "digest": .string(digest), "size": 1_412,
      "media_type": "application/vnd.oci.image.manifest.v1+json",
      "uri": .string("repositories/\(repository.fullName)/manifests/\(digest)"),
      "config": [
        "digest": .string(Derived.digest("config \(digest)")), "size": 5_120,
        "media_type": "application/vnd.oci.image.config.v1+json",
      ],
      "layers": .array(
        (Int64(1)...6).map { layer in
          [
            "digest": .string(Derived.digest("layer \(layer)")), "size": .int(layer * 1_048_576),
            "media_type": "application/vnd.oci.image.layer.v1.tar+gzip",
          ]
        }),
    ]
  }

  /// An update carries the README as text.
  private var updatedBody: [String: JSON] {
    ["body": "# The public API", "body_html": "<h1>The public API</h1>"]
  }

  /// GitHub sends the repository's README here, with the whole repository around it.
  private func body(in repository: Deliveries.Repository) -> JSON {
    [
      "repository": ["repository": repository.json],
      "info": [
        "type": "blob", "oid": .string(Derived.tree("readme")), "mode": 33_188,
        "name": "README.md", "path": "README.md", "size": nil, "collection": true,
      ],
      "attributes": [:], "_formatted": true,
    ]
  }
}
