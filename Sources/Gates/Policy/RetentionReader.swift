import Ledger

extension ConfigReader {
  /// What stands under `evidence`.
  mutating func retention(_ node: ConfigNode) -> Retention? {
    guard let members = members(node, "evidence", allowed: ["keep"]) else { return nil }
    guard let keep = members["keep"] else {
      report(node, "evidence.keep", "is missing: how long bodies are kept, such as 400d")
      return nil
    }
    guard let seconds = duration(keep, "evidence.keep") else { return nil }
    guard seconds >= Retention.minimumSeconds else {
      report(keep, "evidence.keep", "must be at least a day: 1d")
      return nil
    }
    return Retention(seconds: seconds, text: DurationText.text(seconds))
  }
}

extension Retention {
  /// As in `ledger.yaml`: `400d`. `nil` for what is no time, and for less than a day.
  public init?(_ text: String) {
    guard let seconds = DurationText.seconds(text), seconds >= Retention.minimumSeconds else {
      return nil
    }
    self.init(seconds: seconds, text: DurationText.text(seconds))
  }
}
