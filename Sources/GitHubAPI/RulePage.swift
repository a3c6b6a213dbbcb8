import Gates
import Ledger

/// The checks that rules require.
enum RulePage {
  private static let path = "required_status_checks"

  /// Of each rule the contexts that it requires; most require none.
  static func rules(_ page: Answer) throws(CodeHostError) -> [[RequiredContext]] {
    let selection = Selection("type", "parameters.\(path).{context,integration_id}")
    return try decoded(page, as: "a list of rules") { () throws(JSONError) in
      try page.json(selection).array?.map { rule in
        guard let type = rule["type"]?.string else { return nil }
        guard type == path else { return [] }
        return contexts(rule.at("parameters", path), app: "integration_id")
      }
    }
  }

  /// A branch protection without the rule requires none.
  static func required(_ answer: Answer) throws(CodeHostError) -> [RequiredContext] {
    try decoded(
      answer, as: "a branch protection", keeping: "url", "\(path).contexts",
      "\(path).checks.{context,app_id}"
    ) { protection in
      guard protection.object != nil else { return nil }
      guard let required = protection[path], !required.isNull else { return [] }
      if let checks = required["checks"] { return contexts(checks, app: "app_id") }
      return required["contexts"]?.array?.compactMap(\.string)
        .map { RequiredContext(context: $0, appID: nil) }
    }
  }

  private static func contexts(_ list: JSON?, app: String) -> [RequiredContext]? {
    guard let list = list?.array else { return nil }
    let contexts = list.compactMap { check in
      // -1 is GitHub's "any App".
      let app = check[app]?.int.flatMap { $0 > 0 ? $0 : nil }
      return check["context"]?.string.map { RequiredContext(context: $0, appID: app) }
    }
    return contexts.count == list.count ? contexts : nil
  }
}
