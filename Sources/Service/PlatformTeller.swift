import Gates

extension RecordingInForce {
  /// Whether it may say what a platform showed.
  ///
  /// - Throws: a problem with the status 403.
  func checkPlatform(_ caller: Caller) throws(Problem) {
    guard let policy = current.policy, case .token(let token) = caller.kind,
      !policy.believesPlatform(toldBy: token.name)
    else { return }
    throw Problem(
      .forbidden, "platform",
      "recording.platform-tokens does not name this API token: it may not say what a platform showed.",
      hint: "Send it with one that ledger.yaml names there.")
  }
}
