import ArgumentParser
import Attestations
import Foundation
import Ledger
import Reports

/// How long to go on trying: `60s`, `5m`, `0s`.
struct RetryTime: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    guard let seconds = TimeExpression.seconds(argument) else { return nil }
    self.seconds = seconds
  }
}

/// Where a report goes, and how. Shared by everything that records.
struct RecordOptions: ParsableArguments {
  @OptionGroup var source: SourceOptions

  @Option(
    name: .customLong("idempotency-key"),
    help: "The same key with the same report is recorded once. Default: a random one.")
  var idempotencyKey: String?

  @Option(
    name: .customLong("retry-for"),
    help: "How long to try again while the server cannot be reached. Default: 60s")
  var retryFor: RetryTime?

  @Option(help: "Whom the identity token of GitHub Actions is for. Default: the server's URL")
  var audience: String?

  @Flag(name: .customLong("dry-run"), help: "Print what would be sent, and send nothing.")
  var dryRun = false

  @Flag(help: "Print the receipt as JSON.") var json = false

  var wantsJSON: Bool { json || Configuration.flag("LEDGER_JSON") }

  /// - Parameter extra: members that go into a receipt that is printed as JSON.
  /// - Returns: whether something was recorded.
  @discardableResult
  func record(_ reports: [Report], extra: [String: JSON] = [:]) async throws -> Bool {
    let receipts = try await receipts(reports)
    show(reports, receipts, extra)
    return !receipts.isEmpty
  }

  /// - Parameter trust: whose signatures of attestations are believed, where no server says it.
  /// - Returns: nothing when nothing was to be sent.
  func receipts(_ reports: [Report], trust: Trust = Trust()) async throws -> [ReportReceipt] {
    let batch = ReportBatch(reports: reports)
    if dryRun || Configuration.flag("LEDGER_DRY_RUN") {
      let body = try batch.request.body
      Console.write(body.last == 10 ? body : body + [10])
      return []
    }
    return try await send(batch, trust)
  }

  func show(
    _ reports: [Report], _ receipts: [ReportReceipt], _ extra: [String: JSON] = [:]
  ) {
    guard !receipts.isEmpty else { return }
    guard !wantsJSON else { return printJSON(receipts, extra) }
    for (report, receipt) in zip(reports, receipts) {
      let before = receipt.isDuplicate ? " (was there before)" : ""
      let word = receipt.verification.map { ": \(Text.safe($0))" } ?? ""
      Console.write(
        "recorded \(Text.safe(report.label)) as entry \(receipt.index)\(before)\(word)\n")
    }
  }

  private func printJSON(_ receipts: [ReportReceipt], _ extra: [String: JSON]) {
    let all = receipts.map { JSON.object($0.json.merging(extra) { $1 }) }
    let json = all.count == 1 ? all[0] : JSON.object(["receipts": .array(all)])
    Console.write(json.canonicalBytes + [10])
  }

  private func send(_ batch: ReportBatch, _ trust: Trust) async throws -> [ReportReceipt] {
    let key = try self.key()
    switch try source.place() {
    case .file(let path):
      return try await FileRecorder(path: path, key: key, trust: trust).record(batch)
    case .server(let url):
      let server = try ServerConnection(url: url)
      let retry: RetryTime? = try retryFor ?? Configuration.parsed("LEDGER_RETRY_FOR")
      let patience = Patience(limit: retry?.seconds ?? 60)
      let token = try await token(for: server, patience)
      return try await ReportSender(server: server, token: token, key: key, patience: patience)
        .send(batch)
    }
  }

  private func key() throws -> String {
    let key = idempotencyKey ?? Configuration.text("LEDGER_IDEMPOTENCY_KEY")
    guard let key else { return UUID().uuidString.lowercased() }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Failure.usage("--idempotency-key must be 1 to 255 visible ASCII characters")
    }
    return key
  }

  /// A job proves by its identity token who it is; a token that was given wins.
  private func token(
    for server: ServerConnection, _ patience: Patience
  ) async throws -> String? {
    if let token = try Configuration.apiToken { return token }
    guard let identity = Configuration.workflow?.identity else { return nil }
    let audience = audience ?? Configuration.text("LEDGER_AUDIENCE") ?? server.base
    let token = try await IdentityToken.request(identity, audience: audience, patience)
    // The runner reads it from either stream, and what is printed may be kept in a file.
    Console.error("::add-mask::\(token)")
    return token
  }
}
