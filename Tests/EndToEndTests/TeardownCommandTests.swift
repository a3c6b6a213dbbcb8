import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// From the first state to the last report, and everything that a person may give wrongly.
@Suite("Teardown", .serialized, .timeLimit(.minutes(3)))
struct TeardownCommandTests {
  private static let canary = "planted-CANARY-value"

  private static func resource(
    _ number: Int, environment: String = "dev", address: String? = nil, name: String? = nil
  ) -> JSON {
    let arn = "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-\(environment)-\(number)"
    return [
      "address": .string(address ?? "module.net.aws_subnet.this[\(number)]"), "mode": "managed",
      "type": "aws_subnet", "sensitive_values": ["note": true],
      "values": [
        "id": .string("subnet-\(environment)-\(number)"), "arn": .string(arn),
        "note": .string(canary), "name": .optional(name), "tags_all": ["Note": .string(canary)],
      ],
    ]
  }

  private static func state(_ count: Int, environment: String = "dev") -> JSON {
    state((0..<count).map { resource($0, environment: environment) })
  }

  private static func state(_ resources: [JSON]) -> JSON {
    [
      "format_version": "1.0", "terraform_version": "1.11.4",
      "values": ["root_module": ["resources": .array(resources)]],
    ]
  }

  private func write(_ json: JSON, _ name: String, in bench: Bench) throws -> String {
    let file = bench.directory.appending(path: name)
    try Data(json.canonicalBytes).write(to: file)
    return file.path
  }

  private func ready() async throws -> Bench {
    let bench = try await Bench()
    _ = try await bench.ledger.run(["token", "create", "--name", "ci", "--scope", "record"])
    return bench
  }

  private func size(_ bench: Bench) async throws -> Int {
    try await bench.ledger.run(["entries", "-o", "ndjson", "-L", "0"]).output
      .split(separator: "\n").count
  }

