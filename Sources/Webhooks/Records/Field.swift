/// One member of a report, as it has to look on the wire.
struct Field: Sendable {
  indirect enum Shape: Sendable {
    /// At least one byte, at most `limit`; see `CleanText`.
    case text(limit: Int)
    case word([String])
    /// A name, and one of the known ones where these are configured.
    case environment
    /// The name of one service: several are joined by commas elsewhere.
    case service
    /// A name that is put together with others, with slashes between them.
    case part
    /// `owner/name`.
    case repository
    /// `Deployment/api`.
    case workload
    /// The name of an image, without tag and digest.
    case image
    /// `sha256:` and 64 lower-case hexadecimal digits.
    case digest
    /// 64 lower-case hexadecimal digits.
    case hash
    /// 40 lower-case hexadecimal digits.
    case commit
    /// `family:number`.
    case revision
    /// RFC 3339 with a zone.
    case time
    /// http or https, without user and password.
    case url
    case number(ClosedRange<Int64>)
    case flag
    /// Elements are of one shape.
    case array(Shape, limit: Int)
    /// Elements are objects.
    case objects([Field], counts: ClosedRange<Int>)

    static let name = Shape.text(limit: 255)
    static let words = Shape.text(limit: 1_000)
    static let count = Shape.number(0...1 << 53)
    /// Of a repository, a user, a run: GitHub gives no 0.
    static let id = Shape.number(1...1 << 53)
  }

  let name: String
  let shape: Shape
  let isRequired: Bool

  static func required(_ name: String, _ shape: Shape) -> Field {
    Field(name: name, shape: shape, isRequired: true)
  }

  static func optional(_ name: String, _ shape: Shape) -> Field {
    Field(name: name, shape: shape, isRequired: false)
  }
}

extension [Field] {
  /// What all reports of pipelines and people have.
  static let common: [Field] = [
    .optional("service", .service), .optional("repository_id", .id),
    .optional("repository", .repository), .optional("actor", .id), .optional("run_id", .id),
    .optional("run_attempt", .id), .optional("url", .url),
  ]

  static let container: [Field] = [
    .optional("name", .name), .optional("image", .words), .optional("digest", .digest),
  ]
}
