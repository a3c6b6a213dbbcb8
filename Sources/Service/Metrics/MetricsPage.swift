import Hummingbird
import Ledger
import Reports

/// `GET /metrics`
struct MetricsPage: Sendable {
  /// The texts say so.
  private static let countedUpTo = 10_000
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    MetricsPage.response(
      service.metrics.text() + MetricsPage.process(service.process()) + disk()
        + (try await ledger()))
  }

  static func response(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
      body: .init(byteBuffer: .init(string: text)))
  }

  static func process(_ state: ProcessState) -> String {
    var page = PrometheusText()
    page.gauge(
      "process_resident_memory_bytes", "Memory in use.", Double(state.residentBytes))
    page.counter("process_cpu_seconds_total", "Processor time used.", state.cpuSeconds)
    page.gauge("process_open_fds", "Open file descriptors.", Double(state.openFiles))
    page.gauge(
      "process_start_time_seconds", "When the process started.",
      Double(state.startedAt.microseconds) / 1_000_000)
    return page.text
  }

  private func disk() -> String {
    var page = PrometheusText()
    page.gauge(
      "ledger_disk_free_bytes", "Free space beside the database.",
      Double(service.disk().freeBytes))
    return page.text
  }

  private func ledger() async throws -> String {
    let (now, refused) = (service.now(), service.metrics.refused)
    // Only with credentials anybody compares.
    let start = service.reconciler == nil ? nil : service.process().startedAt
    return try await service.store.read { tables in
      var page = PrometheusText()
      page.gauge("ledger_entries", "Entries in the log.", Double(try tables.size()))
      try MetricsPage.outbox(tables, refused, now, on: &page)
      MetricsPage.show(try PendingGates(reading: tables), now, on: &page)
      MetricsPage.show(try Completeness(tables), start, on: &page)
      MetricsPage.show(try WitnessReport(reading: tables), on: &page)
      return page.text
    }
  }

  private static func outbox(
    _ tables: any LedgerReader, _ refused: Set<Effect.Key>, _ now: Instant,
    on page: inout PrometheusText
  ) throws {
    let due = try tables.dueStatuses(limit: countedUpTo)
    page.gauge(
      "ledger_outbox_due", "Statuses that GitHub does not show yet, counted up to 10,000.",
      Double(due.count))
    page.gauge(
      "ledger_outbox_oldest_seconds", "Age of the oldest of them.",
      age(try tables.oldestDueStatus(), now))
    page.gauge(
      "ledger_outbox_refused", "Those that were counted and that GitHub refused, and will again.",
      Double(due.count { refused.contains($0.key) }))
    page.gauge(
      "ledger_reads_due", "Commits that wait for a read of GitHub, counted up to 10,000.",
      Double(try tables.dueReads(limit: countedUpTo).count))
  }

  private static func show(
    _ pending: PendingGates, _ now: Instant, on page: inout PrometheusText
  ) {
    page.gauge(
      "ledger_gate_pending", "Open pull requests whose gate has not decided.",
      Double(pending.pulls.count))
    page.gauge(
      "ledger_gate_pending_oldest_seconds", "How long the longest of them waits.",
      age(pending.pulls.first?.since, now))
  }

  /// - Parameter start: since when it stays unknown, if anybody compares.
  private static func show(
    _ deliveries: Completeness, _ start: Instant?, on page: inout PrometheusText
  ) {
    page.gauge(
      "ledger_missing_deliveries",
      "Deliveries of GitHub's list that are not here: asked for again, or lost for good.",
      [
        ([("state", "asked")], Double(deliveries.outstanding.count)),
        ([("state", "lost")], Double(deliveries.lost.count)),
      ])
    // Without a value before the first comparison nobody would hear that there never is one.
    guard let to = deliveries.completeTo ?? start else { return }
    page.gauge(
      "ledger_deliveries_complete_timestamp_seconds",
      "Until when deliveries are known to be complete; the process's start until that is known.",
      Double(to.microseconds) / 1_000_000)
  }

  private static func age(_ since: Instant?, _ now: Instant) -> Double {
    since.map { max(0, now.seconds(since: $0)) } ?? 0
  }

  private static func show(_ report: WitnessReport, on page: inout PrometheusText) {
    guard !report.members.isEmpty else { return }
    page.gauge(
      "ledger_witness_size", "Entries of the newest head that a witness cosigned.",
      report.members.map { ([("witness", $0.witness.name)], Double($0.last?.size ?? 0)) })
    page.gauge(
      "ledger_witness_cosigned_timestamp_seconds", "When it did so; 0 when it never did.",
      report.members.map {
        ([("witness", $0.witness.name)], Double(($0.last?.at.microseconds ?? 0) / 1_000_000))
      })
    page.gauge(
      "ledger_witness_alarms", "Witnesses that saw a log which this one does not lead to.",
      Double(report.members.count { $0.alarm != nil }))
    page.gauge(
      "ledger_cosigned_size", "Entries of the newest head with a quorum of witnesses.",
      Double(report.quorumSize ?? 0))
  }
}
