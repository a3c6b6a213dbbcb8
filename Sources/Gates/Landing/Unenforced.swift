import Ledger

extension Verdict {
  /// Says so where GitHub lets merge whatever the verdict is.
  mutating func note(_ capability: CapabilityRow?) {
    guard capability?.isUnenforceable == true else { return }
    summary = Summary.line([summary, "not enforced by GitHub"])
  }
}
