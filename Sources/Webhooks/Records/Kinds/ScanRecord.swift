import Ledger

extension RecordForm {
  /// A scan of an image or a source tree.
  static let scan = RecordForm(
    kind: .scanRecorded,
    fields: .common + [
      .optional("digest", .digest), .optional("commit", .commit), .required("scanner", .name),
      .optional("format", .name), .required("critical", .count), .required("high", .count),
      .required("medium", .count), .required("low", .count), .required("unknown", .count),
      .optional("report", .hash), .optional("scanned_at", .time),
    ],
    times: ["scanned_at"])
}
