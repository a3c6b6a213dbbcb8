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
    times: ["finished_at"])
}
