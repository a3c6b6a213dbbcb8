import Ledger

extension RecordForm {
  /// Results of tests.
  static let testResults = RecordForm(
    kind: .testResultsRecorded,
    fields: .common + [
      .optional("commit", .commit), .optional("digest", .digest), .required("suite", .name),
      .required("tests", .count), .required("failures", .count), .required("errors", .count),
      .required("skipped", .count), .optional("milliseconds", .count), .optional("report", .hash),
      .optional("finished_at", .time),
    ],
    times: ["finished_at"], rules: [sum])

  private static let sum: Rule = { reading in
    let parts = ["failures", "errors", "skipped"].compactMap { reading.data[$0]?.int }
    guard let all = reading.data["tests"]?.int, parts.count == 3 else { return }
    // Each alone first: their sum could be more than a number holds.
    guard parts.contains(where: { $0 > all }) || parts.reduce(0, +) > all else { return }
    reading.report("tests", "is \(all), fewer than failures, errors and skipped together")
  }
}
