import Ledger
import LedgerTesting
import Testing

@testable import Reports

/// A clock that was set back: the log's order decides where a stream is cut, and the answer says by
/// which entry.
@Suite struct ExportCutTests {
  private let until = ExportLog.at(60)

  /// The last one was received before the end of the period, behind one that was received after it.
  private func log(_ seconds: [Double] = [10, 30, 65, 45]) throws -> ExportLog {
    var log = try ExportLog()
    for (id, at) in seconds.enumerated() {
      try log.append(.buildRecorded, ["service": "api", "id": .int(Int64(id))], at: at)
    }
    return log
  }

  @Test func theEndIsNamedByItsEntries() throws {
    var log = try log()
    let stream = try #require(
      try verify(try log.export(["service/api"], until: until)).streams.first)
    #expect(stream.entries == 2 && stream.last == 2 && stream.before == 3)
    #expect(stream.after == nil)
  }

  @Test func bothEndsAreNamed() throws {
    var log = try log()
    let lines = try log.export(["service/api"], since: ExportLog.at(20), until: until)
    let stream = try #require(try verify(lines).streams.first)
    #expect(stream.after == 1 && stream.last == 2 && stream.before == 3)
  }

  @Test func aPeriodWithoutEntriesLiesBetweenTwo() throws {
    var log = try log([10, 65])
    let lines = try log.export(["service/api"], since: ExportLog.at(20), until: until)
    let stream = try #require(try verify(lines).streams.first)
    #expect(stream.entries == 0 && stream.last == nil)
    #expect(stream.after == 1 && stream.before == 2)
  }

  @Test func aStreamThatIsNotCutHasNoSuchEntry() throws {
    var log = try log([10, 30])
    let stream = try #require(
      try verify(try log.export(["service/api"], until: until)).streams.first)
    #expect(stream.last == 2 && stream.before == nil)
  }
}