  @Test("ten thousand resources are recorded, reported, and gone again")
  func tenThousand() async throws {
    let bench = try await ready()
    let state = try write(Self.state(10_000), "state.json", in: bench)
    let record = try await bench.ledger.run([
      "record", "resource", "-e", "dev", "--from", state, "--taken-at", "1h", "--run-id", "9",
    ])
    #expect(record.status == 0, "\(record.errors)")
    #expect(record.output.contains("10000 resources of a state, 10000 secret values left out"))
    let report = try await bench.ledger.run(["teardown", "report", "-e", "dev", "-o", "json"])
    #expect(report.status == 11, "\(report.errors)")
    let json = try JSON.parse(Array(report.output.utf8))
    #expect(json.at("counts", "left") == 10_000)
    #expect(json["rows"]?.array?.first?.at("created", "by", "run") == 9)
    let empty = try write(["format_version": "1.0"], "empty.json", in: bench)
    let gone = try await bench.ledger.run(["record", "resource", "-e", "dev", "--from", empty])
    #expect(gone.status == 0, "\(gone.errors)")
    let clean = try await bench.ledger.run(["teardown", "report", "-e", "dev", "-o", "json"])
    #expect(clean.status == 0, "\(clean.errors)")
    let verify = try await bench.ledger.run(["verify"])
    #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
    for text in [record.output, report.output, clean.output] {
      #expect(!text.contains(Self.canary))
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
    where !name.hasSuffix("state.json") {
      let url = bench.directory.appending(path: name)
      guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      let data = try Data(contentsOf: url)
      #expect(data.range(of: Data(Self.canary.utf8)) == nil, "\(name)")
    }
    try await bench.ended()
  }

  @Test("whatever is wrong is said, and nothing is half stored")
  func badInput() async throws {
    let bench = try await ready()
    let state = try write(Self.state(3), "state.json", in: bench)
    let plan: JSON = [
      "format_version": "1.2", "resource_changes": [], "applyable": true,
      "timestamp": "2020-01-01T00:00:00Z",
    ]
    let planned = try write(plan, "plan.json", in: bench)
    let newer = try write(["format_version": "9.0"], "newer.json", in: bench)
    let cut = bench.directory.appending(path: "cut.json").path
    try Data(Self.state(3).canonicalBytes.dropLast(40)).write(to: URL(filePath: cut))
    let first = try await bench.ledger.run([
      "record", "resource", "-e", "dev", "--from", state, "--taken-at", "1h",
    ])
    #expect(first.status == 0, "\(first.errors)")
    let before = try await size(bench)
    for (arguments, status, words) in [
      (["-e", "dev", "--from", cut], 1, "is not JSON"),
      (["-e", "dev", "--from", newer], 1, "has the format_version 9.0"),
      (["-e", "dev", "--from", planned, "--form", "state"], 1, "is a plan, and --form says state"),
      (["-e", "dev", "--from", state, "--taken-at", "2h"], 1, "an older one says nothing new"),
      (["-e", "dev", "--from", planned], 1, "an older one says nothing new"),
      (["-e", "prod", "--from", state], 1, "is it the list of dev?"),
      (["--from", state], 2, "--from needs an environment"),
      (["-e", "dev", "--from", state, "--type", "x"], 2, "--from says all"),
      (["-e", "dev", "--form", "state"], 2, "go with --from"),
    ] as [([String], Int32, String)] {
      let result = try await bench.ledger.run(["record", "resource"] + arguments)
      #expect(result.status == status, "\(arguments) \(result.output) \(result.errors)")
      #expect(result.errors.contains(words), "\(arguments) \(result.errors)")
    }
    #expect(try await size(bench) == before)
    // The same addresses in another environment are its own.
    let other = try write(Self.state(2, environment: "prod"), "prod.json", in: bench)
    let prod = try await bench.ledger.run(["record", "resource", "-e", "prod", "--from", other])
    #expect(prod.status == 0, "\(prod.errors)")
    let report = try await bench.ledger.run(["teardown", "report", "-e", "dev", "-o", "json"])
    #expect(try JSON.parse(Array(report.output.utf8)).at("counts", "left") == 3)
    try await bench.ended()
  }

  @Test("what was moved or renamed stays one thing, and an old file is refused")
  func moved() async throws {
    let bench = try await ready()
    let state = try write(Self.state(2), "state.json", in: bench)
    let first = try await bench.ledger.run([
      "record", "resource", "-e", "dev", "--from", state, "--taken-at", "2h", "--run-id", "9",
    ])
    #expect(first.status == 0, "\(first.errors)")
    let moved = Self.resource(0, address: "module.core.aws_subnet.first", name: "renamed")
    let later = try write(Self.state([moved, Self.resource(1)]), "later.json", in: bench)
    let second = try await bench.ledger.run([
      "record", "resource", "-e", "dev", "--from", later, "--taken-at", "1h", "--run-id", "10",
    ])
    #expect(second.status == 0, "\(second.errors)")
    let report = try await bench.ledger.run([
      "teardown", "report", "-e", "dev", "-o", "json", "--no-record",
    ])
    let rows = try #require(try JSON.parse(Array(report.output.utf8))["rows"]?.array)
    #expect(rows.compactMap { $0["id"]?.string } == ["subnet-dev-0", "subnet-dev-1"])
    #expect(rows[0]["address"] == "module.core.aws_subnet.first")
    #expect(rows[0]["formerly"] == ["module.net.aws_subnet.this[0]"])
    #expect(rows[0]["name"] == "renamed")
    #expect(rows[0].at("created", "by", "run") == 9)
    #expect(rows.allSatisfy { $0["status"] == "left" })
    let page = try await bench.ledger.run(["teardown", "report", "-e", "dev", "--no-record"])
    #expect(page.output.contains("first, formerly module.net.aws_subnet.this[0]"))
    let size = try await size(bench)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -3 * 3_600)], ofItemAtPath: state)
    let again = try await bench.ledger.run(["record", "resource", "-e", "dev", "--from", state])
    #expect(again.status == 1)
    #expect(again.errors.contains("an older one says nothing new"), "\(again.errors)")
    #expect(try await self.size(bench) == size)
    try await bench.ended()
  }

  @Test("a report is an entry, is shown again, and is compared, on a server, too")
  func reports() async throws {
    let bench = try await ready()
    let token = try await bench.ledger.run(["token", "create", "--name", "x", "--scope", "record"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let variables = ["LEDGER_URL": server.url, "LEDGER_TOKEN": token]
    let state = try write(Self.state(2), "state.json", in: bench)
    let empty = try write(["format_version": "1.0"], "empty.json", in: bench)
    let recorded = try await bench.run(
      ["record", "resource", "-e", "dev", "--from", state, "--taken-at", "1h"], variables)
    #expect(recorded.status == 0, "\(recorded.errors)")
    let first = try await bench.run(["teardown", "report", "-e", "dev", "-o", "json"], variables)
    #expect(first.status == 11, "\(first.errors)")
    let words = first.errors.split(whereSeparator: { $0.isWhitespace })
    let index = try #require(words.last.map(String.init))
    #expect(first.errors == "recorded as entry \(index)\n")
    let again = try await bench.run(
      ["teardown", "report", "--show", index, "-o", "json"], variables)
    #expect(again.output == first.output)
    #expect(again.status == 11)
    _ = try await bench.run(["record", "resource", "-e", "dev", "--from", empty], variables)
    let later = try await bench.run(
      ["teardown", "report", "-e", "dev", "--since-report", index, "--no-record", "-o", "md"],
      variables)
    #expect(later.status == 0, "\(later.errors)")
    #expect(later.output.contains("left, now gone"))
    let plan = try await bench.run(["teardown", "plan", "-e", "dev"], variables)
    #expect(plan.status == 0)
    let nobody = try await bench.run(["teardown", "report", "--show", "0"], variables)
    #expect(nobody.status == 3, "\(nobody.errors)")
    _ = await server.stop()
    try await bench.ended()
  }

  @Test("where the aws command cannot be asked, the answer is unknown")
  func noCommand() async throws {
    let bench = try await ready()
    let state = try write(Self.state(1), "state.json", in: bench)
    _ = try await bench.ledger.run(["record", "resource", "-e", "dev", "--from", state])
    let result = try await bench.run(
      ["teardown", "report", "-e", "dev", "--live", "--no-record"],
      ["PATH": "/nowhere", "LEDGER_DB": bench.ledger.database])
    #expect(result.status == 13, "\(result.errors)")
    #expect(result.output.contains("there is no aws command on the PATH"))
    let region = try await bench.run(
      ["teardown", "report", "-e", "dev", "--live", "--region", "us-east-1"],
      ["PATH": "/nowhere", "LEDGER_DB": bench.ledger.database])
    #expect(region.status == 13)
    #expect(
      region.errors.contains("us-east-1 would be asked, and what was recorded is in eu-west-1"))
    try await bench.ended()
  }

  /// The aws command of an account in which nothing is.
  private func emptyAccount(_ bench: Bench) throws -> [String: String] {
    let directory = bench.directory.appending(path: "empty-account")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let program = directory.appending(path: "aws")
    let script = """
      #!/bin/sh
      case $1 in sts) printf '{"Account": "123456789012"}' ;; esac
      """
    try script.write(to: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: program.path)
    return [
      "PATH": "\(directory.path):/usr/bin:/bin", "LEDGER_DB": bench.ledger.database,
      "LEDGER_NO_RECORD": "1", "LEDGER_LIVE": "1",
    ]
  }

  @Test("what the aws command cannot list is not clean because it lists nothing")
  func beyondTheLists() async throws {
    let bench = try await ready()
    let variables = try emptyAccount(bench)
    for (environment, type, id, status) in [
      ("a", "aws_cloudwatch_log_group", "/ecs/api", 0),
      ("b", "aws_cloudwatch_log_group", "/aws/lambda/fn", 13),
      ("c", "aws_cloudwatch_event_rule", "nightly", 0),
      ("d", "aws_cloudwatch_event_rule", "mybus/nightly", 13),
    ] as [(String, String, String, Int32)] {
      let kind = type == "aws_cloudwatch_event_rule" ? "rule/" : "log-group:"
      let arn = "arn:aws:x:eu-west-1:123456789012:\(kind)\(id)"
      let resource: JSON = [
        "address": .string("\(type).this"), "mode": "managed", "type": .string(type),
        "sensitive_values": [:], "values": ["id": .string(id), "arn": .string(arn)],
      ]
      let state = try write(Self.state([resource]), "\(environment).json", in: bench)
      let record = try await bench.ledger.run([
        "record", "resource", "-e", environment, "--from", state,
      ])
      #expect(record.status == 0, "\(record.errors)")
      let report = try await bench.run(["teardown", "report", "-e", environment], variables)
      #expect(report.status == status, "\(id) \(report.output) \(report.errors)")
      #expect(report.output.contains("does not list what is called so") == (status == 13))
    }
    try await bench.ended()
  }

  @Test("another region and another account than those of single reports are not clean")
  func elsewhere() async throws {
    let bench = try await ready()
    let variables = try emptyAccount(bench).merging(["AWS_REGION": "us-east-1"]) { $1 }
    let arn = "arn:aws:ecs:eu-west-1:999999999999:cluster/api"
    for (environment, id, region) in [
      ("dev", arn, ["--region", "eu-west-1"]), ("stage", "api", ["--region", "eu-west-1"]),
      ("test", "jobs", []),
    ] as [(String, String, [String])] {
      let record = try await bench.ledger.run(
        [
          "record", "resource", "--type", "aws_ecs_cluster", "--id", id, "--state", "created",
          "-e", environment,
        ] + region)
      #expect(record.status == 0, "\(record.errors)")
    }
    for (arguments, status, words) in [
      (["dev"], 13, "Give --region eu-west-1."), (["stage"], 13, "Give --region eu-west-1."),
      (["dev", "--region", "eu-west-1"], 13, "another account was asked"),
      (["test"], 13, "nothing that was recorded says in which region it is"),
      (["test", "--region", "us-east-1"], 0, "nothing that was recorded says in which one it is"),
    ] as [([String], Int32, String)] {
      let report = try await bench.run(["teardown", "report", "-e"] + arguments, variables)
      #expect(report.status == status, "\(arguments) \(report.output) \(report.errors)")
      #expect("\(report.output)\(report.errors)".contains(words), "\(arguments)")
    }
    try await bench.ended()
  }
}
