import Ledger

/// Whether the platforms were asked where the things are: elsewhere there is nothing, and that says
/// nothing.
struct Reach {
  private struct Side {
    let word: String
    let recorded: Set<String>
    let asked: String?

    /// Whether it is none of those that were recorded.
    var isWrong: Bool { asked.map { !recorded.isEmpty && !recorded.contains($0) } ?? false }

    /// - Parameter own: of one thing, where something says it.
    func miss(_ own: String?) -> String? {
      guard let asked else { return nil }
      guard let own else {
        return recorded.count > 1 ? "nothing says in which \(word) it is" : nil
      }
      return own == asked ? nil : "it is in the \(word) \(own), and \(asked) was asked"
    }
  }

  private let account, region: Side
  private let inventory: Inventory

  init(_ inventory: Inventory, _ survey: LiveSurvey?) {
    account = Side(word: "account", recorded: inventory.accounts, asked: survey?.account)
    region = Side(word: "region", recorded: inventory.regions, asked: survey?.region)
    self.inventory = inventory
  }

  /// Why nothing is gone only because nobody found it, whatever it is.
  var elsewhere: String? {
    [account, region].first(where: \.isWrong).map { "another \($0.word) was asked" }
  }

  /// Why this one would not be found where it was looked for.
  func misplaced(_ row: TeardownRow) -> String? {
    guard row.type.hasPrefix("aws_") else { return nil }
    return account.miss(row.location?.account)
      ?? (row.type.isRegional ? region.miss(row.location?.region) : nil)
  }

  /// What the reader of a report should know.
  var notes: [String] {
    [account, region].compactMap { side in
      guard let asked = side.asked else { return nil }
      let place = "the \(side.word) \(asked) was asked"
      if side.isWrong {
        return "\(place), and what was recorded is in "
          + side.recorded.sorted().joined(separator: ", ")
      }
      guard side.recorded.isEmpty, inventory.isRegional else { return nil }
      return "\(place); nothing that was recorded says in which one it is"
    }
  }
}
