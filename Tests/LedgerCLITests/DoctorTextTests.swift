import Ledger
import Testing

@testable import LedgerCLI

@Suite struct DoctorTextTests {
  private static func check(_ state: JSON, _ other: [String: JSON] = [:]) -> JSON {
    JSON.object([
      "name": "clocks", "state": state, "detail": "all agree", "hint": nil, "items": [],
    ]).with(other)
  }

  @Test func checksWithTheirHints() throws {
    let answer = Answers.envelope(
      "doctor",
      [
        "checks": [
          Self.check("ok"), Self.check("unknown"),
          Self.check("problem", ["hint": "Set it by NTP.", "items": ["entry 3", "entry 4"]]),
        ]
      ])
    try expectText(
      DoctorSheet.sheet(answer), terminal(),
      """
      ✓ ok      clocks                all agree
      ? unknown clocks                all agree
      ✗ problem clocks                all agree
                  entry 3
                  entry 4
                  hint: Set it by NTP.
      as of 2026-11-20 23:41:07Z
      """)
    #expect(
      try Rendering(sheet: DoctorSheet.sheet(answer), style: pipe()).text()
        == "clocks\tok\tall agree\t\t\nclocks\tunknown\tall agree\t\t\n"
        + "clocks\tproblem\tall agree\tSet it by NTP.\tentry 3; entry 4\n")
  }

  @Test(arguments: [("ok", false), ("warning", false), ("unknown", false), ("problem", true)])
  func onlyAProblemIsOne(_ state: String, _ expected: Bool) {
    let answer = Answers.envelope(
      "doctor", ["checks": [Self.check("ok"), Self.check(.string(state))]])
    #expect(DoctorSheet.hasProblem(answer) == expected)
  }

  @Test func namesOneByOne() throws {
    let answer = Answers.envelope(
      "names",
      [
        "services": ["api"], "environments": ["staging", "prod"], "repositories": [],
        "kinds": ["deploy"],
      ])
    #expect(
      try Rendering(sheet: NamesSheet.sheet(answer), style: pipe()).text()
        == "service\tapi\nenvironment\tstaging\nenvironment\tprod\nkind\tdeploy\n")
  }
}
