import Foundation
import Testing

@testable import LedgerDemo

/// A reader that leaves, or a stream that was never open, takes away what is said. It must not take
/// the exit code away, on which a pipeline relies.
@Suite("Streams that nobody reads", .serialized, .timeLimit(.minutes(3)))
struct ClosedStreamTests {
  private static let digest = "sha256:" + String(repeating: "6c", count: 32)

  /// - Parameter text: where `$LEDGER` is the real binary.
  private func shell(
    _ bench: Bench, _ text: String, _ variables: [String: String] = [:]
  ) async throws -> LedgerBinary.Result {
    let common = [
      "PATH": "/usr/bin:/bin", "LEDGER": bench.ledger.executable.path,
      "LEDGER_DB": bench.ledger.database, "DIRECTORY": bench.directory.path,
    ]
    let child = try Child(
      URL(filePath: "/bin/sh"), ["-c", text],
      environment: common.merging(Bench.profile) { own, _ in own }.merging(variables) { $1 },
      in: bench.directory, name: UUID().uuidString)
    let status = try await child.exit()
    return LedgerBinary.Result(
      status: status, output: try String(contentsOf: child.output, encoding: .utf8),
      errors: try String(contentsOf: child.errors, encoding: .utf8))
  }

  /// The exit code of a command that begins when the reader of its pipe is gone, and what is on
  /// standard error.
  ///
  /// - Parameter signal: `default`, or `ignore` as whoever starts it may have SIGPIPE.
  private func unread(
    _ bench: Bench, _ command: String, _ variables: [String: String] = [:],
    signal: String = "default"
  ) async throws -> (code: String, errors: String) {
    let text = """
      mkfifo "$DIRECTORY/gone"
      {
        read -r word <"$DIRECTORY/gone"
        env --\(signal)-signal=PIPE timeout 30 "$LEDGER" \(command)
        echo $? >"$DIRECTORY/code"
      } | { exec <&-; : >"$DIRECTORY/gone"; }
      cat "$DIRECTORY/code"
      rm "$DIRECTORY/gone" "$DIRECTORY/code"
      """
    let result = try await shell(bench, text, variables)
    return (result.output.trimmingCharacters(in: .newlines), result.errors)
  }

  private func token(_ bench: Bench) async throws -> String {
    try await bench.ledger.run(["token", "create", "--name", "test", "--scope", "admin"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Something is left in the environment dev.
  private func create(_ bench: Bench) async throws {
    let made = try await bench.ledger.run([
      "record", "resource", "--type", "aws_ecs_cluster", "--state", "created", "-e", "dev",
      "--id", "arn:aws:ecs:eu-west-1:123456789012:cluster/api",
    ])
    #expect(made.status == 0, "\(made.errors)")
  }

  @Test("a verdict is told by the exit code, from a file and from a server")
  func verdicts() async throws {
    let bench = try await Bench()
    let token = try await token(bench)
    try await create(bench)
    try Data(count: 8_192).write(to: bench.directory.appending(path: "zeros"))
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let there = "--server \(server.url)"
    let deploy = "gate deploy -s api -e prod --digest \(Self.digest) --dry-run"
    for (command, code) in [
      ("gate merge --pr acme/api#10 --json", "10"),
      ("gate merge --pr acme/api#10 --json \(there)", "10"),
      ("\(deploy) --json \(there)", "10"), ("\(deploy) \(there)", "10"),
      ("verify --json --db \"$DIRECTORY/zeros\"", "12"),
      ("teardown report -e dev --no-record", "11"),
      ("teardown report -e dev --no-record \(there)", "11"),
      ("trace sha256:000000 --json", "3"), ("history -s nobody --fail-empty --json", "3"),
    ] as [(String, String)] {
      for signal in ["default", "ignore"] {
        let end = try await unread(bench, command, ["LEDGER_TOKEN": token], signal: signal)
        #expect(end.code == code, "\(signal) \(command): \(end.errors)")
        #expect(!end.errors.contains("standard output"), "\(end.errors)")
      }
    }
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("what only prints ends well, without a word")
  func printing() async throws {
    let bench = try await Bench()
    _ = try await token(bench)
    for command in ["entries -o json", "export", "token list", "version", "--help"] {
      for signal in ["default", "ignore"] {
        let end = try await unread(bench, command, signal: signal)
        #expect(end.code == "0" && end.errors.isEmpty, "\(command): \(end)")
      }
    }
    try await bench.ended()
  }

  @Test("who follows ends when the reader is gone, though nothing comes")
  func following() async throws {
    let bench = try await Bench()
    let token = try await token(bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for command in ["follow", "history -f -o ndjson", "follow --server \(server.url)"] {
      let end = try await unread(bench, command, ["LEDGER_TOKEN": token])
      #expect(end.code == "0" && end.errors.isEmpty, "\(command): \(end)")
    }
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("output that cannot be written is a failure, in one sentence")
  func full() async throws {
    let bench = try await Bench()
    for (target, reason) in [
      ("/dev/full", "No space left on device"), ("&-", "Bad file descriptor"),
    ] {
      let end = try await shell(bench, "\"$LEDGER\" version >\(target)")
      #expect(end.status == 1)
      #expect(end.errors == "ledger: standard output cannot be written: \(reason)\n")
    }
    try await bench.ended()
  }

  @Test("a full pipe that does not wait is waited for")
  func nonblocking() async throws {
    let bench = try await Bench()
    let text = """
      {
        dd if=/dev/zero bs=65536 count=1 oflag=nonblock 2>"$DIRECTORY/dd"
        "$LEDGER" version
        echo "code $?" >"$DIRECTORY/code"
      } | { sleep 1; tr -d '\\000'; }
      cat "$DIRECTORY/code"
      """
    let end = try await shell(bench, text)
    #expect(end.output.hasPrefix("ledger ") && end.output.hasSuffix("\ncode 0\n"), "\(end.output)")
    try await bench.ended()
  }

  @Test("without standard error the command goes on, and no file gets what it would say")
  func noStandardError() async throws {
    let bench = try await Bench()
    _ = try await token(bench)
    try await create(bench)
    for (command, code) in [
      ("history -s nobody", "0"), ("gate merge --pr acme/api#10", "10"), ("history -L x", "2"),
      ("show 99999", "3"), ("teardown report -e dev", "11"), ("record note hello", "0"),
    ] {
      let end = try await shell(bench, "\"$LEDGER\" \(command) >\"$DIRECTORY/out\" 2>&-; echo $?")
      #expect(end.output == "\(code)\n", "\(command)")
      let broken = try await unread(bench, "\(command) 2>&1 >\"$DIRECTORY/out\"")
      #expect(broken.code == code, "\(command)")
    }
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }
}
