import Ledger
import Testing

@testable import LedgerCLI

@Suite struct TraceTextTests {
  private static func item(_ node: String, _ other: [String: JSON] = [:]) -> JSON {
    let item: JSON = [
      "node": .string(node), "stage": .string(String(node.prefix { $0 != ":" })), "line": nil,
      "pull": nil, "gate": nil, "instance": nil,
    ]
    return item.with(other)
  }

  private static func link(_ source: String, _ target: String) -> JSON {
    ["source": .string(source), "target": .string(target), "entry": "1"]
  }

  private static let commit = "commit:9f3c2ab" + String(repeating: "0", count: 33)
  private static let image = "image:sha256:6c62fb45fe66" + String(repeating: "0", count: 52)
  private static let task =
    "task:arn:aws:ecs:eu-central-1:1:task/prod-1/0123456789abcdef0123456789abcdef"

  private static let items: [JSON] = [
    item(
      "pull:640100200/1287",
      [
        "pull": [
          "repository": ["id": "640100200", "name": "acme/api"], "number": "1287",
          "state": "merged", "merged_at": Answers.time(10_000), "merged_by": Answers.person("mia"),
          "head": "x", "base": "main",
        ], "gate": ["result": "verified", "summary": "2 of 2 had passed", "entry": "391"],
      ]),
    item(commit),
    item(
      "build:640100200/9912345678/1",
      [
        "line": Answers.row(
          393, 9_500, "success",
          ["kind": "build", "note": "ci", "took_seconds": 372, "actor": Answers.person("mia")])
      ]),
    item(
      "test:x/unit/2026",
      [
        "line": Answers.row(
          395, 9_200, "failure", ["kind": "test", "note": "unit: 9 of 10 passed"])
      ]),
    item(image, ["line": Answers.row(396, 9_100, "pushed", ["kind": "image", "note": "v1.2.0"])]),
    item(
      "scan:x/trivy/2026",
      ["line": Answers.row(397, 9_000, "findings", ["kind": "scan", "note": "trivy: 1 high"])]),
    item("taskdef:api:57", ["line": Answers.row(398, 8_900, "registered", ["kind": "taskdef"])]),
    item(
      "deploy:640100200/1",
      [
        "line": Answers.row(
          400, 8_000, "success", ["environment": "staging", "revision": "api:57"])
      ]),
    item(
      "deploy:640100200/2",
      [
        "line": Answers.row(
          418, 720, "success", ["revision": "api:57", "actor": Answers.person("jon")])
      ]),
    item(
      "rollout:ecs-svc/8812345678901234567",
      ["line": Answers.row(419, 700, "success", ["kind": "rollout"])]),
    item(
      task,
      [
        "instance": [
          "id": "x", "status": "RUNNING", "revision": "api:57", "digest": nil,
          "started_at": Answers.time(690), "stopped_at": nil, "note": nil, "entry": "421",
        ]
      ]),
  ]

  private static let links: [JSON] = [
    link("pull:640100200/1287", commit), link(commit, "build:640100200/9912345678/1"),
    link(commit, "test:x/unit/2026"), link("build:640100200/9912345678/1", image),
    link(commit, image), link(image, "scan:x/trivy/2026"), link(image, "taskdef:api:57"),
    link("taskdef:api:57", "deploy:640100200/1"), link("taskdef:api:57", "deploy:640100200/2"),
    link(image, "deploy:640100200/2"),
    link("deploy:640100200/2", "rollout:ecs-svc/8812345678901234567"),
    link("rollout:ecs-svc/8812345678901234567", task), link("image:elsewhere", task),
  ]

  static func answer(missing: [JSON] = []) -> JSON {
    Answers.envelope(
      "trace",
      [
        "reference": "sha256:6c62fb45", "start": [.string(image)], "items": .array(items),
        "links": .array(links), "missing": .array(missing),
      ])
  }

  @Test func fromPullRequestToTask() throws {
    try expectText(
      TraceSheet.sheet(Self.answer()), terminal(),
      """
      Trace of sha256:6c62fb45
        ✓ pull              acme/api#1287         merged into main, verified: 2 of 2 had passed  mia  2h ago   #391
        • commit            9f3c2ab
        ├─ ✗ test           unit                  failure · unit: 9 of 10 passed                      2h ago   #395
        └─ ✓ build          9912345678/1          success · took 6m12s · ci                      mia  2h ago   #393
           ✓ image          6c62fb45fe66          pushed · v1.2.0                                     2h ago   #396
           ├─ ! scan        trivy                 findings · trivy: 1 high                            2h ago   #397
           └─ ✓ taskdef     api:57                registered                                          2h ago   #398
              ├─ ✓ deploy   api@staging           success · api:57                                    2h ago   #400
              └─ ✓ deploy   api@prod              success · api:57                               jon  12m ago  #418
                 ✓ rollout  8812345678901234567   success                                             11m ago  #419
                 ✓ task     012345678…6789abcdef  running · api:57                                    11m ago  #421
      ✓ no gap
      as of 2026-11-20 23:41:07Z
      """)
  }

  @Test(arguments: [1, 2]) func whatIsMissing(_ count: Int) throws {
    let missing: [JSON] = [
      ["stage": "build", "reason": "no build is known"],
      ["stage": "gate", "reason": "no verdict is known"],
    ]
    let answer = Self.answer(missing: Array(missing.prefix(count)))
    let text = try Rendering(sheet: TraceSheet.sheet(answer), style: terminal()).text()
    #expect(text.contains("  ? build "))
    #expect(text.contains("no build is known"))
    #expect(text.contains(count == 1 ? "\n? 1 gap\n" : "\n? 2 gaps\n"))
    let raw = try Rendering(sheet: TraceSheet.sheet(answer), style: pipe()).text()
    #expect(raw.contains("build\t\tmissing\t\t\t\t\t\tno build is known\n"))
    #expect(raw.split(separator: "\n").count == Self.items.count + count)
  }

  @Test func aRowForEveryNode() throws {
    let style = pipe { $0.fields = ["stage", "outcome", "environment", "by", "entry", "note"] }
    let lines = try Rendering(sheet: TraceSheet.sheet(Self.answer()), style: style).text()
      .split(separator: "\n")
    #expect(lines.count == Self.items.count)
    #expect(lines[0] == "pull\tverified\t\tmia\t391\t2 of 2 had passed")
    #expect(lines[8] == "deploy\tsuccess\tprod\tjon\t418\t")
    #expect(lines[10] == "task\tRUNNING\t\t\t421\t")
  }

  /// Whatever links say, each item stands there once.
  @Test func everythingStandsThereOnce() {
    let links =
      Self.links + Self.links.map { Self.link($0.text("target") ?? "", $0.text("source") ?? "") }
    let rungs = Ladder(Self.items, links).rungs
    #expect(
      rungs.map { $0.item.text("node") }.sorted() == Self.items.map { $0.text("node") }.sorted())
    #expect(Ladder(Self.items, []).rungs.allSatisfy { $0.branch.isEmpty })
    #expect(Ladder([], []).rungs.isEmpty)
  }
}

extension [String?] {
  fileprivate func sorted() -> [String] { compactMap(\.self).sorted() }
}
