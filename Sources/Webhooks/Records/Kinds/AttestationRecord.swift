import Ledger

extension RecordForm {
  /// Provenance that was made with an image. Without a finding of the ledger's own whoever records
  /// it vouches for its signature: the entry says so.
  static let attestation = RecordForm(
    kind: .attestationRecorded,
    fields: .common + [
      .required("digest", .digest), .required("predicate_type", .url),
      .optional("builder", .words), .required("commit", .commit), .optional("invocation", .words),
      .required("subjects", .array(.digest, limit: 100)), .optional("bundle", .hash),
      // All other words are the ledger's own.
      .optional("verification", .word(["vouched"])), .optional("attested_at", .time),
    ],
    times: ["attested_at"], rules: [finding, subject])

  private static let finding: Rule = { reading in
    for (name, value) in BundleFinding.members(reading.context.finding) {
      reading.set(name, value)
    }
  }

  private static let subject: Rule = { reading in
    guard let digest = reading.data["digest"], let subjects = reading.data["subjects"]?.array,
      reading.data["verification"] != "failed", !subjects.contains(digest)
    else { return }
    reading.report("digest", "is not a subject of the attestation")
  }
}
