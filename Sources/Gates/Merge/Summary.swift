/// The line that a commit status shows: what is missing comes first.
enum Summary {
  /// GitHub refuses a longer description.
  static let maximumLength = 140

  static func passed(_ count: Int, at sha: String, _ findings: [Finding]) -> String {
    let exceptions = self.exceptions(findings)
    return line(
      ["\(count) of \(count) passed at \(sha.prefix(7))\(exceptions)"] + advisory(findings))
  }

  static func hadPassed(_ required: [Finding]) -> String {
    line(["\(required.count) of \(required.count) had passed\(exceptions(required))"])
  }

  private static func exceptions(_ findings: [Finding]) -> String {
    let count = findings.count { $0.rule.isRequired && $0.label == .byException }
    return count == 0 ? "" : " (\(count) by exception)"
  }

  static func behind(_ base: BaseState, _ findings: [Finding]) -> String {
    switch base {
    case .behind(let count) where count > 0:
      line(
        ["stale base: \(count) \(count == 1 ? "commit" : "commits") behind"] + advisory(findings))
    default: line(["checking whether the head contains its base"] + advisory(findings))
    }
  }

  static func confirming(_ unconfirmed: [Finding], _ findings: [Finding]) -> String {
    let names = unconfirmed.map(\.rule.name).joined(separator: ", ")
    let verb = unconfirmed.allSatisfy(\.isStale) ? "checking \(names) again" : "confirming \(names)"
    return line(["\(verb) with GitHub"] + advisory(findings))
  }

  static func blocked(_ findings: [Finding]) -> String {
    let required = findings.filter(\.rule.isRequired)
    return line(refused(required) + waiting(required, "waiting for") + advisory(findings))
  }

  static func bypassed(_ required: [Finding]) -> String {
    let unfinished = required.filter { $0.isPending && $0.result != .pending("missing") }
    let missing = required.filter { $0.result == .pending("missing") }
    return line(
      refused(required) + waiting(unfinished, "not finished:") + waiting(missing, "missing:"))
  }

  /// One line without control characters, cut to what GitHub accepts.
  static func line(_ parts: [String]) -> String {
    let text = withoutControls(parts.joined(separator: "; ")).unicodeScalars
    guard text.count > maximumLength else { return String(text) }
    return String(text.prefix(maximumLength - 1)) + "…"
  }

  /// Looking up the category of every character takes longer than all the rest.
  private static func withoutControls(_ text: String) -> String {
    if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return text }
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func refused(_ findings: [Finding]) -> [String] {
    findings.compactMap { finding in
      switch finding.result {
      case .fail("failure"), .fail("error"): "\(finding.rule.name) failed"
      case .fail(let word): "\(finding.rule.name) \(word), not passed"
      case .unknown(let word): "\(finding.rule.name) ended with the unknown word \(word)"
      case .pass, .pending: nil
      }
    }
  }

  private static func waiting(_ findings: [Finding], _ verb: String) -> [String] {
    let names = findings.filter(\.isPending).map { finding in
      finding.rule.name + (finding.hint.map { " (\($0))" } ?? "")
        + (finding.result == .pending("trigger unknown") ? " (trigger unknown)" : "")
    }
    return names.isEmpty ? [] : ["\(verb) \(names.joined(separator: ", "))"]
  }

  private static func advisory(_ findings: [Finding]) -> [String] {
    refused(findings.filter { !$0.rule.isRequired }).map { "\($0) (advisory)" }
  }
}

extension Finding {
  fileprivate var isPending: Bool {
    if case .pending = result { true } else { false }
  }
}
