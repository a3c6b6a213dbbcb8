import Gates
import Ledger
import NIOCore

/// Pull requests in the ledger's words, the same that their webhook becomes.
enum PullPage {
  private static let members = Selection(
    "{id,number,state,draft,updated_at,merged,merged_at,merge_commit_sha}", "head.sha",
    "head.repo.id", "base.{sha,ref}", "base.repo.{id,full_name}", "{user,merged_by}.id")

  static func pull(
    _ answer: Answer, in repository: RepositoryRow
  ) throws(CodeHostError) -> PullSight {
    let pulls = try decoded(answer, as: "a pull request") { () throws(JSONError) in
      [sight(try answer.json(members), repository, Array(answer.body.readableBytesView))]
    }
    return try PullPage.same(repository, pulls)[0]
  }

  static func pulls(
    _ page: Answer, in repository: RepositoryRow
  ) throws(CodeHostError) -> [PullSight] {
    let raw = Array(page.body.readableBytesView)
    let pulls = try decoded(page, as: "a list of pull requests") { () throws(JSONError) in
      try page.json(members).array?.map { sight($0, repository, raw) }
    }
    return try PullPage.same(repository, pulls)
  }

  /// A name may have gone to another repository since; that one's pull requests are not meant.
  private static func same(
    _ repository: RepositoryRow, _ pulls: [PullSight]
  ) throws(CodeHostError) -> [PullSight] {
    guard pulls.allSatisfy({ $0.repository.id == repository.id }) else {
      throw .refused(status: 200, reason: "the name belongs to another repository now")
    }
    return pulls
  }

  private static func sight(
    _ pull: JSON, _ asked: RepositoryRow, _ raw: [UInt8]
  ) -> PullSight? {
    guard let number = pull["number"]?.int, let head = commitID(pull.at("head", "sha")),
      let base = pull.at("base", "ref")?.string, let state = pull["state"]?.string
    else { return nil }
    let repository = RepositoryRow(
      id: pull.at("base", "repo", "id")?.int ?? asked.id,
      name: pull.at("base", "repo", "full_name")?.string ?? asked.name)
    let mergedAt = Instant(json: pull["merged_at"])
    let isMerged = pull["merged"]?.bool == true || mergedAt != nil
    return PullSight(
      repository: repository, id: pull["id"]?.int, number: number, headSHA: head,
      headRepositoryID: pull.at("head", "repo", "id")?.int, baseRef: base,
      baseSHA: pull.at("base", "sha")?.string, state: state, isDraft: pull["draft"]?.bool,
      author: pull.at("user", "id")?.int, updatedAt: Instant(json: pull["updated_at"]),
      mergedAt: mergedAt, mergedBy: pull.at("merged_by", "id")?.int,
      mergeSHA: isMerged ? commitID(pull["merge_commit_sha"]) : nil, raw: raw)
  }

  private static func commitID(_ json: JSON?) -> String? {
    guard let text = json?.string, text.utf8.count == 40,
      text.utf8.allSatisfy({
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      })
    else { return nil }
    return text
  }
}
