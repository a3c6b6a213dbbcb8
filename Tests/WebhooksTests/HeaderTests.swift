import Testing

@testable import Webhooks

@Suite("Headers")
struct HeaderTests {
  static let tokens = ["X-GitHub-Event", "X-GitHub-Delivery"]

  @Test("are read as they stand")
  func read() throws {
    let headers = try WebhooksTests.read(headers())
    #expect(headers.event == "push" && headers.hook == 292_430_182)
    #expect(headers.guid == "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    #expect(headers.signature == Array(repeating: 0, count: 32))
  }

  @Test("event and delivery must be there once", arguments: tokens)
  func once(_ name: String) {
    let key = name.lowercased()
    #expect(refusal([key: []]) == .header("\(name) is missing"))
    #expect(refusal([key: ["a", "a"]]) == .header("\(name) is there twice"))
    #expect(refusal([key: ["a", "b"]]) == .header("\(name) is there twice"))
  }

  @Test("event and delivery have a plain form", arguments: tokens)
  func form(_ name: String) {
    let long = String(repeating: "a", count: 100)
    for good in ["a", "check_run", "A-1.b:c", "0", long] {
      #expect(refusal([name.lowercased(): [good]]) == nil, "\(good)")
    }
    for bad in [
      "", " ", "a b", "a\n", "a\r\nb", "a\u{0}", "é", "a/b", "a;b", "a,b", "<a>", "a\"", "a'",
      "a\\",
      "\u{1B}[31m", long + "a", "ａ",
    ] {
      #expect(
        refusal([name.lowercased(): [bad]])
          == .header("\(name) is not 1 to 100 letters, digits and -_.:"), "\(bad)")
    }
  }

  @Test(
    "JSON is required",
    arguments: [
      [], [""], ["application/x-www-form-urlencoded"], ["text/plain"], ["text/json"],
      ["application/jsonp"], ["application/json-seq"], ["application/ld+json"],
      ["text/plain; application/json"], ["application/json", "application/json"],
    ])
  func contentType(_ values: [String]) {
    #expect(refusal(["content-type": values]) == .contentType)
  }

  @Test(
    "JSON in other writings",
    arguments: [
      "application/json", "Application/JSON", "application/json; charset=utf-8",
      "application/json;charset=UTF-8", "application/json ; charset=utf-8",
    ])
  func json(_ value: String) { #expect(refusal(["content-type": [value]]) == nil) }

  @Test("a hook id that is none is as if it were not there")
  func hook() throws {
    for (values, expected): ([String], Int64?) in [
      ([], nil), ([""], nil), (["x"], nil), (["12x"], nil), (["9223372036854775808"], nil),
      (["9007199254740993"], nil), (["7"], 7), (["9007199254740992"], 1 << 53),
    ] {
      #expect(try WebhooksTests.read(headers(["x-github-hook-id": values])).hook == expected)
    }
  }

  @Test("the signature is looked at first: who cannot sign learns nothing")
  func order() {
    let changes = ["x-hub-signature-256": [], "x-github-event": [], "content-type": ["x"]]
    #expect(refusal(changes) == .signature("X-Hub-Signature-256 is missing"))
  }

  @Test("the delivery carries them on")
  func delivery() throws {
    let source = try submission("ping", "{}").entry.source
    #expect(
      source
        == .github(
          event: "ping", delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958", hook: 292_430_182))
  }
}
