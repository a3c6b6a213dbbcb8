import Ledger
import Merkle
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

  private static func base64(_ text: String) -> JSON { .string(Base64.encoded(Array(text.utf8))) }

  private static func envelope(_ payload: String) -> JSON {
    ["payloadType": "application/vnd.in-toto+json", "payload": base64(payload)]
  }

  private static func logged(_ entry: JSON) -> JSON {
    ["tlogEntries": [["canonicalizedBody": base64(entry.canonicalString)]]]
  }

  /// What an attestation says stands in it as base64.
  static let attestations: [(JSON, Bool)] = [
    (envelope(#"{"environment":{"github_actor":"mia-h"}}"#), true),
    (["dsseEnvelope": envelope(#"{"by":{"id":7001,"login":"x"}}"#)], true),
    (envelope("built by mia-h"), true),
    (logged(["spec": envelope(#"{"mail":"Mia-H@example.com"}"#)]), true),
    (logged(["author": "mia-h"]), true),
    (envelope(#"{"environment":{"github_actor":"mia-harper"}}"#), false),
    (["payload": base64("mia-h")], false),
    (["payloadType": "x", "payload": "no base64"], false),
  ]

  @Test(arguments: attestations)
  func withinAttestations(_ json: JSON, _ isNamed: Bool) {
    #expect(search.matches(json.canonicalBytes) == isNamed)
    let safe = json.canonicalString.replacing("+", with: "-").replacing("/", with: "_")
    #expect(search.matches(Array(safe.utf8)) == isNamed)
  }

  /// Each wrapping costs a stack of its own.
  @Test func nobodyIsSearchedForWithoutEnd() {
    var json = Self.envelope(#""mia-h""#)
    for _ in 0..<20 { json = Self.envelope(json.canonicalString) }
    #expect(!search.matches(json.canonicalBytes))
  }

  @Test(
    "earlier logins are learnt, and nothing that could be none",
    arguments: [
      (#"{"u":[{"id":7001,"login":"Old-Mia"}]}"#, ["old-mia"]),
      (#"{"u":{"id":7001,"login":"mia[bot]"}}"#, ["mia[bot]"]),
      (#"{"u":{"id":7002,"login":"jon"},"n":7001}"#, []),
      (#"{"id":7001,"login":"completed\n"}"#, []),
      (#"{"id":7001,"login":"two words"}"#, []),
      (#"{"id":7001,"login":""}"#, []),
      (#"{"id":7001,"login":"[bot]"}"#, []),
    ])
  func earlierLoginsAreLearnt(_ body: String, _ logins: [String]) {
    var search = PersonSearch(id: 7_001, logins: [])
    #expect(!search.matches(Array(#"{"x":"old-mia"}"#.utf8)))
    search.learn(from: Array(body.utf8))
    #expect(search.logins == Set(logins))
    let isKnown = search.matches(Array(#"{"x":"old-mia"}"#.utf8))
    #expect(isKnown == logins.contains("old-mia"))
  }
}
