import Ledger

/// One sight of a pull request: all that `github.pull_request.v1` holds.
public struct PullSight: Hashable, Sendable {
  /// As GitHub named it in the answer.
  public var repository: RepositoryRow
  public var id: Int64?
  public var number: Int64
  /// 40 hexadecimal digits.
  public var headSHA: String
  /// `nil` when it was deleted.
  public var headRepositoryID: Int64?
  /// Branch name, without `refs/heads/`.
  public var baseRef: String
  public var baseSHA: String?
  /// `open` or `closed`.
  public var state: String
  public var isDraft: Bool?
  /// User id.
  public var author: Int64?
  public var updatedAt: Instant?
  /// `nil` unless it was merged.
  public var mergedAt: Instant?
  /// User id. Lists do not name it.
  public var mergedBy: Int64?
  /// `nil` unless it was merged; GitHub's API version 2026-03-10 does not tell it.
  public var mergeSHA: String?
  /// The body of the answer, which may hold other pull requests as well.
  public var raw: [UInt8]

  public init(
    repository: RepositoryRow, id: Int64?, number: Int64, headSHA: String,
    headRepositoryID: Int64?, baseRef: String, baseSHA: String?, state: String, isDraft: Bool?,
    author: Int64?, updatedAt: Instant?, mergedAt: Instant?, mergedBy: Int64?, mergeSHA: String?,
    raw: [UInt8]
  ) {
    self.repository = repository
    self.id = id
    self.number = number
    self.headSHA = headSHA
    self.headRepositoryID = headRepositoryID
    self.baseRef = baseRef
    self.baseSHA = baseSHA
    self.state = state
    self.isDraft = isDraft
    self.author = author
    self.updatedAt = updatedAt
    self.mergedAt = mergedAt
    self.mergedBy = mergedBy
    self.mergeSHA = mergeSHA
    self.raw = raw
  }
}

extension PullSight {
  /// The data of `github.pull_request.v1` but for `action` and `sender`, which only a delivery has.
  public var json: JSON {
    [
      "repository_id": .int(repository.id), "repository": .string(repository.name),
      "id": .optional(id), "number": .int(number), "head_sha": .string(headSHA),
      "head_repository_id": .optional(headRepositoryID), "base_ref": .string(baseRef),
      "base_sha": .optional(baseSHA), "state": .string(state), "draft": .optional(isDraft),
      "author": .optional(author), "updated_at": .optional(updatedAt),
      "merged_at": .optional(mergedAt), "merged_by": .optional(mergedBy),
      "merge_sha": .optional(mergeSHA),
    ]
  }
}
