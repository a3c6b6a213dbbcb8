import Foundation
import Ledger
import Testing

@testable import Reports

/// What leaves the program, byte by byte. With LEDGER_GOLDEN=write the files are made anew: read
/// what changed before it is kept.
@Suite struct TeardownGoldenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Golden/teardown").standardized

  static func report() throws -> Teardown {
    var scene = TeardownScene()
    scene.state(1)
    scene.resource(
      "aws_ecs_task_definition", "ledger-dev",
      arn: TeardownScene.arn("ecs", "task-definition/ledger-dev:1"))
    scene.resource("aws_vpc", "vpc-1", name: "ledger-dev")
    scene.resource("aws_iam_role", "shared", name: "shared")
    scene.revision("ledger-dev:2", 2)
    scene.revision("ledger-dev:3", 3)
    scene.summary = summary
    var aws = FakePlatform()
    aws.say(
      "aws ecs list-task-definitions --family-prefix ledger-dev --status ACTIVE",
      [
        "taskDefinitionArns": [
          .string(TeardownScene.arn("ecs", "task-definition/ledger-dev:2")),
          .string(TeardownScene.arn("ecs", "task-definition/ledger-dev:3")),
        ]
      ])
    aws.say(
      "aws logs",
      ["logGroups": [["logGroupName": "/ecs/<script>alert(1)</script>|`x`"]]])
    aws.say(
      "aws iam list-roles", ["Roles": [["RoleName": "shared", "Arn": "arn:aws:iam::1:role/s"]]])
    aws.deny("aws sqs list-queues")
    return try scene.live(
      aws, kept: [KeptRule(type: "aws_iam_role", name: "shared", reason: "given & shared")])
  }

  private static let summary: JSON = [
    "from": "2026-11-17T08:00:00Z", "to": "2026-11-18T08:00:00Z",
    "deployments": ["total": 3, "outcomes": ["success": 2, "failure": 1]],
    "merges": ["total": 2, "outcomes": ["verified": 1, "bypass": 1]],
    "ungated": [
      [
        "repository": "acme/api", "pull": 42, "commit": nil, "outcome": "bypass", "entry": 9,
        "reason": "lint failed", "actor": 7_001, "at": "2026-11-17T07:00:00Z",
      ]
    ],
    "checks": [
      ["name": "bandit", "required": false, "outcomes": ["missing": 2]],
      ["name": "lint", "required": true, "outcomes": ["success": 1, "failure": 1]],
      ["name": "test", "required": true, "outcomes": ["success": 2]],
    ],
    "tests": ["total": 0, "outcomes": [:]], "scans": ["total": 1, "outcomes": ["clean": 1]],
    "replicas": ["most": 3, "at": "2026-11-17T09:00:00Z", "of": "api api:2"],
    "tasks": 4, "vcpu_seconds": 9_000, "gb_seconds": 18_000, "cost": "USD 0.12",
    "seconds_to_first_deploy": 5_400,
  ]

  /// Reports hold numbers; who reads them sees names.
  private static let people: [Int64: String] = [7_001: "mia"]

  private static func forms() throws -> [String: String] {
    let report = try report()
    let earlier = try TeardownScene().report()
    let comparison = TeardownComparison(report, since: earlier, number: 7)
    return [
      "report.json": report.json.canonicalString + "\n",
      "report.md": TeardownMarkdown(report, people: people, comparison: comparison).text,
      "report.html": TeardownPage(report, people: people, comparison: comparison).text,
    ]
  }

  @Test(arguments: ["report.json", "report.md", "report.html"])
  func everyFormIsAsItWas(name: String) throws {
    let text = try #require(try Self.forms()[name])
    let file = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["LEDGER_GOLDEN"] == "write" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  /// In a fence of Markdown everything is text.
  @Test func nothingFromOutsideIsMarkup() throws {
    let forms = try Self.forms()
    let page = try #require(forms["report.html"])
    let pieces = try #require(forms["report.md"]).components(separatedBy: "```")
    #expect(pieces.count == 3)
    for text in [page, pieces[0], pieces[2]] { #expect(!text.contains("<script>")) }
    #expect(page.contains("alert(1)") && pieces[0].contains("alert(1)"))
  }

  /// Nothing is fetched: no address, no script.
  @Test func thePageNeedsNothingElse() throws {
    let page = try #require(try Self.forms()["report.html"])
    for word in ["http://", "https://", "src=", "<link", "@import", "url("] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("@page { size: A4"))
  }
}
