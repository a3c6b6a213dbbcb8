import ArgumentParser
import Foundation
import Ledger
import Reports
import SQLiteStore
import Service

/// What every command about a teardown has to know, and how it makes a report.
struct TeardownOptions: ParsableArguments {
  @OptionGroup var source: SourceOptions

  @Option(name: .shortAndLong, help: "Environment.") var env: String?
  @Flag(help: "Ask the platforms, too: the aws command, and kubectl where it is needed.")
  var live = false
  @Option(help: "The region that is asked. Default: that of what was recorded.") var region: String?
  @Option(help: "The profile of the aws command.") var profile: String?
  @Option(help: "The context of kubectl.") var context: String?
  @Option(help: "ledger.yaml, for what stands under teardown: what is kept.") var config: String?
  @Option(help: "What a vCPU-hour and a GB-hour cost: YAML with currency, vcpu_hour, gb_hour.")
  var prices: String?

  var environment: String {
    get throws {
      guard let env = env ?? Configuration.text("LEDGER_ENV") else {
        throw Failure.usage("which environment?", hint: "Give it with -e.")
      }
      return env
    }
  }

  func policy() throws -> TeardownPolicy {
    guard let path = config ?? Configuration.text("LEDGER_CONFIG") else { return TeardownPolicy() }
    return try PolicyFile(path: path).read(confirmation: .github).teardown
  }

  func inventory() async throws -> Inventory {
    let answer = try await source.open().ask(
      InventoryQuestion.name, [("environment", try environment)])
    let priced =
      try Prices.read(prices ?? Configuration.text("LEDGER_PRICES"))?
      .applied(to: answer) ?? answer
    guard let inventory = Inventory(json: priced) else {
      throw Failure("the ledger's answer cannot be read", hint: "Is it an older version?")
    }
    return inventory
  }

  func report(_ inventory: Inventory) async throws -> Teardown {
    let policy = try policy()
    guard live || Configuration.flag("LEDGER_LIVE") else {
      return Teardown(inventory, survey: nil, policy: policy, asOf: currentInstant())
    }
    let region = try asked(inventory)
    let asker = LiveAsker(
      region: region, profile: profile ?? Configuration.text("LEDGER_PROFILE"),
      context: context ?? Configuration.text("LEDGER_CONTEXT"))
    var scope = inventory.scope(kept: policy.kept)
    scope.region = region ?? Configuration.awsRegion
    let survey = try await asker.ask(scope)
    return Teardown(inventory, survey: survey, policy: policy, asOf: currentInstant())
  }

  /// Asking another region would find nothing, and nothing would look clean.
  private func asked(_ inventory: Inventory) throws -> String? {
    let chosen = region ?? Configuration.text("LEDGER_REGION")
    switch inventory.region(chosen: chosen, usual: Configuration.awsRegion) {
    case .ask(let region): return region
    case .refuse(let sentence, let hint):
      throw Failure(sentence, hint: hint, code: Exit.undetermined)
    }
  }
}

extension Teardown {
  var exitCode: Int32 {
    switch outcome {
    case .clean: 0
    case .left: Exit.drift
    case .unknown: Exit.undetermined
    }
  }
}

/// Reports that were recorded.
extension SourceOptions {
  func recordedReport(_ index: Int64) async throws -> Teardown {
    let body: [UInt8]
    switch try place() {
    case .file(let path):
      do {
        body = try SQLiteArchive(path: path).read {
          try RecordedReport.body(of: index, reading: $0)
        }
      } catch let bad as BadQuestion {
        throw Refusal(code: bad.code, sentence: bad.sentence, candidates: [])
      }
    case .server(let url):
      let server = try ServerSource(url: url, token: Configuration.apiToken)
      guard let json = try await server.get("/v1/teardown-reports/\(index)") else {
        throw Failure("entry \(index) is no teardown report", code: Exit.nothing)
      }
      body = json.canonicalBytes
    }
    guard let report = Teardown(json: try JSON.parse(body)) else {
      throw Failure("report \(index) cannot be read", hint: "Was it made by a newer version?")
    }
    return report
  }
}
