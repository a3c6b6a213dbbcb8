extension BadQuestion {
  /// For machines.
  public var code: String {
    switch self {
    case .parameter: "invalid_parameter"
    case .ambiguous: "ambiguous"
    case .nothing: "nothing"
    }
  }

  /// For people.
  public var sentence: String {
    switch self {
    case .parameter(let name, let reason): "\(name) \(reason)"
    case .ambiguous(let text, _): "\(text) is ambiguous"
    case .nothing(let sentence): sentence
    }
  }

  public var candidates: [String]? {
    if case .ambiguous(_, let candidates) = self { candidates } else { nil }
  }
}
