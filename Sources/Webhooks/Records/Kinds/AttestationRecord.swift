import Ledger

extension RecordForm {
  /// Provenance that was made with an image. Whoever records it vouches for its signature, which is
  /// not checked here: the entry says so.
  static let attestation = RecordForm(
    kind: .attestationRecorded,
    fields: .common + [
      .required("digest", .digest), .required("predicate_type", .url),
      .optional("builder", .words), .required("commit", .commit), .optional("invocation", .words),
      .required("subjects", .array(.digest, limit: 100)), .optional("bundle", .hash),
      // So that nobody takes it for more: there is no other word yet.
      .required("verification", .word(["vouched"])), .optional("attested_at", .time),
    ],
    times: ["attested_at"], rules: [subject])

  private static let subject: Rule = { reading in
    guard let digest = reading.data["digest"], let subjects = reading.data["subjects"]?.array,
      !subjects.contains(digest)
    else { return }
    reading.report("digest", "is not a subject of the attestation")
  }
}
