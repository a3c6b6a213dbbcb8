import Ledger

/// The body with which the deploy gate is asked. It is as strict as a report, but no report: it says
/// nothing, it asks.
public enum DeployAskForm {
  static let form = RecordForm(
    kind: .deployAsked,
    fields: [
      .required("service", .service), .required("environment", .name), .optional("digest", .digest),
      .optional("commit", .commit), .optional("repository_id", .id),
      .optional("repository", .repository), .optional("replicas", .number(0...100_000)),
      .optional("rollback", .flag), .optional("dry_run", .flag),
    ],
    times: [], namesActor: false, rules: [something])

  private static let something: RecordForm.Rule = { reading in
    guard reading.data["digest"] == JSON.null, reading.data["commit"] == JSON.null else { return }
    reading.report("digest", "is required where there is no commit")
  }

  /// The members, `null` where nothing was given.
  public static func members(
    _ body: [String: JSON], context: RecordContext
  ) throws(RecordRefusal) -> [String: JSON] {
    let reading = RecordReading(form, body, context)
    guard reading.problems.isEmpty else { throw RecordRefusal(reading.problems) }
    return reading.data
  }
}
