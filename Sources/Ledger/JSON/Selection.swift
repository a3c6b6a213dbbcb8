/// Which members of a large document are kept while the whole of it is checked. A GitHub payload
/// has hundreds of members; an entry needs a dozen.
public indirect enum Selection: Sendable {
  case everything
  case members([String: Selection])

  /// Dotted paths with alternatives in braces: `"check_run.app.{id,slug}"`. A path ends in the
  /// whole value that stands there. Arrays are passed through: `"pull_requests.number"`.
  public init(_ paths: String...) {
    self = .members([:])
    for path in paths { insert(path.split(separator: ".").map(Selection.alternatives)[...]) }
  }

  func member(_ key: String) -> Selection? {
    switch self {
    case .everything: .everything
    case .members(let members): members[key]
    }
  }

  /// `{id,slug}` names two members, `id` one.
  private static func alternatives(_ step: Substring) -> [String] {
    guard step.first == "{", step.last == "}" else { return [String(step)] }
    return step.dropFirst().dropLast().split(separator: ",").map(String.init)
  }

  private mutating func insert(_ path: ArraySlice<[String]>) {
    guard let step = path.first else {
      self = .everything
      return
    }
    guard case .members(var members) = self else { return }
    for key in step {
      var child = members[key] ?? .members([:])
      child.insert(path.dropFirst())
      members[key] = child
    }
    self = .members(members)
  }
}

extension Selection {
  /// What either of two selections keeps.
  public func union(_ other: Selection) -> Selection {
    guard case .members(let mine) = self, case .members(let theirs) = other else {
      return .everything
    }
    return .members(mine.merging(theirs) { $0.union($1) })
  }
}
