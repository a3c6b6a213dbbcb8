import LedgerTesting

/// Plays the steps of the story, one after the other, and tells them.
struct Player: Sendable {
  let story: Story
  let ledger: LedgerBinary
  let server: Server
  let gitHub: DemoGitHub
  let terminal: Terminal

  func play() async throws {
    let webhooks = server.webhooks
    for step in story.steps {
      try server.checkAlive()
      switch step {
      case .chapter(let text): terminal.title(text)
      case .caption(let text): terminal.line("  \(text)")
      case .shows(let runs, let sha): gitHub.show(runs, of: sha)
      case .delivery(let delivery): try await send(delivery, with: webhooks)
      case .verdict(let pull, let verdict): try await wait(for: verdict, of: pull)
      case .recorded(let kind, let count): try await wait(for: "\(kind)", count: count)
      }
    }
  }

  private func send(_ delivery: WebhookDelivery, with webhooks: WebhookSender) async throws {
    let answer = try await webhooks.send(delivery)
    guard answer.status == 202, try answer.receipt != nil else {
      throw DemoError.failed(
        "the ledger answered \(answer.status) to \(delivery.event): \(answer.text)")
    }
  }

  /// First GitHub has to show it as a commit status, then the gate has to say it.
  private func wait(for verdict: Story.Verdict, of number: Int64) async throws {
    guard let pull = story.pulls.first(where: { $0.number == number }) else { return }
    try await eventually("GitHub shows \(verdict.state) on #\(number)", within: .seconds(30)) {
      try server.checkAlive()
      return gitHub.status(of: pull.headSHA)?.state == verdict.state
    }
    try await eventually("the gate says \(verdict) to #\(number)", within: .seconds(30)) {
      try await ledger.run(gateArguments(number)).status == verdict.exitCode
    }
    let description = gitHub.status(of: pull.headSHA)?.description ?? ""
    terminal.line("    \(terminal.mark(of: verdict)) \(terminal.styled(description, .dim))")
  }

  private func wait(for kind: String, count: Int) async throws {
    try await eventually("the log holds \(count) of \(kind)", within: .seconds(30)) {
      try server.checkAlive()
      let entries = try await ledger.run(["entries", "--kind", kind, "-o", "ndjson"])
      return entries.output.split(separator: "\n").count >= count
    }
  }

  func gateArguments(_ number: Int64) -> [String] {
    ["gate", "merge", "--pr", "\(story.repository.fullName)#\(number)"]
  }
}

extension Story.Verdict {
  /// GitHub's word for it.
  fileprivate var state: String {
    switch self {
    case .allow: "success"
    case .deny: "failure"
    case .pending: "pending"
    }
  }
}

extension Terminal {
  fileprivate func mark(of verdict: Story.Verdict) -> String {
    switch verdict {
    case .allow: styled("✓ allow  ", .green)
    case .deny: styled("✗ deny   ", .red)
    case .pending: styled("● pending", .yellow)
    }
  }
}
