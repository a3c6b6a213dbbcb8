import Ledger

/// What a cluster is told about one review.
public struct AdmissionAnswer: Sendable {
  /// As metrics count it.
  public enum Verdict: String, CaseIterable, Sendable {
    case allow, deny
    /// A namespace of Kubernetes' own, or a change that brings no image.
    case exempt
    /// The ledger could not be asked.
    case unavailable
  }

  /// API servers cut what is longer, and all of them together after 4,096 characters.
  static let longestWarning = 120
  private static let mostWarnings = 10
  private static let longestMessage = 4_000

  public let verdict: Verdict
  let environment: String?
  /// Why not.
  let reasons: [String]
  /// The entry of the decision; `nil` when nothing is recorded.
  public let entry: Int64?
  var notes: [String] = []
  /// Whether something was appended for it.
  public internal(set) var isNew = false

  static func exempt(_ notes: [String] = []) -> AdmissionAnswer {
    var answer = AdmissionAnswer(verdict: .exempt, environment: nil, reasons: [], entry: nil)
    answer.notes = notes
    return answer
  }

  static func unavailable(_ reason: String) -> AdmissionAnswer {
    AdmissionAnswer(
      verdict: .unavailable, environment: nil,
      reasons: ["the release ledger cannot answer: \(reason)"], entry: nil)
  }

  init(verdict: Verdict, environment: String?, reasons: [String], entry: Int64?) {
    (self.verdict, self.environment) = (verdict, environment)
    (self.reasons, self.entry) = (reasons, entry)
  }

  /// - Parameter data: of an `admission.decided.v1`, or as one would hold it.
  init(_ data: JSON, entry: Int64?) {
    verdict = data["state"] == "allow" ? .allow : .deny
    environment = data["environment"]?.string
    self.entry = entry
    reasons = (data["findings"]?.array ?? []).filter { $0["result"] != "pass" }.map { finding in
      let image = finding["image"]?.string.flatMap { $0.isEmpty ? nil : "\($0): " } ?? ""
      return image + (finding["detail"]?.string ?? "")
    }
  }

  private var isRefusal: Bool { verdict == .deny || verdict == .unavailable }

  /// The members of an AdmissionReview that answers one.
  public func json(uid: String, _ mode: AdmissionSettings.Mode) -> JSON {
    let isAllowed = !isRefusal || mode == .audit
    var response: [String: JSON] = [
      "uid": .string(uid), "allowed": .bool(isAllowed), "auditAnnotations": annotations,
    ]
    if !isAllowed { response["status"] = status }
    let warnings = warnings(mode)
    if !warnings.isEmpty { response["warnings"] = .array(warnings.map(JSON.string)) }
    return [
      "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
      "response": .object(response),
    ]
  }

  /// The API server puts the webhook's name in front of each key.
  private var annotations: JSON {
    var members: [String: JSON] = ["verdict": .string(verdict.rawValue)]
    if let entry { members["entry"] = .string(String(entry)) }
    if let environment { members["environment"] = .string(environment) }
    return .object(members)
  }

  /// Who asks again may be answered: that is what 503 tells a controller.
  private var status: JSON {
    let isDeny = verdict == .deny
    return [
      "status": "Failure", "code": isDeny ? 403 : 503,
      "reason": isDeny ? "Forbidden" : "ServiceUnavailable", "message": .string(message),
    ]
  }

  var message: String {
    let cited = entry.map { " (entry \($0) of the release ledger)" } ?? ""
    let text = reasons.joined(separator: "; ")
    return AdmissionAnswer.cut(text, to: AdmissionAnswer.longestMessage - cited.utf8.count) + cited
  }

  private func warnings(_ mode: AdmissionSettings.Mode) -> [String] {
    guard mode == .audit, isRefusal else { return notes }
    let most = AdmissionAnswer.mostWarnings
    let said = reasons.prefix(most).map { reason in
      AdmissionAnswer.cut(
        verdict == .deny ? "would be refused: \(AdmissionAnswer.short(reason))" : reason,
        to: AdmissionAnswer.longestWarning)
    }
    return notes + said
      + (reasons.count > most ? ["would be refused: and \(reasons.count - most) more"] : [])
  }

  /// Of a digest the first digits are enough here.
  private static func short(_ text: String) -> String {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for (place, word) in words.enumerated() {
      guard let start = word.firstRange(of: "sha256:")?.upperBound else { continue }
      let digits = word[start...].prefix { $0.isHexDigit }
      guard digits.count == 64 else { continue }
      words[place] = String(word[..<start] + digits.prefix(12) + word[digits.endIndex...])
    }
    return words.joined(separator: " ")
  }

  private static func cut(_ text: String, to limit: Int) -> String {
    text.cut(to: limit, note: "...") { $0.utf8.count }
  }
}
