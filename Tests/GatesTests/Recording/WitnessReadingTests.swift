import Gates
import Ledger
import Merkle
import Testing

@Suite("Witnesses, read")
struct WitnessReadingTests {
  static let first = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
  static let log = "ledger.example/log1+7d41893d+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

  private static func second() throws -> NoteVerifier {
    try NoteSigner(name: "w2.example", seed: Array(0..<32), algorithm: .cosignature).verifier
  }

  private static func member(
    _ vkey: String, _ url: String = "https://w.example", line: Int = 3
  ) -> ConfigNode {
    Node.map(line, ("vkey", Node.text(vkey, line)), ("url", Node.text(url, line)))
  }

  private static func read(_ members: (String, ConfigNode)...) throws -> LedgerFile {
    let pairs = [(key: "version", value: Node.scalar(1, 1))] + members.map { (key: $0, value: $1) }
    return try LedgerFile(ConfigNode(.map(pairs), line: 1), confirmation: .github)
  }

  @Test("a file is read as it says, and back from its entry")
  func reading() throws {
    let second = try Self.second()
    let file = try Self.read(
      (
        "witnesses",
        Node.list([Self.member(Self.first), Self.member(second.vkey, "http://127.0.0.1:81/x")], 2)
      ), ("quorum", Node.scalar(1, 5)),
      ("publish", Node.map(6, ("file", Node.text("/mnt/head", 6)))))
    #expect(file.witnesses.keys == [try NoteVerifier(Self.first), second])
    #expect(file.witnesses.members.map(\.url) == ["https://w.example", "http://127.0.0.1:81/x"])
    #expect(file.witnesses.quorum == 1 && file.headCopy == "/mnt/head")
    let entry = try file.witnesses.entry(received: moment(0))
    #expect(entry.data["quorum"] == 1 && entry.data["witnesses"]?.array?.count == 2)
  }

  @Test("all have to cosign where nothing is said; nobody is asked where nobody is named")
  func defaults() throws {
    let file = try Self.read(
      ("witnesses", Node.list([Self.member(Self.first), Self.member(Self.second().vkey)], 2)))
    #expect(file.witnesses.quorum == 2 && file.headCopy == nil)
    #expect(LedgerFile(policy: Policy(merge: nil, confirmation: .github)).witnesses == .none)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let members: [(String, ConfigNode)]
    let problem: String
  }

  private static func one(_ title: String, _ member: ConfigNode, _ problem: String) -> Mistake {
    Mistake(
      testDescription: title, members: [("witnesses", Node.list([member], 2))], problem: problem)
  }

  static let mistakes = [
    one("a log's key", member(log), "line 3: witnesses[0].vkey: is the key of a log"),
    one("no key", member("x"), "line 3: witnesses[0].vkey: is no key: "),
    one(
      "a wrong id", member(first.replacing("20324abe", with: "20324abf")),
      "line 3: witnesses[0].vkey: is no key: the key's id is 20324abe"),
    one("http", member(first, "http://w.example"), "line 3: witnesses[0].url: must be an https"),
    one("a slash", member(first, "https://w.example/"), "line 3: witnesses[0].url: must be"),
    one("a password", member(first, "https://a:b@w.example"), "line 3: witnesses[0].url: must be"),
    one(
      "no url", Node.map(4, ("vkey", Node.text(first, 4))), "line 4: witnesses[0].url: is missing"),
    one(
      "no vkey", Node.map(4, ("url", Node.text("https://w", 4))), "line 4: witnesses[0].vkey: is"),
    one(
      "more",
      Node.map(
        4, ("vkey", Node.text(first, 4)), ("url", Node.text("https://w", 4)),
        ("key", Node.text("x", 5))),
      "line 5: witnesses[0].key: is unknown"),
    Mistake(
      testDescription: "twice",
      members: [("witnesses", Node.list([member(first), member(first, line: 4)], 2))],
      problem: "line 4: witnesses[1].vkey: names a witness that is there already"),
    Mistake(
      testDescription: "none", members: [("witnesses", Node.list([], 2))],
      problem: "line 2: witnesses: must be a list with at least one element"),
    Mistake(
      testDescription: "a quorum of more",
      members: [("witnesses", Node.list([member(first)], 2)), ("quorum", Node.scalar(2, 7))],
      problem: "line 7: quorum: must be a whole number from 1 to 1"),
    Mistake(
      testDescription: "a quorum of none",
      members: [("witnesses", Node.list([member(first)], 2)), ("quorum", Node.scalar(0, 7))],
      problem: "line 7: quorum: must be a whole number from 1 to 1"),
    Mistake(
      testDescription: "a quorum alone",
      members: [
        ("quorum", Node.scalar(1, 7)), ("publish", Node.map(8, ("file", Node.text("x", 8)))),
      ],
      problem: "line 7: quorum: has no witnesses to count"),
    Mistake(
      testDescription: "no file", members: [("publish", Node.map(8))],
      problem: "line 8: publish.file: is missing"),
    Mistake(
      testDescription: "a directory",
      members: [("publish", Node.map(8, ("file", Node.text("/mnt/", 8))))],
      problem: "line 8: publish.file: must be the path of a file"),
  ]

  @Test("what is wrong is named with its line", arguments: mistakes)
  func wrong(_ mistake: Mistake) throws {
    let pairs =
      [(key: "version", value: Node.scalar(1, 1))] + mistake.members.map { (key: $0, value: $1) }
    do throws(PolicyProblems) {
      _ = try LedgerFile(ConfigNode(.map(pairs), line: 1), confirmation: .github)
      Issue.record("it was read")
    } catch {
      #expect(error.all.count == 1, "\(error.all)")
      #expect(error.all.first?.description.hasPrefix(mistake.problem) == true, "\(error.all)")
    }
  }
}
