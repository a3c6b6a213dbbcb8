import Ledger
import Testing

@testable import LedgerCLI

@Suite struct PatienceTests {
  /// A clock that only waiting moves.
  private final class Clock {
    var time = 0.0
    var naps: [Double] = []
    var said: [String] = []

    func patience(_ limit: Double, random: Double = 0) -> Patience {
      Patience(
        limit: limit, now: { self.time },
        sleep: {
          self.naps.append($0)
          self.time += $0
        }, random: { random }, say: { self.said.append($0) })
    }
  }

  /// The waits until `count` attempts failed.
  private func naps(
    _ limit: Double, asked: Double? = nil, random: Double = 0, after count: Int = .max
  ) async throws -> (naps: [Double], tries: Int) {
    let clock = Clock()
    var tries = 0
    do {
      try await clock.patience(limit, random: random).run(hint: "") { () -> Attempt<Void> in
        tries += 1
        return tries > count ? .done(()) : .again(reason: "away", wait: asked)
      }
    } catch is Failure {}
    #expect(clock.said.count == clock.naps.count)
    return (clock.naps, tries)
  }

  @Test func waitsDoubleUpToALimitAndEndInTime() async throws {
    let waits = try await naps(60)
    #expect(waits.naps.prefix(6) == [0.25, 0.5, 1, 2, 4, 7.5])
    #expect(abs(waits.naps.reduce(0, +) - 60) < 0.001)
    #expect(waits.naps.allSatisfy { $0 <= 15 })
    #expect(waits.tries == waits.naps.count + 1)
    #expect(try await naps(60, random: 0.999).naps[0] > 0.49)
  }

  @Test func whatIsAskedForIsWaited() async throws {
    #expect(try await naps(10, asked: 4).naps == [4, 4, 2])
    #expect(try await naps(10, asked: 1_000).naps == [10])
  }

  @Test func withoutTimeThereIsOneAttempt() async throws {
    #expect(try await naps(0) == ([], 1))
  }

  @Test func aSuccessEndsIt() async throws {
    #expect(try await naps(60, after: 2) == ([0.25, 0.5], 3))
    #expect(try await naps(60, after: 0) == ([], 1))
  }

  @Test func theEndSaysWhyAndWhatToDo() async throws {
    let clock = Clock()
    let failure = try await #require(throws: Failure.self) {
      try await clock.patience(1).run(hint: "do that") { () -> Attempt<Void> in
        .again(reason: "cannot reach it", wait: nil)
      }
    }
    #expect(failure.message == "cannot reach it (tried 4 times)")
    #expect(failure.hint == "do that")
    #expect(failure.code == Exit.error)
    #expect(clock.said.first == "ledger: cannot reach it; trying again in 0.3s")
  }

  @Test func aFailureIsNotRepeated() async throws {
    let clock = Clock()
    await #expect(throws: Failure.self) {
      try await clock.patience(60).run(hint: "") { () -> Attempt<Void> in throw Failure("no") }
    }
    #expect(clock.naps == [])
  }

  @Test(
    arguments: [
      ("60s", 60), ("0s", 0), ("5m", 300), ("1.5h", 5_400),
    ] as [(String, Double)])
  func times(_ text: String, _ seconds: Double) {
    #expect(RetryTime(argument: text)?.seconds == seconds)
  }

  @Test(arguments: ["", "60", "-1s", "soon"]) func noTimes(_ text: String) {
    #expect(RetryTime(argument: text) == nil)
  }
}

@Suite struct ReportTests {
  private func report(_ text: String) -> Report {
    Report(kind: .noteRecorded, body: ["text": .string(text)], label: "note")
  }

  @Test func oneReportGoesToItsPathSeveralAsABatch() throws {
    let one = try ReportBatch(reports: [report("a")]).request
    #expect(one.path == "/v1/notes" && one.contentType == "application/json")
    #expect(String(decoding: one.body, as: UTF8.self) == #"{"text":"a"}"#)
    let two = try ReportBatch(reports: [report("a"), report("b\n")]).request
    #expect(two.path == "/v1/entries" && two.contentType == "application/x-ndjson")
    #expect(
      String(decoding: two.body, as: UTF8.self) == """
        {"kind":"note.recorded.v1","text":"a"}
        {"kind":"note.recorded.v1","text":"b\\n"}

        """)
  }

  @Test(
    arguments: [
      (408, true), (429, true), (500, true), (503, true), (599, true), (400, false), (401, false),
      (409, false), (422, false), (404, false), (200, false), (600, false),
    ] as [(UInt, Bool)])
  func whatIsTriedAgain(_ status: UInt, _ isTransient: Bool) {
    #expect(ReportSender.isTransient(status) == isTransient)
  }

  @Test func everyWrongFieldHasALineOfItsOwn() {
    let failure = ReportSender.refusal(
      422,
      [
        "detail": "d", "hint": "h",
        "errors": [
          ["field": "digest", "reason": "is a tag"], ["field": "x", "reason": "has \u{1B}[31m"],
        ],
      ])
    #expect(
      failure.message
        == "refused, nothing was recorded:\n  digest: is a tag\n  x: has \\u{1b}[31m")
    #expect(failure.code == Exit.error)
  }

  @Test(
    arguments: [
      (401, Exit.authentication), (403, Exit.authentication), (409, Exit.error),
    ] as [(UInt, Int32)])
  func exitCodes(_ status: UInt, _ code: Int32) {
    let failure = ReportSender.refusal(status, ["detail": "not you", "hint": "h"])
    #expect(failure.code == code)
    #expect(failure.message == "not you")
  }

  @Test(
    arguments: [
      (["image", "sha256:" + String(repeating: "6c", count: 32)], "image sha256:6c6c6c6c6c6c…"),
      (["build", "17/2"], "build 17/2"), (["note", nil], "note"),
    ] as [([String?], String)])
  func labels(_ parts: [String?], _ text: String) {
    #expect(ReportLabel.text(parts[0] ?? "", parts[1].map(JSON.string)) == text)
  }

  @Test(arguments: ["app", "=x", "app=", ""]) func noContainers(_ text: String) {
    #expect(ContainerArgument(argument: text) == nil)
  }

  @Test func containers() {
    #expect(
      ContainerArgument(argument: "app=r/api@sha256:1=")?.json
        == ["name": "app", "image": "r/api@sha256:1=", "digest": "sha256:1="])
    #expect(
      ContainerArgument(argument: "app=r/api:1")?.json
        == ["name": "app", "image": "r/api:1", "digest": nil])
  }
}
