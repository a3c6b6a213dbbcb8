import Ledger

/// What an override of the deploy gate is about: the findings that blocked in the decision that it
/// names. Whoever let `lint: skipped` pass knew nothing of a failed `unit`.
enum LiftedFindings {
  /// The member of `gate.override.v1` that says so. Overrides that were made before there was one lift
  /// the rules of those findings: what was concluded by them must be concluded again.
  static let member = "lifts"
  static let findings = "findings"

  /// - Parameter decision: the data of a `gate.deploy.v1`.
  static func blocking(_ decision: JSON) -> [JSON] {
    (decision["findings"]?.array ?? []).filter {
      $0["required"]?.bool != false && $0["result"] != "pass"
    }
  }
}

extension OverrideRow {
  /// Whether all of these were known to whoever made it.
  ///
  /// - Parameter findings: as `gate.deploy.v1` holds them.
  func lifts(_ findings: [JSON], _ tables: any LedgerReader) throws -> Bool {
    guard let decision = try tables.entry(at: decision)?.entry, decision.kind == .deployVerdict
    else { return false }
    let known = LiftedFindings.blocking(decision.data)
    let said = try tables.entry(at: entry)?.entry.data[LiftedFindings.member]
    guard said?.string == LiftedFindings.findings else {
      return Set(findings.map(\.rule)).isSubset(of: known.map(\.rule))
    }
    return Set(findings.map(LiftedFinding.init)).isSubset(of: known.map(LiftedFinding.init))
  }
}

extension JSON {
  fileprivate var rule: String? { self["rule"]?.string }
}

/// What makes two findings the same to a person: the check, tool, count or time that they are about
/// stands in the sentence.
private struct LiftedFinding: Hashable {
  let rule: String?
  let result: String?
  let word: String?
  let subject: String

  init(_ finding: JSON) {
    rule = finding.rule
    (result, word) = (finding["result"]?.string, finding["word"]?.string)
    subject = LiftedFinding.subject(finding["detail"]?.string ?? "", of: rule)
  }

  /// Without what changes by itself, or by anybody's doing: who made the override knew of that.
  private static func subject(_ sentence: String, of rule: String?) -> String {
    switch rule {
    case OrderRule.key: withoutTime(sentence)
    // Anyone may approve what is public.
    case ApprovalsRule.key: String(sentence.prefix { $0 != "," })
    default: sentence
    }
  }

  /// `ran in staging for 12m, less than 1h`
  private static func withoutTime(_ sentence: String) -> String {
    var words = sentence.split(separator: " ", omittingEmptySubsequences: false)
    if let place = words.lastIndex(of: "for"), words.indices.contains(place + 1) {
      words.remove(at: place + 1)
    }
    return words.joined(separator: " ")
  }
}
