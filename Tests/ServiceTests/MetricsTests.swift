import Ledger
import LedgerTesting
import Testing

@testable import Service

/// A line of Prometheus' text format that is no comment.
private struct Sample {
  let name: String
  let labels: [String: String]
  let value: Double

  init(_ line: Substring) throws {
    let pattern = #/([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)/#
    let match = try #require(try pattern.wholeMatch(in: line), "\(line)")
    name = String(match.1)
    value = try #require(Double(match.3 == "+Inf" ? "inf" : match.3))
    var labels: [String: String] = [:]
    var rest = match.2 ?? ""
    while !rest.isEmpty {
      let pattern = #/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/#
      let label = try #require(try pattern.prefixMatch(in: rest))
      #expect(labels.updateValue(String(label.2), forKey: String(label.1)) == nil)
      rest = rest[label.range.upperBound...]
    }
    self.labels = labels
  }
}

private struct Page {
  let text: String
  let samples: [Sample]
  /// By metric.
  let types: [String: String]

  init(_ answer: Answer) throws {
    #expect(answer.status == 200)
    #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
    text = answer.text
    #expect(text.hasSuffix("\n"))
    var (samples, types, helps): ([Sample], [String: String], Set<String>) = ([], [:], [])
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      switch (words[0], words[1]) {
      case ("#", "HELP"): #expect(helps.insert(words[2]).inserted, "\(line)")
      case ("#", "TYPE"): #expect(types.updateValue(words[3], forKey: words[2]) == nil, "\(line)")
      default: samples.append(try Sample(line))
      }
    }
    #expect(Set(types.keys) == helps)
    self.samples = samples
    self.types = types
    for sample in samples { #expect(metric(of: sample) != nil, "\(sample.name) has no TYPE") }
  }

  private func metric(of sample: Sample) -> String? {
    if types[sample.name] != nil { return sample.name }
    return ["_bucket", "_sum", "_count"].lazy.filter { sample.name.hasSuffix($0) }
      .map { String(sample.name.dropLast($0.count)) }.first { types[$0] == "histogram" }
  }

  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    samples.first { $0.name == name && $0.labels == labels }?.value
  }
}

extension ServiceTests {
  @Suite struct MetricsTests {
    private let name = "http_server_resp_time"

    private func labels(_ code: Int, _ method: String, _ path: String) -> [String: String] {
      ["service": "ledger", "code": String(code), "method": method, "path": path]
    }

    @Test func responseTimesByRouteTemplate() async throws {
      try await withService { service in
        let token = try await service.token(.read)
        for path in ["/ping", "/ping", "/v1/entries/0", "/v1/entries/99", "/nope", "/nope/2"] {
          _ = try await service.get(path, token: token)
        }
        let page = try Page(try await service.get("/metrics"))
        #expect(page.types[name] == "histogram")
        #expect(page.value("\(name)_count", labels(200, "GET", "/ping")) == 2)
        #expect(page.value("\(name)_count", labels(200, "GET", "/v1/entries/{index}")) == 1)
        #expect(page.value("\(name)_count", labels(404, "GET", "/v1/entries/{index}")) == 1)
        #expect(page.value("\(name)_count", labels(404, "GET", "NotFound")) == 2)
        #expect(!page.text.contains("/nope") && !page.text.contains("entries/99"))
      }
    }

    @Test func bucketsAreCumulative() async throws {
      try await withService { service in
        service.metrics.observe(seconds: 0.02, code: 200, method: "GET", route: "/x")
        service.metrics.observe(seconds: 0.3, code: 200, method: "GET", route: "/x")
        service.metrics.observe(seconds: 60, code: 200, method: "GET", route: "/x")
        let page = try Page(try await service.get("/metrics"))
        let own = labels(200, "GET", "/x")
        for (bound, count) in [("0.01", 0.0), ("0.025", 1), ("0.25", 1), ("0.5", 2), ("10", 2)] {
          let bucket = own.merging(["le": bound]) { $1 }
          #expect(page.value("\(name)_bucket", bucket) == count, "\(bound)")
        }
        #expect(page.value("\(name)_bucket", own.merging(["le": "+Inf"]) { $1 }) == 3)
        #expect(page.value("\(name)_count", own) == 3)
        #expect(abs((page.value("\(name)_sum", own) ?? 0) - 60.32) < 1e-9)
      }
    }

