import Ledger

extension RecordForm {
  /// What somebody wants remembered.
  static let note = RecordForm(
    kind: .noteRecorded,
    fields: .common + [
      .required("text", .text(limit: 8_000)), .optional("about", .words),
      .optional("environment", .environment), .optional("occurred_at", .time),
    ],
    times: ["occurred_at"])
}
