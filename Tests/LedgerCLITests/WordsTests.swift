import Foundation
import Ledger
import Testing

@testable import LedgerCLI

/// What is said when something cannot be done.
@Suite struct WordsTests {
  @Test func aFailureIsItsMessageWhereverItIsPrinted() {
    #expect("\(Failure("cannot write x", hint: "h") as any Error)" == "cannot write x")
  }

  /// What to type stands last, what is wrong first.
  @Test func gitSaysWhatIsWrongInFront() {
    let text = """
      fatal: No configured push destination.
      Either specify the URL from the command-line or configure a remote repository using

          git remote add <name> <url>

      and then push using the remote name

          git push <name>

      """
    let failure = GitPublication.failure(of: "push", saying: text)
    #expect(failure.message == "git push failed: fatal: No configured push destination.")
    #expect(failure.hint?.contains("The head is committed.") == true)
    let hook = GitPublication.failure(of: "commit", saying: "policy\nthe hook says no\n\n")
    #expect(hook.message == "git commit failed: the hook says no")
    #expect(GitPublication.failure(of: "add", saying: "").message.hasSuffix("it said nothing"))
    #expect(
      GitPublication.failure(of: "rev-parse", saying: "fatal: no").hint == "Is it a Git work tree?")
  }

  @Test(arguments: [
    (EADDRINUSE, "Address already in use", "Another program"),
    (EACCES, "Permission denied", "Ports below 1024"),
    (EADDRNOTAVAIL, "Cannot assign requested address", "Is it an address"),
  ])
  func anAddressThatCannotBeUsed(_ code: Int32, _ reason: String, _ hint: String) throws {
    let address = try #require(ListenAddress(argument: "127.0.0.1:80"))
    let failure = address.refused(code, "--tls-listen")
    #expect(failure.message == "cannot listen on 127.0.0.1:80: \(reason)")
    #expect(failure.hint?.hasPrefix(hint) == true)
    #expect(failure.hint?.hasSuffix("with --tls-listen.") == (code != EADDRNOTAVAIL))
  }

  @Test(arguments: [
    ["verify", "--export", "f", "--against", "x"], ["verify", "--export", "f", "--db", "x"],
    ["verify", "--export", "f", "--pages", "x"], ["verify", "--export", "f", "--write-pages", "x"],
    ["checkpoint", "--push"], ["checkpoint", "--push", "--publish", "file:x"],
    ["prove", "1", "--check", "f"], ["prove", "--check", "f", "--cosigned"],
    ["attest", "deploy", "x"], ["attest", "deploy", "#"],
    ["attest", "deploy", "1", "--resource", "not a uri"],
    ["attest", "deploy", "1", "--resource", "relative/one"],
  ])
  func flagsThatWouldBeIgnored(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try LedgerCommand.parseAsRoot(arguments) }
  }

  @Test func anEntryMayHaveItsMark() throws {
    for text in ["25", "#25"] {
      let command = try LedgerCommand.parseAsRoot(["attest", "deploy", text])
      #expect((command as? AttestDeployCommand)?.entry == 25)
    }
    let publishing = ["checkpoint", "--push", "--publish", "git:x"]
    #expect(try LedgerCommand.parseAsRoot(publishing) is CheckpointCommand)
  }

  @Test func whatAnEntrySaysIsSafeAndShort() {
    let text = EntrySummary.text([
      "number": 41, "repository": "acme/api", "name": "a\u{1B}[2J", "unknown": "x",
      "summary": .string(String(repeating: "y", count: 500)), "conclusion": nil,
    ])
    #expect(text.hasPrefix("repository acme/api, number 41, name a\\u{1b}[2J, summary yyy"))
    #expect(text.count < 200)
  }

  @Test func aFailureForPrograms() throws {
    let json = try JSON.parse(Failure("no", hint: "h").json(schema: "s/1"))
    #expect(json == ["schema": "s/1", "ok": false, "reason": "no", "hint": "h"])
  }
}
