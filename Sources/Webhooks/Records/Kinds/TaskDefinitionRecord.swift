import Ledger

extension RecordForm {
  /// A revision of a task definition was registered with ECS. A container whose image is named by a
  /// tag has no digest: nobody can say what it will run.
  static let taskDefinition = RecordForm(
    kind: .taskDefinitionRecorded,
    fields: .common + [
      .required("family", .name), .required("revision", .id), .optional("arn", .words),
      .optional("commit", .commit), .required("containers", .objects(.container, counts: 1...50)),
      .optional("registered_at", .time),
    ],
    times: ["registered_at"], rules: [agreeing("containers")])
}
