import Ledger

/// Which of the hooks that GitHub names lead here.
public struct HookFilter: Sendable {
  private let url: String?
  private let delivered: Set<Int64>

  /// - Parameters:
  ///   - publicURL: where GitHub reaches the ledger, without a slash at its end.
  ///   - delivered: hooks that delivered something; they stand for the address where that is unknown.
  public init(publicURL: String?, delivered: Set<Int64>) {
    url = publicURL?.lowercased()
    self.delivered = delivered
  }

  public func leadsHere(_ hook: Hook) -> Bool {
    guard let url, let target = hook.url?.lowercased() else { return delivered.contains(hook.id) }
    return target == url || target.hasPrefix(url + "/")
  }
}

extension HookAddress {
  /// As `github.deliveries_read.v1` names it.
  public var name: String {
    switch self {
    case .app: "app"
    case .repository(_, let id): String(id)
    }
  }

  public var repository: RepositoryRow? {
    if case .repository(let repository, _) = self { repository } else { nil }
  }
}
