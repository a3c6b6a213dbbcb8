import Ledger

extension PullSight {
  /// Whether GitHub shows something else than the log's newest state.
  public func differs(from known: PullRow?) -> Bool {
    guard let known else { return true }
    return headSHA != known.headSHA || !baseRef.isExactly(known.baseRef)
      || (state == "open") != known.isOpen || mergedAt != known.merge?.at
  }

  /// `github.pull_read.v1`
  public func entry(received: Instant) throws(EntryError) -> Entry {
    var members = json.object ?? [:]
    members["action"] = .null
    members["sender"] = .null
    return try Entry(
      kind: .pullRead, at: updatedAt, received: received, source: .githubAPI,
      data: .object(members), evidence: Evidence(raw).reference)
  }
}
