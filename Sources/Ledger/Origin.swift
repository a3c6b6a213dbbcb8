/// What a line of the history is about, as its source calls it. Which service that is, the catalog
/// says when it is read: a mapping that is written later also explains what happened before.
public enum Origin: Hashable, Sendable {
  /// The reporter named the service itself.
  case service(String)
  case repository(Int64)
  /// A repository of images, with its registry.
  case image(String)
  /// A family of ECS task definitions.
  case family(String)
  case ecs(cluster: String, service: String)
  /// `workload` is `Deployment/api`.
  case kubernetes(cluster: String, namespace: String, workload: String)
  case argo(application: String)

  /// `ecs:prod-1/api`: a word for the case, then its parts. A slash in any but the last is written
  /// as `%2F`: clusters are called by their ARN, too.
  public var text: String {
    switch self {
    case .service(let name): "service:\(name)"
    case .repository(let id): "repository:\(id)"
    case .image(let name): "image:\(name)"
    case .family(let name): "family:\(name)"
    case .ecs(let cluster, let service): "ecs:\(escaped(cluster))/\(service)"
    case .kubernetes(let cluster, let namespace, let workload):
      "kubernetes:\(escaped(cluster))/\(escaped(namespace))/\(workload)"
    case .argo(let application): "argo:\(application)"
    }
  }

  public init?(text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let rest = String(text[text.index(after: colon)...])
    let parts = rest.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
      .map(String.init)
    switch text[..<colon] {
    case "service": self = .service(rest)
    case "repository":
      guard let id = Int64(rest) else { return nil }
      self = .repository(id)
    case "image": self = .image(rest)
    case "family": self = .family(rest)
    case "ecs":
      guard parts.count > 1 else { return nil }
      self = .ecs(
        cluster: unescaped(parts[0]), service: parts.dropFirst().joined(separator: "/"))
    case "kubernetes":
      guard parts.count == 3 else { return nil }
      self = .kubernetes(
        cluster: unescaped(parts[0]), namespace: unescaped(parts[1]), workload: parts[2])
    case "argo": self = .argo(application: rest)
    default: return nil
    }
  }

  /// What it is called where no catalog names it.
  public func name(_ repositories: [Int64: String]) -> String? {
    switch self {
    case .service(let name), .family(let name), .argo(let name): name
    case .repository(let id): repositories[id].map(lastPart)
    case .image(let name): lastPart(name)
    case .ecs(_, let service): service
    case .kubernetes(_, _, let workload): lastPart(workload)
    }
  }

  /// The environment that the source means although it names none.
  public var environment: String? {
    switch self {
    case .ecs(let cluster, _): cluster
    case .kubernetes(_, let namespace, _): namespace
    case .argo(let application): application
    case .service, .repository, .image, .family: nil
    }
  }
}

private func lastPart(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

private func escaped(_ part: String) -> String {
  part.replacing("%", with: "%25").replacing("/", with: "%2F")
}

private func unescaped(_ part: String) -> String {
  part.replacing("%2F", with: "/").replacing("%25", with: "%")
}
