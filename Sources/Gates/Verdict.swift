import Ledger

/// What one rule found. Only `pass` opens a gate; each of the others blocks.
public enum LocalResult: Hashable, Sendable {
  case pass
  /// GitHub's word for it: `failure`, `skipped`, `neutral`, …
  case fail(String)
  /// What it waits for: `missing`, `queued`, `in_progress`, …
  case pending(String)
  /// A word that no version of GitHub's documentation knows.
  case unknown(String)
}

/// A rule's outcome, with the entries that it rests on.
public struct Finding: Hashable, Sendable {
  public var rule: CheckRule
  public var result: LocalResult
  /// GitHub's id of the run that decided.
  public var runID: Int64?
  /// Indices of the entries that were looked at.
  public var entries: [Int64]
  /// Whether a recorded read of GitHub saw exactly the observation that decided, and nothing was
  /// told since.
  public var isConfirmed: Bool
  /// A read saw it, but something was told since: GitHub is asked again.
  public var isStale: Bool
  /// It is not known what triggered the run: whether it is evidence at all.
  public var isTriggerUnknown = false
  /// Something that happened before may still be told that changes the result.
  public var isOpenEnded = true
  /// What is special about a pass.
  public var label: Label?
  /// GitHub's word, where an exception made a pass of it.
  public var acceptedWord: String?
  /// What may be wrong when the check is missing.
  public var hint: String?

  public enum Label: String, Hashable, Sendable {
    /// Ended in the second of the merge, which counts as before.
    case sameSecond = "same-second"
    /// Did not succeed; the policy accepts its word.
    case byException = "by-exception"
  }

  public init(
    rule: CheckRule, result: LocalResult, runID: Int64? = nil, entries: [Int64] = [],
    isConfirmed: Bool = false, isStale: Bool = false
  ) {
    self.isStale = isStale
    self.rule = rule
    self.result = result
    self.runID = runID
    self.entries = entries
    self.isConfirmed = isConfirmed
  }
}

public struct Verdict: Hashable, Sendable {
  public enum State: String, Sendable, CaseIterable {
    case allow, deny, pending

    /// GitHub's word for it on a commit status.
    public var statusState: String {
      switch self {
      case .allow: "success"
      case .deny: "failure"
      case .pending: "pending"
      }
    }
  }

  public var state: State
  public var findings: [Finding]
  /// At most 140 characters, one line: what a commit status can show.
  public var summary: String
  /// Every check passed, and GitHub has still to be asked whether that is so.
  public var isConfirming: Bool
  /// What lets it pass although its findings do not.
  public var override: OverrideRow?

  /// GitHub had confirmed it all, and is only asked again because something older was told since.
  var isRechecking: Bool {
    let required = findings.filter(\.rule.isRequired)
    return isConfirming && required.contains(where: \.isStale)
      && required.allSatisfy { $0.isConfirmed || $0.isStale }
  }
}

extension LocalResult {
  public var name: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .pending: "pending"
    case .unknown: "unknown"
    }
  }

  public var word: String {
    switch self {
    case .pass: "success"
    case .fail(let word), .pending(let word), .unknown(let word): word
    }
  }
}

extension Finding {
  /// As `gate.verdict.v1` and `gate.bypass.v1` hold it.
  public var json: JSON {
    var members: [String: JSON] = [
      "check": .string(rule.name), "source": .string(rule.source.rawValue),
      "required": .bool(rule.isRequired), "result": .string(result.name),
      "word": .string(String((acceptedWord ?? result.word).prefix(64))), "run": .optional(runID),
      "entries": .array(entries.map(JSON.int)), "confirmed": .bool(isConfirmed),
    ]
    if let label { members["label"] = .string(label.rawValue) }
    if let hint { members["hint"] = .string(String(hint.prefix(200))) }
    return .object(members)
  }
}
