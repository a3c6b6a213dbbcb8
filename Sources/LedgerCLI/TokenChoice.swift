import Ledger
import Reports

/// The token that a person means by its name or by the start of its hash.
struct TokenChoice {
  /// Hexadecimal digits.
  private static let shortest = 6
  private let text: String

  init(_ text: String) { self.text = text }

  /// Of valid tokens one, or the last of those that were revoked.
  ///
  /// - Throws: exit 2 when several are meant, 3 when none is.
  func pick(from items: [TokenList.Item]) throws(Failure) -> TokenList.Item {
    if let exact = items.first(where: { $0.hash == text }) { return exact }
    let meant = items.filter { $0.name == text || begins($0.hash) }
    let valid = meant.filter { $0.revokedAt == nil }
    if valid.count > 1 { throw ambiguous(valid) }
    guard let one = valid.first ?? meant.last else {
      throw Failure(
        "there is no token \(text)", hint: "ledger token list shows all.", code: Exit.nothing)
    }
    return one
  }

  private func begins(_ hash: String) -> Bool {
    text.utf8.count >= TokenChoice.shortest && hash.hasPrefix(text.lowercased())
  }

  private func ambiguous(_ items: [TokenList.Item]) -> Failure {
    let lines = items.map { item in
      "  \(item.hash.prefix(TokenSheet.digits))  \(Text.safe(item.name))  \(item.scope)  "
        + "made \(item.madeAt?.description ?? "-")"
    }
    return .usage(
      "\(text) could mean:\n" + lines.joined(separator: "\n"), hint: "Give the start of a hash.")
  }
}
