import Ledger
import Reports
import Testing

@testable import LedgerCLI

private let made = Instant(seconds: 1_795_000_000)

@Suite struct TokenTests {
  private static func item(
    _ hash: String, _ name: String, revoked: Bool = false, _ repositories: [TokenRepository]? = nil
  ) -> TokenList.Item {
    TokenList.Item(
      hash: hash + String(repeating: "0", count: 64 - hash.count), name: name, scope: "record",
      repositories: repositories, madeAt: made,
      revokedAt: revoked ? made.adding(seconds: 3_600) : nil)
  }

  private static let items = [
    item("aaaaaa1", "ci", revoked: true), item("aaaaaa2", "ci"), item("bbbbbb", "laptop"),
    item("cccccc1", "deploy"), item("cccccc2", "deploy"), item("dddddd", "gone", revoked: true),
    item("dddddd1", "gone", revoked: true), item("eeeeee", "ffffff"), item("ffffff", "web"),
  ]

  @Test(arguments: [
    ("ci", "aaaaaa2"), ("laptop", "bbbbbb"), ("bbbbbb", "bbbbbb"), ("BBBBBB", "bbbbbb"),
    ("aaaaaa1", "aaaaaa1"), ("aaaaaa", "aaaaaa2"), ("cccccc2", "cccccc2"), ("gone", "dddddd1"),
    ("ffffff" + String(repeating: "0", count: 58), "ffffff"),
  ])
  func oneIsMeant(_ text: String, _ hash: String) throws {
    let token = try TokenChoice(text).pick(from: TokenTests.items)
    #expect(token.hash.hasPrefix(hash + "0"))
  }

  @Test(
    arguments: [
      ("nobody", Exit.nothing, []), ("", Exit.nothing, []), ("bbbbb", Exit.nothing, []),
      ("deploy", Exit.usage, ["cccccc1", "cccccc2"]),
      ("cccccc", Exit.usage, ["cccccc1", "cccccc2"]),
      ("ffffff", Exit.usage, ["eeeeee", "ffffff"]),
    ] as [(String, Int32, [String])])
  func noneOrSeveralAreMeant(_ text: String, _ code: Int32, _ listed: [String]) {
    do {
      let token = try TokenChoice(text).pick(from: TokenTests.items)
      Issue.record("\(token)")
    } catch {
      #expect(error.code == code)
      for hash in listed { #expect(error.message.contains("  \(hash)0"), "\(error.message)") }
    }
  }

  private static let list: TokenList = {
    let repositories = [
      TokenRepository(id: 5, name: "acme/api"), TokenRepository(id: 7, name: nil),
    ]
    let items = [
      item("aaaaaa1", "ci\u{1B}", revoked: true, repositories), item("bbbbbb", "laptop"),
    ]
    let json: JSON = [
      "schema": "ledger.tokens/1", "as_of": .string(made.adding(seconds: 7_200).description),
      "items": .array(items.map(\.json)),
    ]
    guard let list = TokenList(json: json) else { preconditionFailure("no list") }
    return list
  }()

  private func lines(_ format: OutputFormat, header: Bool = false) throws -> [String] {
    let style = pipe(format) { ($0.showsHeader, $0.isRelative) = (header, format == .table) }
    return try Rendering(sheet: TokenSheet.sheet(TokenTests.list), style: style).text()
      .split(separator: "\n").map(String.init)
  }

  @Test func asATable() throws {
    #expect(
      try lines(.table) == [
        "  NAME      SCOPE   REPOSITORIES  MADE    REVOKED  HASH",
        "  ci\\u{1b}  record  acme/api,7    2h ago  1h ago   aaaaaa100000",
        "  laptop    record  all           2h ago  -        bbbbbb000000",
      ])
    let wide = try lines(.wide)
    #expect(wide[1].contains("2026-11-18T12:26:40Z") || wide[1].contains(made.description))
    #expect(wide[1].hasSuffix("aaaaaa1" + String(repeating: "0", count: 57)))
  }

  @Test func forPrograms() throws {
    let hash = "bbbbbb" + String(repeating: "0", count: 58)
    #expect(try lines(.tsv).count == 2)
    #expect(try lines(.tsv)[1] == "laptop\trecord\t\t\(made)\t\t\(hash)")
    #expect(
      try lines(.tsv, header: true)[0] == "name\tscope\trepositories\tmade_at\trevoked_at\thash")
    #expect(try lines(.csv)[1].hasPrefix(#"ci\u{1b},record,"acme/api,7",\#(made),"#))
    let json = try JSON.parse(Array(try lines(.json)[0].utf8))
    #expect(json == TokenTests.list.json)
    #expect(json["items"]?.array?.first?["repositories"]?.array?.count == 2)
    #expect(TokenList(json: json)?.items == TokenTests.list.items)
    #expect(try lines(.ndjson).count == 3)
    #expect(try lines(.ndjson)[2].contains("ledger.trailer/1"))
  }

  @Test func nothingWasMade() throws {
    let empty = try #require(
      TokenList(json: [
        "schema": "ledger.tokens/1", "as_of": .string(made.description), "items": [],
      ]))
    #expect(try Rendering(sheet: TokenSheet.sheet(empty), style: pipe(.table)).text() == "")
    #expect(TokenList(json: ["schema": "ledger.history/1"]) == nil)
  }
}
