import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Reports

@Suite struct ExportVerifierTests {
  private static let names = ["service/api", "service/worker", "service/ü \"x\"", "repository/1"]

  // MARK: any change

  /// Each way to change a file by one line.
  private func changes(_ lines: [[UInt8]]) -> [(String, [[UInt8]])] {
    var changed: [(String, [[UInt8]])] = []
    for place in lines.indices {
      var lost = lines
      lost.remove(at: place)
      changed.append(("without line \(place)", lost))
      var twice = lines
      twice.insert(lines[place], at: place)
      changed.append(("line \(place) twice", twice))
      changed.append(("line \(place) again at the end", lines + [lines[place]]))
      for other in lines.indices where other > place {
        var swapped = lines
        swapped.swapAt(place, other)
        changed.append(("lines \(place) and \(other) swapped", swapped))
        var overwritten = lines
        overwritten[place] = lines[other]
        changed.append(("line \(place) as line \(other)", overwritten))
      }
      for text in [" ", "\r", ",", "}", "0"] {
        var longer = lines
        longer[place] += Array(text.utf8)
        changed.append(("\(text) behind line \(place)", longer))
      }
      changed.append(("cut behind line \(place)", Array(lines[...place].dropLast())))
    }
    return changed
  }

  /// Two keys, the second of which signs.
  private func twoKeys() throws -> (ExportLog, NoteSigner) {
    var log = try ExportLog()
    let second = try NoteSigner(name: ExportLog.origin, seed: Array(repeating: 2, count: 32))
    for id in 0..<5 {
      try log.append(
        .buildRecorded, ["service": id == 2 ? "worker" : "api", "id": .string(String(id))])
    }
    try log.add(key: second.verifier)
    return (log, second)
  }

  private static let times: [[Instant?]] = [
    [nil, nil], [ExportLog.at(3), nil], [ExportLog.at(3), ExportLog.at(5)],
  ]

