import Ledger

extension RecordForm {
  /// A deployment began or ended.
  static let deployment = RecordForm(
    kind: .deploymentRecorded,
    fields: .common + [
      .required("id", .name), .required("phase", .word(["start", "finish", "fail"])),
      .optional("environment", .environment), .optional("commit", .commit),
      .optional("digest", .digest), .optional("revision", .revision), .optional("rollout", .name),
      .optional("github_deployment", .id),
      .optional("outcome", .word(["success", "failure", "cancelled", "rolled-back"])),
      .optional("reason", .words), .optional("occurred_at", .time),
    ],
    times: ["occurred_at"], rules: [what, outcome, gitHubDeployment, id])

  /// The end needs the id alone: what it was is known from its start.
  private static let what: Rule = { reading in
    guard reading.data["phase"] == "start" else { return }
    reading.require("service", "is required at the start")
    reading.require("environment", "is required at the start")
  }

  private static let outcomes: [String: (standard: JSON, others: [JSON])] = [
    "start": (.null, []), "finish": ("success", ["rolled-back"]),
    "fail": ("failure", ["cancelled"]),
  ]

  private static let outcome: Rule = { reading in
    guard let phase = reading.data["phase"]?.string, let given = reading.data["outcome"],
      let allowed = outcomes[phase]
    else { return }
    if given == .null {
      reading.set("outcome", allowed.standard)
    } else if given != allowed.standard, !allowed.others.contains(given) {
      let words = ([allowed.standard] + allowed.others).compactMap(\.string)
      reading.report(
        "outcome",
        words.isEmpty
          ? "is not known at the \(phase)"
          : "does not go with \(phase), which means \(words.joined(separator: " or "))")
    }
  }

  /// A sentence in its place is a mistake in a script.
  private static let id: Rule = { reading in
    guard reading.data["id"]?.string?.contains(where: \.isWhitespace) == true else { return }
    reading.report("id", "holds white space")
  }

  /// GitHub's id is unique with its repository alone.
  private static let gitHubDeployment: Rule = { reading in
    guard reading.data["github_deployment"]?.int != nil else { return }
    reading.require("repository_id", "is required with github_deployment")
  }
}
