import Testing

@testable import GitHubAPI

struct LinkHeaderTests {
  @Test(arguments: [
    (#"<https://a/?page=2>; rel="next", <https://a/?page=9>; rel="last""#, "https://a/?page=2"),
    (#"<https://a/?page=1>; rel="prev", <https://a/?page=3>; rel="next""#, "https://a/?page=3"),
    (#"<https://a/?q=1,2;3>;rel=next"#, "https://a/?q=1,2;3"),
    (#"<https://a/>; title="x"; REL="Last NEXT""#, "https://a/"),
  ])
  func findsTheNext(text: String, target: String) {
    #expect(LinkHeader.next(in: text) == target)
  }

  @Test(arguments: [
    "", "<", "<>", "<https://a/>", #"<https://a/>; rel="prev""#, #"<https://a/>; rel="nextish""#,
    #"<https://a/next>; rel="last""#, #"<https://a/>; title="next""#, #"rel="next""#,
  ])
  func findsNone(text: String) {
    #expect(LinkHeader.next(in: text) == nil)
  }
}
