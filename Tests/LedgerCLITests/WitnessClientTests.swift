import Foundation
import LedgerTesting
import Merkle
import NIOCore
import Testing

@testable import Gates
@testable import LedgerCLI

@Suite struct WitnessClientTests {
  private static func log() throws -> NoteSigner {
    try NoteSigner(name: "a.example", seed: Array(0..<32))
  }

  private static func request() throws -> WitnessRequest {
    WitnessRequest(
      old: 0, proof: [],
      note: try Checkpoint(origin: "a.example", size: 1, root: .emptyRoot).signed(by: [log()]))
  }

  private func withWitness(
    _ test: (FakeWitness) async throws -> Void
  ) async throws {
    let witness = try await FakeWitness.start(name: "w.example", logs: [Self.log().verifier])
    let result: Result<Void, any Error>
    do { result = .success(try await test(witness)) } catch { result = .failure(error) }
    await witness.stop()
    try result.get()
  }

  @Test func aWitnessAnswers() async throws {
    try await withWitness { witness async throws in
      let request = try Self.request()
      let answer = try await WitnessClient().add(request, to: witness.url)
      #expect(answer.status == 200)
      let reply = WitnessReply(
        status: answer.status, body: answer.body, to: request, witness: witness.verifier, head: 1)
      guard case .cosigned(let lines) = reply else { throw NoteError.unsigned }
      #expect(lines.count == 1)
      #expect(witness.requests == [request])
    }
  }

  @Test func aRedirectIsAnAnswerAndNotFollowed() async throws {
    try await withWitness { witness async throws in
      witness.fail(.answer(.init(status: 302, body: "")))
      #expect(try await WitnessClient().add(Self.request(), to: witness.url).status == 302)
      #expect(witness.requests.count == 1)
    }
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: FakeWitness.Fault
  }

  static let silences = [
    Silence(testDescription: "cut", fault: .refuse),
    Silence(
      testDescription: "slow",
      fault: .perform { do { try await Task.sleep(for: .seconds(60)) } catch {} }),
    Silence(
      testDescription: "endless",
      fault: .answer(.init(status: 200, body: String(repeating: "x", count: 100_000)))),
    // It ends after seconds: whoever only waited for the head would take it.
    Silence(
      testDescription: "dripping",
      fault: .drip(
        .init(status: 200, body: String(repeating: "x", count: 200)), every: .milliseconds(20))),
  ]

  @Test(arguments: silences)
  func whatIsNoAnswerIsSaid(_ silence: Silence) async throws {
    try await withWitness { witness async throws in
      witness.fail(silence.fault)
      await #expect(throws: WitnessUnreachable.self) {
        try await WitnessClient(patience: .milliseconds(500)).add(Self.request(), to: witness.url)
      }
      #expect(witness.requests.count == 1)
    }
  }

  @Test func nobodyThere() async throws {
    await #expect(throws: WitnessUnreachable("connection refused")) {
      try await WitnessClient().add(Self.request(), to: "http://127.0.0.1:1")
    }
  }
}

@Suite struct PublicationTests {
  @Test(
    arguments: [
      ("file:/a b", .file("/a b")), ("git:../x", .git("../x")),
      ("pr:acme/api#12", .pull(repository: "acme/api", number: 12)),
      ("witness:https://w.example/", .witness("https://w.example")), ("file:", nil), ("x", nil),
      ("pr:acme#1", nil), ("pr:acme/api", nil), ("pr:acme/api#0", nil), ("pr:acme/api#+1", nil),
      ("pr:a/b/c#1", nil), ("pr:/b#1", nil), ("ftp:x", nil), ("", nil),
    ] as [(String, PublishTarget?)])
  func targets(_ text: String, _ target: PublishTarget?) {
    #expect(PublishTarget(argument: text) == target)
  }

  @Test(
    arguments: [
      ("ledger.example/acme", true), ("a", true), ("a/../b", false), ("..", false), ("/a", false),
      ("a/", false), ("a//b", false), ("a/.git/b", false), ("a/.GIT", false), ("a\\b", false),
      ("ä", false), (".", false),
    ])
  func namesThatAreFoldersOfAWorkTree(_ origin: String, _ isPath: Bool) {
    #expect(GitPublication.isPath(origin) == isPath)
  }

  private static func note(
    _ size: Int, root: Hash = .emptyRoot, name: String = "a.example", keys: Int = 1
  ) throws -> String {
    let signers = try (0..<keys).map {
      try NoteSigner(name: name, seed: Array(repeating: UInt8($0), count: 32))
    }
    return try Checkpoint(origin: name, size: size, root: root).signed(by: signers).description
  }

  private func withFile(_ test: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: directory) } catch { Issue.record(error) }
    }
    try test(directory.appending(path: "head").path)
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(left.allSatisfy { !$0.hasSuffix(".next") })
  }

  @Test func aHeadTakesTheOlderOnesPlace() throws {
    try withFile { path in
      for note in try [Self.note(1), Self.note(2), Self.note(2, keys: 2)] {
        try HeadFile.write(note, to: path)
        #expect(try WholeFile.read(path) == note)
      }
      // With fewer signatures it is no news.
      try HeadFile.write(Self.note(2), to: path)
      #expect(try WholeFile.read(path) == Self.note(2, keys: 2))
    }
  }

  @Test func whatIsNewerOrOtherIsNeverReplaced() throws {
    try withFile { path in
      let kept = try Self.note(5)
      try HeadFile.write(kept, to: path)
      for (note, code) in try [
        (Self.note(4), Exit.integrity), (Self.note(5, root: .leaf([1])), Exit.integrity),
        (Self.note(9, name: "b.example"), Exit.error), ("nonsense", Exit.error),
      ] {
        do {
          try HeadFile.write(note, to: path)
          Issue.record("it was replaced")
        } catch let failure as Failure { #expect(failure.code == code, "\(failure.message)") }
        #expect(try WholeFile.read(path) == kept)
      }
      try "garbage".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: Failure.self) { try HeadFile.write(kept, to: path) }
    }
  }

  @Test func aCommentsNoteStandsInABlockThatItCannotLeave() throws {
    let head = try PublishedHead(try Self.note(3, name: "a````@mia/**x**"))
    let text = PullPublication.text(head, "<!-- m -->")
    #expect(text.contains("\n`````\n\(head.note)`````\n<!-- m -->"))
  }
}
