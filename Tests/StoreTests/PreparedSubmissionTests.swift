import Ledger
import Testing

@testable import SQLiteStore

@Suite struct PreparedSubmissionTests {
  private func page(_ number: Int) -> Evidence {
    Evidence(Array(String(repeating: "{\"number\":\(number)},", count: 200).utf8))
  }

  /// A pull request of a page of them.
  private func submission(_ number: Int64, _ page: Evidence) throws -> Submission {
    let entry = try Entry(
      kind: "test.pull.v1", at: nil, received: moment, source: .githubAPI,
      data: ["number": .int(number)], evidence: page.reference)
    return Submission(entry: entry, evidence: page)
  }

  @Test("A body of several submissions is compressed once")
  func once() throws {
    let pages = [page(1), page(1), page(2), page(1)]
    var submissions: [Submission] = []
    for (number, page) in pages.enumerated() {
      submissions.append(try submission(Int64(number), page))
    }
    var asked: [[UInt8]] = []
    let prepared = PreparedSubmission.all(submissions) { bytes in
      asked.append(bytes)
      return Zstandard.compress(bytes)
    }
    #expect(asked == [pages[0].bytes, pages[2].bytes])
    #expect(prepared.map(\.submission.entry) == submissions.map(\.entry))
    let expected = pages.map { Zstandard.compress($0.bytes)?.bytes }
    #expect(prepared.map { $0.compressed?.bytes } == expected)
    #expect(expected[0] != nil && expected[0] != expected[2])
  }

  @Test("What does not become smaller stays as it is")
  func incompressible() throws {
    let prepared = PreparedSubmission.all([try submission(1, Evidence([1, 2, 3]))])
    #expect(prepared.map { $0.compressed == nil } == [true])
  }
}
