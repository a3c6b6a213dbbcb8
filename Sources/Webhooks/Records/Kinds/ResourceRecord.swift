import Ledger

extension RecordForm {
  /// Something was made or removed that costs money or has to be torn down.
  static let resource = RecordForm(
    kind: .resourceRecorded,
    fields: .common + [
      .required("type", .part), .optional("name", .name), .required("id", .words),
      .optional("environment", .environment), .optional("region", .name),
      .required("state", .word(["created", "gone"])), .optional("occurred_at", .time),
    ],
    times: ["occurred_at"])
}