  /// Every single removal, repetition, swap and cut of small files: with the key in the file, and
  /// with given ones.
  @Test(arguments: times)
  func noChangeOfALinePasses(times: [Instant?]) throws {
    var (log, second) = try twoKeys()
    let lines = try log.export(
      ["service/api", "service/worker"], since: times[0], until: times[1], cites: [0, 6],
      behind: 2, signedBy: [second])
    let keys = [log.signer.verifier, second.verifier]
    #expect(throws: Never.self) { try verify(lines) }
    #expect(throws: Never.self) { try verify(lines, trusting: keys) }
    for (what, changed) in changes(lines) where changed != lines {
      #expect(throws: ExportFault.self, "\(what)") { try verify(changed) }
      #expect(throws: ExportFault.self, "\(what), keys given") {
        try verify(changed, trusting: keys)
      }
    }
  }

  @Test func noChangeOfABytePasses() throws {
    var (log, second) = try twoKeys()
    let lines = try log.export(
      ["service/api", "service/worker"], since: ExportLog.at(3), until: ExportLog.at(5),
      cites: [0, 6], behind: 2, signedBy: [second])
    for place in lines.indices {
      for byte in lines[place].indices {
        var flipped = lines
        flipped[place][byte] ^= 1
        #expect(throws: ExportFault.self, "byte \(byte) of line \(place)") {
          try verify(flipped, trusting: [second.verifier])
        }
      }
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func randomLogsAndRanges(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var log = try ExportLog.random(&random, count: 30)
    for _ in 0..<6 {
      let asked = Self.names.filter { _ in Bool.random(using: &random) }
      let times = [
        Double.random(in: -2..<40, using: &random), .random(in: -2..<40, using: &random),
      ]
      .sorted().map { ExportLog.at($0) }
      let (since, until) = (
        Bool.random(using: &random) ? times[0] : nil, Bool.random(using: &random) ? times[1] : nil
      )
      let before = log.entries
      let lines = try log.export(asked, since: since, until: until, behind: Int(seed % 3))
      let summary = try verify(lines, trusting: [log.signer.verifier])
      // A second model: what was received in the time is there, by a plain filter of all entries.
      for name in asked {
        let all = before.filter { $0.entry.streams[name] != nil }
        let first = all.firstIndex { since == nil || $0.entry.received >= since! } ?? all.count
        let rest = all[first...]
        let end = rest.firstIndex { until != nil && $0.entry.received >= until! } ?? all.count
        let stream = try #require(summary.streams.first { $0.name == name })
        #expect(stream.entries == end - first)
        #expect(stream.after == (first == 0 ? nil : all[first - 1].index))
        let present = try Set(lines.dropFirst().map { try ExportLine(line: $0).stored.index })
        #expect(present.isSuperset(of: all[first..<end].map(\.index)))
      }
      for place in lines.indices {
        var lost = lines
        lost.remove(at: place)
        #expect(throws: ExportFault.self, "line \(place) of \(lines.count)") {
          try verify(lost, trusting: [log.signer.verifier])
        }
      }
    }
  }

  // MARK: named forgeries

  private func small() throws -> ExportLog {
    var log = try ExportLog()
    for id in 0..<6 { try log.append(.buildRecorded, ["service": "api", "id": .int(Int64(id))]) }
    return log
  }

  private func fault(
    _ lines: [[UInt8]], _ verifiers: [NoteVerifier] = []
  ) -> String {
    do {
      _ = try verify(lines, trusting: verifiers)
      return "passed"
    } catch { return error.reason }
  }

  private func edited(
    _ lines: [[UInt8]], _ change: (inout ExportHeader) -> Void
  ) throws -> [[UInt8]] {
    var header = try ExportHeader(line: lines[0])
    change(&header)
    return [header.bytes] + lines.dropFirst()
  }

  @Test func theCutCannotBeMoved() throws {
    var log = try small()
    let lines = try log.export(["service/api"], since: ExportLog.at(3), until: ExportLog.at(5))
    #expect(fault(lines) == "passed")
    // The header, with the entries that were dropped to fit it.
    for (first, through, without) in [(4, 4, [2, 3]), (3, 3, [5]), (3, 6, []), (1, 4, [])] {
      let moved = try edited(lines) {
        $0.streams = ["service/api": .init(first: Int64(first), through: Int64(through))]
      }
      let kept = moved.enumerated().filter { line in !without.contains(line.offset) }
      #expect(fault(kept.map(\.element)) != "passed", "\(first)...\(through)")
    }
    #expect(
      fault(try edited(lines) { $0.since = ExportLog.at(4) }).contains("before the time asked for"))
    #expect(fault(try edited(lines) { $0.since = ExportLog.at(2.5) }).contains("another time"))
    #expect(
      fault(try edited(lines) { $0.streams["service/x"] = .init(first: 1, through: 0) })
        .contains("other streams"))
    #expect(fault(try edited(lines) { $0.vkeys = [] }).contains("other keys"))
    #expect(fault(try edited(lines) { $0.origin = "elsewhere" }).contains("not of elsewhere"))
  }

  @Test func onlyALogThatLiesAboutItsEndCanHideTheLastEntries() throws {
    var log = try small()
    let lines = try log.export(["service/api"]) { $0.ends = ["service/api": 4] }
    #expect(fault(lines) == "service/api ends at 4 in the log")
    let more = try log.export(["service/api"]) { $0.ends = ["service/api": 9] }
    #expect(fault(more) == "service/api lacks number 7")
  }

  /// A log that numbers wrongly, and signs that.
  @Test func twoEntriesOfOneNumberAreNoStream() throws {
    var log = try small()
    let note = try Entry(
      kind: .noteRecorded, at: nil, received: ExportLog.at(7), source: .token("ci"),
      data: ["service": "api", "text": "in its place"])
    log.keep(try note.numbered(["service/api": 6]))
    let lines = try log.export(["service/api"])
    #expect(fault(lines) == "service/api has number 6 a second time")
  }

  @Test func whatIsCitedMustBeThereAndNothingElse() throws {
    var log = try small()
    try log.append(.noteRecorded, ["text": "of no stream"])
    #expect(fault(try log.export(["service/api"], cites: [0, 7])) == "passed")
    let missing = try log.export(["service/api"]) { $0.cites = [0, 7] }
    #expect(fault(missing) == "entry 7 is missing: the last one cites it")
    let stranger = try log.export(["service/api"], cites: [0, 7]) { $0.cites = [0] }
    #expect(fault(stranger) == "entry 7 belongs to nothing that was asked for")
  }

  // MARK: keys

  @Test func keysDecideWhoIsBelieved() throws {
    var log = try small()
    let other = try NoteSigner(name: ExportLog.origin, seed: Array(repeating: 9, count: 32))
    let named = try NoteSigner(name: "other.example/log", seed: Array(repeating: 9, count: 32))
    let lines = try log.export(["service/api"])
    #expect(try verify(lines).trustsItself)
    let trusted = try verify(lines, trusting: [log.signer.verifier, other.verifier])
    #expect(!trusted.trustsItself && trusted.signers == [log.signer.verifier])
    #expect(fault(lines, [other.verifier]).contains("no known key signed it"))
    // Somebody who makes a log of his own up is found out by the key alone.
    var forged = try ExportLog(seed: 9)
    try forged.append(.buildRecorded, ["service": "api", "id": "forged"])
    let made = try forged.export(["service/api"])
    #expect(fault(made) == "passed")
    #expect(fault(made, [log.signer.verifier]).contains("cannot be believed"))
    let signed = try log.export(["service/api"], signedBy: [named])
    #expect(fault(signed, [named.verifier]).contains("no known key signed it"))
    #expect(fault(try log.export(["service/api"], cites: [])).contains("no key of the log"))
    var mixed = try small()
    try mixed.add(key: named.verifier, origin: named.verifier.name)
    #expect(fault(try mixed.export(["service/api"], cites: [0, 7])).contains("of another log"))
  }

  @Test func everyWitnessThatIsNamedMustHaveSigned() throws {
    var log = try small()
    let witness = try NoteSigner(
      name: "witness.example/w1", seed: Array(repeating: 5, count: 32), algorithm: .cosignature)
    let absent = try NoteSigner(
      name: "witness.example/w2", seed: Array(repeating: 6, count: 32), algorithm: .cosignature)
    let lines = try log.export(["service/api"])
    let text = try ExportHeader(line: lines[0]).checkpoint.text
    let line = try witness.cosign(text, at: 1_795_000_000)
    let cosigned = try edited(lines) { $0.checkpoint.signatures.append(line) }
    #expect(try verify(cosigned, trusting: [witness.verifier]).signers.count == 2)
    #expect(try verify(cosigned, trusting: [witness.verifier]).trustsItself)
    #expect(try verify(cosigned).signers == [log.signer.verifier])
    #expect(fault(cosigned, [witness.verifier, absent.verifier]).contains("w2 did not cosign it"))
    #expect(fault(lines, [witness.verifier]).contains("w1 did not cosign it"))
  }

  // MARK: logs from before

  @Test func whatIsOlderThanTheNumbersIsNotClaimed() throws {
    var log = try ExportLog(numberedFrom: 4)
    for id in 0..<6 { try log.append(.buildRecorded, ["service": "api", "id": .int(Int64(id))]) }
    let all = try verify(try log.export(["service/api"]))
    #expect(all.streams.map(\.entries) == [3] && all.streams.map(\.numberedFrom) == [4])
    // What begins behind a numbered entry needs nothing of before.
    let late = try verify(try log.export(["service/api"], since: ExportLog.at(6)))
    #expect(late.streams.map(\.numberedFrom) == [nil] && late.streams.map(\.after) == [5])
  }

  @Test func nothingCanBeProvenToo() throws {
    var log = try small()
    let summary = try verify(try log.export(["service/none", "repository/5"]))
    #expect(summary.streams.map(\.entries) == [0, 0] && summary.entries == 2)
    let since = try verify(try log.export(["service/api"], since: ExportLog.at(50)))
    #expect(since.streams.map(\.entries) == [0] && since.streams.map(\.after) == [6])
  }
}
