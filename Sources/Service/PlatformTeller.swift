import Gates

extension RecordingInForce {
  /// Whether it may say what a platform showed.
  ///
  /// - Parameter line: its place in a batch, from 0.
  /// - Throws: a problem with the status 403.
  func checkPlatform(_ caller: Caller, line: Int? = nil) throws(Problem) {
    guard let policy = current.policy, case .token(let token) = caller.kind,
      !policy.believesPlatform(toldBy: token.name)
    else { return }
    let place = line.map { " This is report \($0 + 1) of the batch." } ?? ""
    throw Problem(
      .forbidden, "platform",
      "recording.platform-tokens does not name this API token: it may not say what a platform "
        + "showed.\(place)",
      hint: "Send it with one that ledger.yaml names there.")
  }
}
