/// What clusters were answered.
extension Tables {
  static let ofAdmission = [admissionVerdicts]

  /// All answers of the admission gate. `subject` is the hash of the images that it is about.
  public static let admissionVerdicts = Table(
    "admission_verdicts", key: ["entry"],
    registers: Register(
      order: "verdict_order",
      columns: [
        "cluster", "namespace", "subject", "environment", "state", "summary", "ask", "decided_at",
      ]))
}
