import Ledger

extension RecordForm {
  /// An image was pushed.
  static let image = RecordForm(
    kind: .imageRecorded,
    fields: .common + [
      .required("digest", .digest), .optional("image", .image), .optional("tag", .name),
      .optional("commit", .commit), .optional("build", .name), .optional("platform", .name),
      .optional("size", .count), .optional("pushed_at", .time),
    ],
    times: ["pushed_at"])
}
