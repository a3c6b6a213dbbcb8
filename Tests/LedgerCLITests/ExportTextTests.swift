import Ledger
import Merkle
import Testing

@testable import LedgerCLI
@testable import Reports

/// Where the period's ends are cut, by entry: "nothing is missing" holds between these.
@Suite struct ExportTextTests {
  private static let since = Instant(seconds: 1_795_000_000)
  private static let until = since.adding(seconds: 3_600)

  private func summary(
    _ stream: ExportSummary.Stream, since: Instant? = since, until: Instant? = until
  ) -> ExportSummary {
    let made = ExportMade(
      services: ["x"], repositories: [], ends: ["service/x": 4], since: since, until: until,
      numberedFrom: 0, cites: [0])
    return ExportSummary(
      origin: "log", size: 6, root: .emptyRoot, made: made, index: 5,
      madeAt: Self.until.adding(seconds: 60), entries: 5, streams: [stream], coverage: [],
      signers: [], trustsItself: false)
  }

  private func stream(
    after: Int64? = nil, last: Int64? = 2, before: Int64? = nil
  ) -> ExportSummary.Stream {
    .init(
      name: "service/x", span: .init(first: 1, through: last == nil ? 0 : 2),
      entries: last == nil ? 0 : 2, end: 4, after: after, last: last, before: before,
      numberedFrom: nil)
  }

  private func text(_ stream: ExportSummary.Stream) -> String {
    ExportText(summary: summary(stream)).lines.joined(separator: "\n")
  }

  @Test func theEndIsSaidByEntry() {
    let text = text(stream(before: 3))
    #expect(
      text.contains(
        "complete up to entry 2, the last before the first one received at or after "
          + "\(Self.until) (entry 3)"))
    #expect(text.contains("order of the log decides"))
    let json = summary(stream(before: 3)).json["streams"]?.array?.first
    #expect(json?["last"] == 2 && json?["before"] == 3 && json?["after"] == .null)
  }

  @Test func theBeginningIsSaidByEntry() {
    let text = text(stream(after: 1))
    #expect(text.contains("complete behind entry 1, which was received before \(Self.since)"))
    #expect(!text.contains("complete up to") && text.contains("order of the log decides"))
  }

  @Test func aPeriodWithoutEntriesEndsByEntryToo() {
    let text = text(stream(after: 2, last: nil, before: 3))
    #expect(text.contains("complete up to the first one received at or after \(Self.until)"))
  }

  @Test func whatIsNotCutIsNotExplained() {
    #expect(!text(stream()).contains("order of the log"))
  }
}
