import Ledger

/// What GitHub itself enforces, and how far the App reaches.
extension Check {
  static func branches(_ tables: any LedgerReader) throws -> [Check] {
    try [enforcement(tables), installations(tables)].compactMap(\.self)
  }

  /// `nil` where nothing is guarded or nobody looked.
  private static func enforcement(_ tables: any LedgerReader) throws -> Check? {
    guard let hash = try tables.currentPolicy(),
      let gate = try tables.policy(hash: hash)?.entry.data.at("policy", "gates", "merge"),
      let context = gate["context"]?.string
    else { return nil }
    let rows = try tables.capabilities().filter { $0.state != nil }
    guard !rows.isEmpty else { return nil }
    let found = Dictionary(grouping: rows, by: \.repository)
      .sorted { $0.key.name < $1.key.name }.flatMap { faults(of: $1, context) }
    guard !found.isEmpty else {
      return Check(
        name: "enforcement", state: .ok, detail: "GitHub itself holds the gate's branches to it")
    }
    return Check(
      name: "enforcement", state: .warning,
      detail: found.count == 1
        ? found[0] : "GitHub does not hold \(found.count) branches or repositories to the gate",
      hint: hint(rows, context), items: found.count == 1 ? [] : found)
  }

  private static func faults(of rows: [CapabilityRow], _ context: String) -> [String] {
    let name = rows[0].repository.name
    if rows.contains(where: { $0.state == "unenforceable" }) {
      return [
        "GitHub cannot enforce the gate for \(name) (private repository on the free plan): "
          + "merges are detected, not blocked"
      ]
    }
    return rows.compactMap { row in
      switch row.state {
      case "hidden":
        return "what GitHub demands of \(row.branch) of \(name) cannot be seen: "
          + (row.reason ?? "it is hidden")
      case "required": break
      default: return "the gate is not a required check on \(row.branch) of \(name)"
      }
      let own = row.contexts.filter { $0.name == context }
      guard !own.isEmpty else {
        return "the gate is not a required check on \(row.branch) of \(name)"
      }
      return own.contains { $0.appID != nil }
        ? nil : "the gate is required but of any App on \(row.branch) of \(name)"
    }
  }

  private static func hint(_ rows: [CapabilityRow], _ context: String) -> String {
    let isSettable = rows.contains { $0.state == "required" || $0.state == "none" }
    return isSettable
      ? "Require the status check \(context) in a ruleset of the branch, with the App that posts it "
        + "as its expected source."
      : "A paid plan, or a public repository, would let GitHub refuse such merges."
  }

  /// `nil` where no App is installed.
  private static func installations(_ tables: any LedgerReader) throws -> Check? {
    let rows = try tables.installations()
    guard !rows.isEmpty else { return nil }
    let names = try tables.repositoryNames()
    let items = try rows.compactMap { row -> String? in
      switch (row.repository, row.state) {
      case (nil, "suspended"): return "the App is suspended for \(try owner(row, tables))"
      case (nil, "deleted"): return "the App was removed from \(try owner(row, tables))"
      case (let id?, "removed"):
        return "the App no longer reaches \(names[id] ?? "repository \(id)")"
      default: return nil
      }
    }
    return Check(
      name: "installation", state: items.isEmpty ? .ok : .problem,
      detail: items.isEmpty
        ? "the App is installed" : items.count == 1 ? items[0] : "\(items.count) are out of reach",
      hint: items.isEmpty
        ? nil : "Nothing can be confirmed or posted there: no gate opens. See the App's settings.",
      items: items.count == 1 ? [] : items)
  }

  private static func owner(_ row: InstallationRow, _ tables: any LedgerReader) throws -> String {
    try row.account.map { try tables.login($0) ?? "account \($0)" } ?? "installation \(row.id)"
  }
}
