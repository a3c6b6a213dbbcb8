import Gates
import Ledger

/// One page of commit statuses. The list does not repeat the commit's SHA.
enum StatusPage {
  private static let selection = Selection(
    "{id,context,state,description,created_at}", "creator.id")

  static func observations(_ page: Answer, of sha: String) throws(CodeHostError) -> [Observation] {
    try decoded(page, as: "a list of statuses") { () throws(JSONError) in
      try page.json(selection).array?.map { observation($0, sha) }
    }
  }

  /// The first status of `context` on this page. GitHub compares contexts without regard to case.
  static func first(_ context: String, on page: Answer) throws(CodeHostError) -> Shown? {
    let wanted = context.lowercased()
    let statuses = try decoded(page, as: "a list of statuses") { () throws(JSONError) in
      try page.json(selection).array?.map(shown)
    }
    return statuses.first { $0.context == wanted }?.shown
  }

  private static func shown(_ status: JSON) -> (context: String, shown: Shown)? {
    guard let id = status["id"]?.int, let context = status["context"]?.string,
      let state = status["state"]?.string
    else { return nil }
    let text = StatusText(state: state, description: status["description"]?.string ?? "")
    let creator = status.at("creator", "id")?.int
    return (context.lowercased(), Shown(text: text, id: id, reporter: creator))
  }

  private static func observation(_ status: JSON, _ sha: String) -> Observation? {
    var members = status.object ?? [:]
    members["head_sha"] = .string(sha)
    members["creator"] = status.at("creator", "id")
    return Observation(status: .object(members))
  }
}
