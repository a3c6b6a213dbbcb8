import LedgerTesting

/// What a person would ask after the story: commands, as they are typed, with their output.
struct Answers: Sendable {
  let player: Player

  func show() async throws {
    for (pull, verdict) in zip(player.story.pulls, [Story.Verdict.allow, .deny]) {
      try await show(player.gateArguments(pull.number), exiting: verdict.exitCode)
    }
    try await show(["history"], ["-o", "table", "--relative"], exiting: 0)
    try await show(["running"], ["-o", "table", "--relative"], exiting: 0)
    try await show(["trace", "api@production"], ["-o", "table", "--relative"], exiting: 0)
    try await show(["verify"], exiting: 0)
    showAddresses()
  }

  /// `hidden` arguments make the output that of a terminal.
  private func show(
    _ arguments: [String], _ hidden: [String] = [], exiting expected: Int32
  ) async throws {
    let result = try await player.ledger.run(arguments + hidden)
    let terminal = player.terminal
    terminal.title("$ ledger \(arguments.joined(separator: " "))")
    terminal.block(result.output.trimmingNewlines)
    guard result.status == expected else {
      throw DemoError.failed(
        "`ledger \(arguments.joined(separator: " "))` ended with exit code \(result.status) "
          + "instead of \(expected)\n\(result.errors.trimmingNewlines)")
    }
    terminal.line(terminal.styled("  exit code \(result.status)", .dim))
  }

  private func showAddresses() {
    let terminal = player.terminal
    terminal.title("Open")
    for pull in player.story.pulls {
      let path = "/ledger/\(player.story.repository.fullName)/pull/\(pull.number)"
      terminal.line("  \(player.server.url)\(path)")
    }
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text = text.dropLast() }
    return String(text)
  }
}
