import Ledger

/// A column of an answer, described once: how people see it and what programs get.
struct Column: Sendable {
  enum Use: Sendable {
    case always
    /// Where nothing is cut.
    case wide
    /// Where a row has something in it.
    case whenFilled
    /// Where it tells the rows apart.
    case when(@Sendable ([JSON]) -> Bool)
    /// By `--fields`, and for programs.
    case onRequest
  }

  /// Empty where it needs none.
  let title: String
  /// As `--fields` and headers for programs name it.
  let name: String
  var use = Use.always
  /// The room that it gets where the rows are not known yet.
  var width = 8
  let raw: @Sendable (JSON, Look) -> String
  let cell: @Sendable (JSON, Look) -> Cell

  init(
    _ title: String, _ name: String, use: Use = .always, width: Int = 8,
    raw: @escaping @Sendable (JSON, Look) -> String,
    cell: @escaping @Sendable (JSON, Look) -> Cell
  ) {
    (self.title, self.name, self.use, self.width) = (title, name, use, width)
    (self.raw, self.cell) = (raw, cell)
  }

  /// A member as it is.
  ///
  /// - Parameters:
  ///   - path: of the member, where it is not its name.
  ///   - short: how people see it, where there is no room for all of it.
  init(
    _ title: String, _ name: String, at path: String? = nil, use: Use = .always, width: Int = 8,
    _ tone: Cell.Tone = .plain, short: @escaping @Sendable (String?) -> String? = { $0 }
  ) {
    let path = path ?? name
    self.init(
      title, name, use: use, width: width, raw: { row, _ in row.text(path) ?? "" },
      cell: { row, look in
        let text = row.text(path)
        return Cell(look.isWide ? text : short(text), tone)
      })
  }

  static func time(
    _ title: String, _ name: String, at path: String? = nil, use: Use = .always
  ) -> Column {
    let path = path ?? name
    return Column(
      title, name, use: use, width: 20, raw: { row, look in look.raw(row.text(path)) },
      cell: { row, look in Cell(look.time(row.text(path))) })
  }

  static func person(
    _ title: String, _ name: String, at path: String, use: Use = .always
  ) -> Column {
    Column(
      title, name, use: use, width: 12, raw: { row, _ in row.person(path) ?? "" },
      cell: { row, _ in Cell(row.person(path)) })
  }

  var isWideOnly: Bool { if case .wide = use { true } else { false } }

  func isShown(in rows: [JSON], _ look: Look) -> Bool {
    switch use {
    case .always: true
    case .wide: look.isWide
    case .when(let tellsApart): look.isWide || tellsApart(rows)
    case .onRequest: false
    case .whenFilled: rows.contains { !["", "-"].contains(cell($0, look).text) }
    }
  }
}

extension JSON {
  /// These columns alone, as members.
  func only(_ columns: [Column], _ look: Look) -> JSON {
    .object(
      Dictionary(columns.map { ($0.name, self[$0.name] ?? .string($0.raw(self, look))) }) { $1 })
  }
}
