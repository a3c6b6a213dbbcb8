import Ledger

/// Whether those whose word about platforms is taken can bring any.
extension Check {
  /// `nil` where the file in force names none: then every bearer may that is bound to no repository.
  static func platforms(_ tables: any LedgerReader) throws -> Check? {
    guard let list = try tables.catalog().recording["platform-tokens"]?.array else { return nil }
    let tokens = try tables.tokens()
    let items = list.compactMap(\.string).compactMap { name in
      fault(of: name, tokens).map { "\(name): \($0)" }
    }
    return Check(
      name: "platform tokens", state: items.isEmpty && !list.isEmpty ? .ok : .warning,
      detail: items.isEmpty && !list.isEmpty
        ? "each of them can bring what a platform shows"
        : "\(items.count) of \(list.count) names under recording.platform-tokens bring nothing",
      hint: items.isEmpty && !list.isEmpty
        ? nil
        : "Events of platforms are refused with 403 until one of these names is that of a token with "
          + "the scope record that is bound to no repository. Names are compared byte by byte.",
      items: items)
  }

  /// Why nothing comes by this name.
  private static func fault(of name: String, _ tokens: [ListedToken]) -> String? {
    let own = tokens.filter { $0.name.isExactly(name) }
    guard !own.isEmpty else {
      return name.utf8.contains(UInt8(ascii: "@"))
        ? "a workflow is bound to its repository and never speaks for a platform: name an API token"
        : "no API token has this name"
    }
    let valid = own.filter { $0.revokedAt == nil }
    guard !valid.isEmpty else { return "its tokens were revoked" }
    guard valid.contains(where: { $0.scope != "read" }) else { return "its tokens may only read" }
    let isFree = valid.contains { $0.scope != "read" && $0.repositories == nil }
    return isFree ? nil : "its tokens are bound to repositories, and platforms speak of no one"
  }
}
