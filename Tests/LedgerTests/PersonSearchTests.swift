import Ledger
import Testing

@Suite("Whether a body names a person") struct PersonSearchTests {
  private let search = PersonSearch(id: 7_001, logins: ["Mia-H"])

  @Test(arguments: [
    #"{"sender":{"login":"other","id":7001}}"#, #"{"a":[{"b":{"id":7001,"login":null}}]}"#,
    #"{"commit":{"author":{"username":"mia-h"}}}"#, #"{"x":"MIA-H"}"#,
    #"{"body":"ask @mia-h, please"}"#, #"{"body":"@Mia-H"}"#,
    #"{"email":"mia-h@example.com"}"#, #"{"m":"Co-authored-by: M <7001+mia-h@users.x>"}"#,
    #"[{"login":"mia-h"}][{"login":"x"}]"#, "user mia-h failed", "[]{\"id\":7001}",
  ])
  func named(_ body: String) { #expect(search.matches(Array(body.utf8))) }

  @Test(arguments: [
    #"{"sender":{"login":"other","id":70011}}"#, #"{"check_run":{"id":7001}}"#,
    #"{"login":"mia-harper"}"#, #"{"body":"@mia-harper"}"#, #"{"body":"mia-h is a word here"}"#,
    #"{"email":"xmia-h@example.com"}"#, #"{"url":"https://github.com/mia-h/api"}"#, "{}", "",
    "user xmia-h failed", "70012",
  ])
  func notNamed(_ body: String) { #expect(!search.matches(Array(body.utf8))) }

  @Test func earlierLoginsAreLearnt() {
    var search = PersonSearch(id: 7_001, logins: [])
    func learns(_ body: String) -> Bool { search.learn(from: Array(body.utf8)) }
    #expect(!search.matches(Array(#"{"x":"old-mia"}"#.utf8)))
    let (first, again, other) = (
      learns(#"{"u":[{"id":7001,"login":"Old-Mia"}]}"#),
      learns(#"{"u":{"id":7001,"login":"old-mia"}}"#),
      learns(#"{"u":{"id":7002,"login":"jon"},"n":7001}"#)
    )
    #expect(first && !again && !other)
    #expect(search.logins == ["old-mia"])
    #expect(search.matches(Array(#"{"x":"old-mia"}"#.utf8)))
  }
}
