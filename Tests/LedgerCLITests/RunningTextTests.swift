import Ledger
import Testing

@testable import LedgerCLI

@Suite struct RunningTextTests {
  private static func cell(
    _ environment: JSON, _ commit: String, _ ago: Int64, _ other: [String: JSON] = [:]
  ) -> JSON {
    let row = Answers.row(
      7, ago, "success", ["commit": Answers.sha(commit), "environment": environment])
    let cell: JSON = [
      "environment": environment, "deployment": row, "newest": nil, "since": Answers.time(ago),
      "observed": nil, "drift": nil,
    ]
    return cell.with(other)
  }

  private static func behind(_ pulls: JSON, _ commits: JSON, _ reason: JSON = nil) -> JSON {
    [
      "environment": "prod", "than": "staging", "pulls": pulls, "commits": commits,
      "reason": reason,
    ]
  }

  static let answer: JSON = {
    let items: [JSON] = [
      [
        "service": "api",
        "cells": [
          cell("dev", "9f3c2ab", 720), cell("staging", "9f3c2ab", 1_800),
          cell("prod", "9f3c2ab", 720),
        ], "behind": behind(0, 0),
      ],
      [
        "service": "worker",
        "cells": [
          cell("dev", "d02e9aa", 3_600), cell("staging", "d02e9aa", 3_600),
          cell("prod", "88a1c3f", 800_000),
        ], "behind": behind(4, 14),
      ],
      [
        "service": "billing",
        "cells": [
          cell("dev", "4be7710", 7_200, ["newest": Answers.row(9, 60, "failure")]),
          cell("staging", "90aa2cd", 260_000),
          cell(
            "prod", "90aa2cd", 260_000, ["drift": "runs sha256:0d11, the ledger says sha256:90aa"]),
        ], "behind": behind(nil, nil, "no pull request is known"),
      ],
      ["service": "cron", "cells": [cell("dev", "77aa001", 60)], "behind": nil],
    ]
    return Answers.envelope(
      "running", ["environments": ["dev", "staging", "prod"], "items": .array(items)])
  }()

  @Test func theMatrixOfTheManual() throws {
    try expectText(
      RunningSheet.sheet(Self.answer), terminal(),
      """
        SERVICE  dev            staging        prod           PROD BEHIND STAGING
        api      9f3c2ab 12m ✓  9f3c2ab 30m ✓  9f3c2ab 12m ✓  0
        worker   d02e9aa 1h  ✓  d02e9aa 1h  ✓  88a1c3f 9d  ✓  14 commits, 4 PRs
        billing  4be7710 2h  ✗  90aa2cd 3d  ✓  90aa2cd 3d  ?  ? no pull request is known  ? drift: prod runs sha256:0d11, the ledger says sha256:90aa
        cron     77aa001 1m  ✓  -              -              -
      as of 2026-11-20 23:41:07Z
      """)
  }

  @Test func aCellARowForPrograms() throws {
    let style = pipe {
      $0.fields = ["service", "environment", "commit", "newest_outcome", "behind_pulls", "drift"]
    }
    let lines = try Rendering(sheet: RunningSheet.sheet(Self.answer), style: style).text()
      .split(separator: "\n").map(String.init)
    #expect(lines.count == 10)
    #expect(lines[5] == "worker\tprod\t88a1c3f\(String(repeating: "0", count: 33))\t\t4\t")
    #expect(lines[6] == "billing\tdev\t4be7710\(String(repeating: "0", count: 33))\tfailure\t\t")
    #expect(lines[8].hasSuffix("\truns sha256:0d11, the ledger says sha256:90aa"))
  }

  @Test func anInstantStandsAbove() throws {
    let at = Self.answer.with(["at": "2026-11-18T14:00:00Z"])
    let text = try Rendering(sheet: RunningSheet.sheet(at), style: terminal()).text()
    #expect(text.hasPrefix("At 2026-11-18 14:00:00Z\n  SERVICE "))
  }

  @Test func gitHubGetsTheMatrixToo() throws {
    let text = try Rendering(sheet: RunningSheet.sheet(Self.answer), style: pipe(.md)).text()
    #expect(text.hasPrefix("| SERVICE | dev | staging | prod | PROD BEHIND STAGING |"))
  }

  /// A service that goes another way than most is named with its way.
  @Test func anotherPair() throws {
    let item: JSON = [
      "service": "docs",
      "cells": [Self.cell("dev", "aaaaaaa", 60), Self.cell("staging", "bbbbbbb", 60)],
      "behind": [
        "environment": "staging", "than": "dev", "pulls": 1, "commits": nil, "reason": nil,
      ],
    ]
    let answer = Self.answer.with(["items": [item]])
    let text = try Rendering(sheet: RunningSheet.sheet(answer), style: terminal()).text()
    #expect(text.contains("1 PR (staging behind dev)"))
  }
}
