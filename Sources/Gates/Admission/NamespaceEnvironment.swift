import Ledger

/// Which environment a namespace of Kubernetes is.
public enum NamespaceEnvironment: Hashable, Sendable {
  /// In the catalog's words.
  case one(String)
  case none
  /// Workloads of it are in several.
  case several([String])

  /// Workloads say it, as everywhere else; where none does, a namespace that is called like an
  /// environment, or by one of its aliases, is that environment.
  ///
  /// - Parameter cluster: `nil` for any.
  public init(_ namespace: String, of cluster: String?, _ catalog: Catalog) {
    let workloads = catalog.services.flatMap(\.workloads).filter { workload in
      guard case .kubernetes(let its, namespace, _) = workload.origin else { return false }
      return its == "*" || cluster == nil || its == cluster
    }
    let names = Set(workloads.map { catalog.canonical($0.environment ?? namespace) })
    if let name = names.first {
      self = names.count == 1 ? .one(name) : .several(names.sorted())
      return
    }
    let isKnown = catalog.environments.contains {
      $0.name == namespace || $0.aliases.contains(namespace)
    }
    self = isKnown ? .one(catalog.canonical(namespace)) : .none
  }

  var name: String? { if case .one(let name) = self { name } else { nil } }
}
