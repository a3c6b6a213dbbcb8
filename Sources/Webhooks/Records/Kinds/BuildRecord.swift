import Ledger

extension RecordForm {
  /// A build: one attempt of a workflow run.
  static let build = RecordForm(
    kind: .buildRecorded,
    fields: .common + [
      .required("id", .name), .optional("name", .name), .required("commit", .commit),
      .optional("ref", .name), .optional("outcome", .word(["success", "failure", "cancelled"])),
      .optional("started_at", .time), .optional("finished_at", .time),
    ],
    times: ["finished_at", "started_at"], rules: [order("started_at", "finished_at")])
}
