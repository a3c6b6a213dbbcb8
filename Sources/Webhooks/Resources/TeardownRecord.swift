import Ledger

/// A report about a teardown becomes an entry: its hash stands in the log, itself beside it.
public enum TeardownRecord {
  public static let schema = "ledger.teardown/1"
  private static let outcomes = ["clean", "left", "unknown"]
  static let words = ["gone", "left", "kept", "unexplained", "unknown"]

  private static let form = RecordForm(
    kind: .teardownReported, fields: .common + [.required("environment", .environment)],
    times: [])

  /// - Parameter body: the common members of reports, and `report`.
  public static func submission(
    _ body: JSON, context: RecordContext
  ) throws(RecordRefusal) -> Submission {
    guard var members = body.object, let report = members.removeValue(forKey: "report") else {
      throw refusal("report", "is required")
    }
    let facts = try facts(report)
    members["environment"] = report["environment"]
    let reading = RecordReading(form, members, context)
    guard reading.problems.isEmpty else { throw Record.refusal(reading.problems) }
    let evidence = Evidence(report.canonicalBytes)
    let own = facts.merging(["report": .string(evidence.reference.hash.hex)]) { $1 }
    return try submission(evidence, reading, own, context)
  }

  private static func submission(
    _ evidence: Evidence, _ reading: RecordReading, _ own: [String: JSON], _ context: RecordContext
  ) throws(RecordRefusal) -> Submission {
    do {
      let entry = try Entry(
        kind: .teardownReported, at: Instant(json: own["as_of"]), received: context.received,
        source: context.source, data: .object(reading.data.merging(own) { $1 }),
        evidence: evidence.reference)
      return Submission(entry: entry, evidence: evidence)
    } catch { throw refusal("report", "makes no entry: \(error)") }
  }

  /// What the entry repeats of the report.
  private static func facts(_ report: JSON) throws(RecordRefusal) -> [String: JSON] {
    guard report["schema"]?.string == schema else {
      throw refusal("report.schema", "must be \(schema)")
    }
    guard let at = Instant(json: report["as_of"]) else {
      throw refusal("report.as_of", "is no time")
    }
    guard let outcome = report["outcome"]?.string, outcomes.contains(outcome) else {
      throw refusal("report.outcome", "must be one of \(outcomes.joined(separator: ", "))")
    }
    var counts: [String: JSON] = [:]
    for word in words {
      guard let count = report.at("counts", word)?.int, count >= 0 else {
        throw refusal("report.counts.\(word)", "must be a number")
      }
      counts[word] = .int(count)
    }
    let calls = report["calls"]?.array ?? []
    return [
      "as_of": .string(at.description), "outcome": .string(outcome), "counts": .object(counts),
      "calls": .int(Int64(calls.count)),
      "unanswered": .int(Int64(calls.count { $0["result"]?.string != "ok" })),
    ]
  }

  private static func refusal(_ path: String, _ reason: String) -> RecordRefusal {
    RecordRefusal([FieldProblem(path: path, reason: reason)])
  }
}
