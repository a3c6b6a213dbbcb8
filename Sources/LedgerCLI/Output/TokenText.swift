import Ledger
import Reports

/// The list of tokens in every form that `-o` offers.
struct TokenText {
  /// Of a hash, where people look at it.
  static let digits = 12

  let list: TokenList
  let style: OutputStyle

  func print() {
    for line in lines(width: style.cutsCells && Console.isTerminal ? Console.width : nil) {
      Console.write(line + "\n")
    }
  }

  /// - Parameter width: of the terminal; `nil` for as wide as needed.
  func lines(width: Int?) -> [String] {
    switch style.format {
    case .table: table(width: width, isWide: false)
    case .wide: table(width: nil, isWide: true)
    case .json: [text(list.json)]
    case .ndjson: list.items.map { text($0.json) } + [text(trailer)]
    case .csv: [Separated.csv(TokenText.names)] + list.items.map { Separated.csv(raw($0)) }
    case .tsv:
      (style.showsHeader ? [Separated.tsv(TokenText.names)] : [])
        + list.items.map { Separated.tsv(raw($0)) }
    }
  }

  private func text(_ json: JSON) -> String { String(decoding: json.canonicalBytes, as: UTF8.self) }

  private var trailer: JSON {
    var members = list.json.object ?? [:]
    members["items"] = nil
    members["schema"] = "ledger.trailer/1"
    return .object(members)
  }

  // MARK: raw columns

  private static let names = ["name", "scope", "repositories", "made_at", "revoked_at", "hash"]

  private func raw(_ item: TokenList.Item) -> [String] {
    [
      item.name, item.scope, repositories(item, all: ""), item.madeAt?.description ?? "",
      item.revokedAt?.description ?? "", item.hash,
    ]
  }

  private func repositories(_ item: TokenList.Item, all: String) -> String {
    guard let repositories = item.repositories else { return all }
    return repositories.map { $0.name ?? String($0.id) }.joined(separator: ",")
  }

  // MARK: table

  private func table(width: Int?, isWide: Bool) -> [String] {
    guard !list.items.isEmpty else { return [] }
    let rows = list.items.map { item in
      [
        Cell(item.name), Cell(item.scope), Cell(repositories(item, all: "all")),
        Cell(when(item.madeAt)), Cell(when(item.revokedAt), .bad),
        Cell(isWide ? item.hash : String(item.hash.prefix(TokenText.digits)), .quiet),
      ]
    }
    return TableText(
      header: ["NAME", "SCOPE", "REPOSITORIES", "MADE", "REVOKED", "HASH"], rows: rows
    ).lines(width: width, color: style.usesColor)
  }

  private func when(_ instant: Instant?) -> String? {
    instant.map { style.showsRelative ? When.relative($0, to: list.asOf) : $0.description }
  }
}
