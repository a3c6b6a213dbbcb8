import Ledger

/// Writes Prometheus' text format, version 0.0.4. Series of one metric are sorted, so that a page
/// can be compared with an earlier one.
struct PrometheusText {
  typealias Labels = [(name: String, value: String)]
  private(set) var text = ""

  mutating func gauge(_ name: String, _ help: String, _ value: Double) {
    header(name, help, "gauge")
    text += "\(name) \(PrometheusText.number(value))\n"
  }

  mutating func gauge(_ name: String, _ help: String, _ series: [(Labels, Double)]) {
    header(name, help, "gauge")
    text += series.map {
      "\(name)\(PrometheusText.braces($0.0)) \(PrometheusText.number($0.1))\n"
    }.sorted().joined()
  }

  mutating func counter(_ name: String, _ help: String, _ value: Double) {
    header(name, help, "counter")
    text += "\(name) \(PrometheusText.number(value))\n"
  }

  mutating func counter(_ name: String, _ help: String, _ series: [(Labels, Int)]) {
    header(name, help, "counter")
    text += series.map { "\(name)\(PrometheusText.braces($0.0)) \($0.1)\n" }.sorted().joined()
  }

  mutating func histogram(
    _ name: String, _ help: String, _ buckets: [Double], _ series: [(Labels, [Int], Double)]
  ) {
    header(name, help, "histogram")
    let blocks = series.map { labels, counts, sum in
      var cumulative = 0
      var block = ""
      for (bound, count) in zip(buckets.map(PrometheusText.number) + ["+Inf"], counts) {
        cumulative += count
        block += "\(name)_bucket\(PrometheusText.braces(labels + [("le", bound)])) \(cumulative)\n"
      }
      block += "\(name)_sum\(PrometheusText.braces(labels)) \(PrometheusText.number(sum))\n"
      return block + "\(name)_count\(PrometheusText.braces(labels)) \(cumulative)\n"
    }
    text += blocks.sorted().joined()
  }

  private mutating func header(_ name: String, _ help: String, _ type: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private static func braces(_ labels: Labels) -> String {
    "{" + labels.map { "\($0.name)=\"\(escape($0.value))\"" }.joined(separator: ",") + "}"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  private static func escape(_ value: String) -> String {
    value.replacing(exactly: "\\", with: "\\\\").replacing(exactly: "\"", with: "\\\"")
      .replacing(exactly: "\n", with: "\\n")
  }
}
