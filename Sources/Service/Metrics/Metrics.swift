import Ledger
import Synchronization

/// What the service counts, in memory, until Prometheus asks.
public final class Metrics: Sendable {
  /// Seconds. From a page out of memory to the deadline of a request.
  static let buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  struct Request: Hashable {
    let code: Int
    let method: String
    let route: String
  }

  struct Histogram {
    var counts = [Int](repeating: 0, count: Metrics.buckets.count + 1)
    var sum = 0.0
  }

  struct Event: Hashable {
    let name: String
    let result: String
  }

  struct Admission: Hashable {
    let verdict: String
    let mode: String
  }

  private struct State {
    var requests: [Request: Histogram] = [:]
    var deliveries: [Event: Int] = [:]
    var calls: [Event: Int] = [:]
    var witnesses: [Event: Int] = [:]
    var admissions: [Admission: Int] = [:]
    var admissionTimes: [String: Histogram] = [:]
    var certificateExpiry: Instant?
    var requestsInFlight = 0
    var lost = Lost()
    var reconciledAt: Instant?
    var refused: Set<Effect.Key> = []
  }

  /// Deliveries that were not here when GitHub's list was looked at.
  struct Lost {
    var missing = 0
    var asked = 0
    var recovered = 0
  }

  private let state = Mutex(State())

  public init() {}

  func observe(seconds: Double, code: Int, method: String, route: String) {
    let bucket = Metrics.buckets.firstIndex { seconds <= $0 } ?? Metrics.buckets.count
    let request = Request(code: code, method: Metrics.known(method), route: route)
    state.withLock {
      $0.requests[request, default: Histogram()].counts[bucket] += 1
      $0.requests[request, default: Histogram()].sum += seconds
    }
  }

  func begin() { state.withLock { $0.requestsInFlight += 1 } }
  func end() { state.withLock { $0.requestsInFlight -= 1 } }

  /// Event names come from outside: beyond a number of them they are counted together.
  func count(event: String, result: String) {
    state.withLock {
      let key = Event(name: event, result: result)
      let isRoom = $0.deliveries[key] != nil || $0.deliveries.count < 200
      $0.deliveries[isRoom ? key : Event(name: "other", result: result), default: 0] += 1
    }
  }

  /// A call to GitHub: `post`, `read`.
  func count(call: String, result: String) {
    state.withLock { $0.calls[Event(name: call, result: result), default: 0] += 1 }
  }

  /// Reviews may come: of a series that begins with its first event no increase is seen.
  func expect(admissions verdicts: [String], mode: String) {
    state.withLock { state in
      for verdict in verdicts { state.admissions[Admission(verdict: verdict, mode: mode)] = 0 }
    }
  }

  /// A review of a pod that was answered.
  func count(admission verdict: String, mode: String, seconds: Double) {
    let bucket = Metrics.buckets.firstIndex { seconds <= $0 } ?? Metrics.buckets.count
    state.withLock {
      $0.admissions[Admission(verdict: verdict, mode: mode), default: 0] += 1
      $0.admissionTimes[mode, default: Histogram()].counts[bucket] += 1
      $0.admissionTimes[mode, default: Histogram()].sum += seconds
    }
  }

  /// Of the certificate that is shown to whoever asks over TLS.
  public func certificate(expires: Instant) { state.withLock { $0.certificateExpiry = expires } }

  /// A head that was brought to a witness.
  func count(witness: String, result: String) {
    state.withLock { $0.witnesses[Event(name: witness, result: result), default: 0] += 1 }
  }

  func count(missing: Int = 0, asked: Int = 0, recovered: Int = 0) {
    state.withLock {
      $0.lost.missing += missing
      $0.lost.asked += asked
      $0.lost.recovered += recovered
    }
  }

  /// Statuses that GitHub refused for good, due or not.
  var refused: Set<Effect.Key> { state.withLock { $0.refused } }
  func refused(_ keys: Set<Effect.Key>) { state.withLock { $0.refused = keys } }

  func reconciled(at now: Instant) { state.withLock { $0.reconciledAt = now } }

  private static func admission(_ state: State, on page: inout PrometheusText) {
    if let at = state.certificateExpiry {
      page.gauge(
        "ledger_tls_certificate_expiry_timestamp_seconds",
        "When the certificate of the admission listener ends.",
        Double(at.microseconds / 1_000_000))
    }
    page.counter(
      "ledger_admission_reviews_total", "Reviews of pods by verdict and mode.",
      state.admissions.map {
        ([("verdict", $0.key.verdict), ("mode", $0.key.mode)], $0.value)
      })
    page.histogram(
      "ledger_admission_review_seconds", "Seconds from a review to its answer.", Metrics.buckets,
      state.admissionTimes.map { ([("mode", $0.key)], $0.value.counts, $0.value.sum) })
  }

  /// A method that nobody defined must not make a series of its own.
  private static func known(_ method: String) -> String {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) ? method : "other"
  }

  /// The text format of Prometheus, version 0.0.4.
  func text() -> String {
    let state = state.withLock { $0 }
    var page = PrometheusText()
    page.histogram(
      "http_server_resp_time", "Seconds from request to response.", Metrics.buckets,
      state.requests.map { request, histogram in
        let labels = [
          ("service", "ledger"), ("code", String(request.code)), ("method", request.method),
          ("path", request.route),
        ]
        return (labels, histogram.counts, histogram.sum)
      })
    page.gauge(
      "http_server_requests_in_flight", "Requests being answered, this one among them.",
      Double(state.requestsInFlight))
    page.counter(
      "ledger_deliveries_total", "Webhook requests by event and result.",
      state.deliveries.map { ([("event", $0.key.name), ("result", $0.key.result)], $0.value) })
    page.counter(
      "ledger_github_calls_total", "Calls to GitHub by kind and result.",
      state.calls.map { ([("call", $0.key.name), ("result", $0.key.result)], $0.value) })
    page.counter(
      "ledger_witness_requests_total", "Heads of the log brought to witnesses, by result.",
      state.witnesses.map { ([("witness", $0.key.name), ("result", $0.key.result)], $0.value) })
    Metrics.admission(state, on: &page)
    let lost = [
      ([("state", "missing")], state.lost.missing), ([("state", "asked")], state.lost.asked),
      ([("state", "recovered")], state.lost.recovered),
    ]
    page.counter(
      "ledger_lost_deliveries_total",
      "Deliveries of GitHub's list that were not here, were asked for again, and came.", lost)
    if let at = state.reconciledAt {
      page.gauge(
        "ledger_reconciled_timestamp_seconds", "When deliveries were last compared with GitHub's.",
        Double(at.microseconds / 1_000_000))
    }
    return page.text
  }
}
