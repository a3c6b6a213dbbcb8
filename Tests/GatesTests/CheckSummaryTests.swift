import Gates
import Ledger
import Testing

@Suite struct CheckSummaryTests {
  private static func verdict(_ findings: JSON...) -> JSON {
    [
      "summary": "waiting for lint", "policy": "0123456789abcdef", "findings": .array(findings),
    ]
  }

  private static func finding(
    _ name: String, _ result: String, _ word: String, run: Int64? = nil, required: Bool = true
  ) -> JSON {
    [
      "check": .string(name), "source": "check_run", "required": .bool(required),
      "result": .string(result), "word": .string(word), "run": .optional(run), "entries": [],
      "confirmed": true,
    ]
  }

  @Test func eachCheckHasItsRow() {
    let text = CheckSummary(
      verdict: Self.verdict(
        Self.finding("test", "pass", "success", run: 9), Self.finding("lint", "pending", "missing"),
        Self.finding("bandit", "fail", "skipped", run: 7, required: false)),
      repository: "https://github.com/acme/api", page: "https://ledger.example/p"
    ).text
    #expect(
      text == """
        waiting for lint

        | | check | state | what to do |
        |---|---|---|---|
        | ✓ | test | [success](https://github.com/acme/api/runs/9) |  |
        | ● | lint | missing | nothing was reported at this commit: does its workflow run for it? |
        | ✗ | bandit *(advisory)* | [skipped](https://github.com/acme/api/runs/7) | it did not run, so it did not pass: run it |

        Policy `0123456789ab` · [evidence and history](https://ledger.example/p)
        """)
  }

  @Test("A19 a name is text, whatever stands in it")
  func hostile() {
    let name = "a|b](https://x)\n<script>@everyone `x`"
    let text = CheckSummary(
      verdict: Self.verdict(Self.finding(name, "fail", "failure")), repository: nil, page: nil
    ).text
    let row = text.split(separator: "\n")[3]
    #expect(
      row == #"| ✗ | a\|b\]\(https://x\) \<script\>@"# + "\u{200B}"
        + #"everyone \`x\` | failure | mend it, or run it again |"#)
  }
}
