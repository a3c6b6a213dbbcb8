/// The `Link` header (RFC 8288, 3): `<https://…?page=2>; rel="next", <https://…>; rel="last"`.
enum LinkHeader {
  /// The target whose relation is `next`.
  static func next(in text: String) -> String? {
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      let target = rest[rest.index(after: open)..<close]
      let end = rest[close...].firstIndex(of: "<") ?? rest.endIndex
      if isNext(rest[rest.index(after: close)..<end]) { return String(target) }
      rest = rest[end...]
    }
    return nil
  }

  /// `parameters` is `; rel="next prev"; title=…,`. A relation is compared without regard to case.
  private static func isNext(_ parameters: Substring) -> Bool {
    parameters.split { $0 == ";" || $0 == "," }.contains { parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, trimmed(parts[0]).lowercased() == "rel" else { return false }
      return trimmed(parts[1]).split(separator: " ").contains { $0.lowercased() == "next" }
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    text.trimming { $0 == " " || $0 == "\"" }
  }
}
