import Ledger
import Testing

@Suite struct SelectionTests {
  private func keep(_ paths: Selection, _ text: String) throws -> JSON {
    try JSON.parse(Array(text.utf8), keeping: paths)
  }

  @Test func onlyWhatIsNamedIsKept() throws {
    let document = """
      {"id":1,"other":2,"text":"x","yes":true,"no":false,"nothing":null,"list":[1],
       "object":{"id":2},"check_run":{"id":3,"name":"t","app":{"id":4,"slug":"s","owner":{}}}}
      """
    #expect(try keep(Selection("id"), document) == ["id": 1])
    #expect(
      try keep(Selection("id", "check_run.{id,app}"), document)
        == ["id": 1, "check_run": ["id": 3, "app": ["id": 4, "slug": "s", "owner": [:]]]])
    #expect(
      try keep(Selection("check_run.app.{id,slug}"), document)
        == ["check_run": ["app": ["id": 4, "slug": "s"]]])
  }

  /// Literals were once kept whoever asked.
  @Test(arguments: ["true", "false", "null", "1", "1.5", "\"x\"", "[1,null]", "{\"id\":null}"])
  func anUnnamedValueIsDropped(value: String) throws {
    #expect(try keep(Selection("id"), "{\"a\":\(value),\"id\":7}") == ["id": 7])
    #expect(
      try keep(Selection("id.x"), "{\"id\":{\"a\":\(value),\"x\":1}}") == ["id": ["x": 1]])
  }

  @Test func keysMatchAtTheirOwnLevelOnly() throws {
    let document = #"{"sender":{"id":9},"id":1}"#
    #expect(try keep(Selection("id"), document) == ["id": 1])
    #expect(try keep(Selection("sender.id"), document) == ["sender": ["id": 9]])
  }

  @Test func aPathEndsInTheWholeValue() throws {
    let document = #"{"a":{"b":{"c":[1,{"d":null}]}}}"#
    #expect(
      try keep(Selection("a.b"), document) == ["a": ["b": ["c": [1, ["d": nil]]]]])
  }

  @Test func arraysArePassedThrough() throws {
    let document = #"{"pull_requests":[{"number":1,"url":"u"},{"number":2,"head":{}},{}]}"#
    #expect(
      try keep(Selection("pull_requests.number"), document)
        == ["pull_requests": [["number": 1], ["number": 2], [:]]])
  }

  /// `head` may be an object in one payload and null in the next: what stands there is shown.
  @Test func aScalarInsteadOfAnObjectIsKept() throws {
    #expect(try keep(Selection("head.sha"), #"{"head":null}"#) == ["head": nil])
    #expect(try keep(Selection("head.sha"), #"{"head":"x"}"#) == ["head": "x"])
  }

  @Test func theWiderOfTwoPathsWins() throws {
    let document = #"{"a":{"b":1,"c":2}}"#
    #expect(try keep(Selection("a.b", "a"), document) == ["a": ["b": 1, "c": 2]])
    #expect(try keep(Selection("a", "a.b"), document) == ["a": ["b": 1, "c": 2]])
  }

  @Test func escapedKeysAreFound() throws {
    #expect(try keep(Selection("id"), #"{"\u0069d":5}"#) == ["id": 5])
  }

  @Test func everythingIsEverything() throws {
    let document = #"{"a":[{"b":null}],"c":true}"#
    #expect(try keep(.everything, document) == ["a": [["b": nil]], "c": true])
  }
}
