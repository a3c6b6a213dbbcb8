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

  /// State and description of the first status of `context` on this page. GitHub compares contexts
  /// without regard to case.
  static func first(_ context: String, on page: Answer) throws(CodeHostError) -> StatusText? {
    let wanted = context.lowercased()
    let statuses = try decoded(page, as: "a list of statuses") { () throws(JSONError) in
      try page.json(selection).array?.map(text)
    }
    return statuses.first { $0.context == wanted }?.text
  }

  private static func text(_ status: JSON) -> (context: String, text: StatusText)? {
    guard let context = status["context"]?.string, let state = status["state"]?.string else {
      return nil
    }
    let description = status["description"]?.string ?? ""
    return (context.lowercased(), StatusText(state: state, description: description))
  }

  private static func observation(_ status: JSON, _ sha: String) -> Observation? {
    var members = status.object ?? [:]
    members["head_sha"] = .string(sha)
    members["creator"] = status.at("creator", "id")
    return Observation(status: .object(members))
  }
}
