import Foundation
import LedgerTesting

/// The whole demo: a throw-away directory, a fake GitHub, the real server, the story, the answers.
struct Demo: Sendable {
  let ledger: URL
  let exits: Bool
  let terminal: Terminal

  func run() async throws {
    let interruptions = Interruption.stream()
    let directory = try makeDirectory()
    do {
      try await play(in: directory, until: interruptions)
    } catch {
      try FileManager.default.removeItem(at: directory)
      throw error
    }
    try FileManager.default.removeItem(at: directory)
  }

  private func play(in directory: URL, until interruptions: AsyncStream<Int32>) async throws {
    let binary = LedgerBinary(executable: ledger, directory: directory, terminal: terminal)
    try Story.policy.write(toFile: binary.policy, atomically: true, encoding: .utf8)
    let story = Story.release(
      start: .init(seconds: Int64(Date().timeIntervalSince1970 - Story.seconds)))
    let gitHub = try await DemoGitHub.start(token: Server.randomHex(bytes: 20), story: story)
    try await binary.initialize()
    let server = try await Server.start(binary, gitHub: gitHub)
    let player = Player(
      story: story, ledger: binary, server: server, gitHub: gitHub, terminal: terminal)
    do {
      try await race(player, against: interruptions)
    } catch {
      await server.abandon()
      throw server.explained(error)
    }
    try await server.stop()
    try await gitHub.stop()
  }

  /// Ends with the story, or with the first signal.
  private func race(_ player: Player, against interruptions: AsyncStream<Int32>) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        for await _ in interruptions { return true }
        return false
      }
      group.addTask {
        try await tell(player)
        return false
      }
      let wasInterrupted = try await group.next() ?? false
      group.cancelAll()
      if wasInterrupted, exits { throw DemoError.interrupted }
    }
  }

  private func tell(_ player: Player) async throws {
    introduce(player)
    try await player.play()
    try await Answers(player: player).show()
    if !exits { try await serve(player.server) }
  }

  private func introduce(_ player: Player) {
    terminal.line(terminal.styled("Release ledger: a demo", .bold))
    terminal.line("  The server is real and listens on \(player.server.url).")
    terminal.line("  GitHub is played; times are set back, so that the story takes three hours.")
  }

  /// Until the task is cancelled.
  private func serve(_ server: Server) async throws {
    terminal.line()
    terminal.line("Serving until Ctrl-C.")
    while true {
      try await Task.sleep(for: .milliseconds(500))
      try server.checkAlive()
    }
  }

  private func makeDirectory() throws -> URL {
    guard FileManager.default.isExecutableFile(atPath: ledger.path) else {
      throw DemoError.failed("there is no ledger binary at \(ledger.path); build it first")
    }
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("ledger-demo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }
}