    @Test func processAndLedger() async throws {
      try await withService(Setup(confirmation: .github)) { service in
        try await service.deliver(all: [Scene.opened()])
        service.clock.advance(seconds: 42)
        let page = try Page(try await service.get("/metrics"))
        #expect(page.value("process_resident_memory_bytes") == Double(5 << 20))
        #expect(page.value("process_cpu_seconds_total") == 0.25)
        #expect(page.value("process_open_fds") == 7)
        #expect(page.value("process_start_time_seconds") == 1_790_000_000)
        #expect(page.value("ledger_disk_free_bytes") == Double(1 << 40))
        #expect(page.value("ledger_entries") == 3)
        #expect(page.value("ledger_outbox_due") == 1)
        #expect(page.value("ledger_outbox_oldest_seconds") == 42)
        #expect(page.value("ledger_reads_due") == 0)
        for name in ["ledger_outbox_due", "ledger_reads_due"] {
          let help = page.text.split(separator: "\n").first { $0.hasPrefix("# HELP \(name) ") }
          #expect(help?.hasSuffix(", counted up to 10,000.") == true, "\(name)")
        }
      }
    }

    @Test(arguments: [true, false])
    func theStartStandsForAComparisonThatNeverWas(_ hasCredentials: Bool) async throws {
      try await withParts(Setup()) { parts in
        var dependencies = parts.service
        if !hasCredentials { dependencies.reconciler = nil }
        try await withRouter(parts, Routes.router(dependencies)) { service in
          let page = try Page(try await service.get("/metrics"))
          let value = page.value("ledger_deliveries_complete_timestamp_seconds")
          #expect(value == (hasCredentials ? 1_790_000_000 : nil))
        }
      }
    }

    @Test func gatesThatWait() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened()])
        service.clock.advance(seconds: 42)
        let waiting = try Page(try await service.get("/metrics"))
        #expect(waiting.value("ledger_gate_pending") == 1)
        #expect(waiting.value("ledger_gate_pending_oldest_seconds") == 42)
        try await service.deliver(all: [Scene.ended("test", "failure")])
        let decided = try Page(try await service.get("/metrics"))
        #expect(decided.value("ledger_gate_pending") == 0)
        #expect(decided.value("ledger_gate_pending_oldest_seconds") == 0)
      }
    }

    @Test func deliveriesByEventAndResult() async throws {
      try await withService { service in
        _ = try await service.deliver(Scene.opened())
        _ = try await service.deliver(Scene.opened())
        let page = try Page(try await service.get("/metrics"))
        let total = "ledger_deliveries_total"
        #expect(page.value(total, ["event": "pull_request", "result": "appended"]) == 1)
        #expect(page.value(total, ["event": "pull_request", "result": "duplicate"]) == 1)
      }
    }

    /// Strangers choose the event of an unsigned request, and could fill the table of events.
    @Test func forgedEventsMakeNoSeries() async throws {
      try await withService { service in
        var forged = Scene.opened()
        for number in 0..<210 {
          forged.event = "forged_\(number)"
          let headers = forged.headers(secret: "another secret").map { ($0.name, $0.value) }
          let answer = try await service.send(
            .post, "/webhooks/github", headers: headers, body: forged.body)
          #expect(answer.status == 401)
        }
        _ = try await service.deliver(Scene.opened())
        let page = try Page(try await service.get("/metrics"))
        let total = "ledger_deliveries_total"
        #expect(page.value(total, ["event": "unverified", "result": "forged"]) == 210)
        #expect(page.value(total, ["event": "pull_request", "result": "appended"]) == 1)
        #expect(!page.text.contains("forged_"))
      }
    }

    @Test func aMethodOfItsOwnMakesNoSeries() async throws {
      try await withService { service in
        _ = try await service.send(try #require(.init("BREW")), "/ping")
        let page = try Page(try await service.get("/metrics"))
        #expect(page.value("\(name)_count", labels(404, "other", "NotFound")) == 1)
      }
    }

    @Test func labelsAreEscaped() throws {
      var page = PrometheusText()
      page.counter("a", "b.", [([("name", "x\"y\\z\n")], 1)])
      #expect(page.text == "# HELP a b.\n# TYPE a counter\na{name=\"x\\\"y\\\\z\\n\"} 1\n")
    }
  }
}
