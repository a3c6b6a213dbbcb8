import Ledger

/// What a value has to look like: as much of JSON Schema as the bodies need that are read strictly.
indirect enum Shape: Sendable, Equatable {
  case text
  /// A text that is not empty.
  case name
  /// 1 to 253 letters, digits and `-_.:`: identifiers of AWS, names of Kubernetes.
  case token
  case word([String])
  /// RFC 3339 with a zone, years 2 to 9999.
  case instant
  /// RFC 3986, with a scheme.
  case uri
  /// RFC 3986, with or without one.
  case reference
  case list(Shape)
  case object(Members)
  /// `null`, or this.
  case maybe(Shape)
  /// At least one of these.
  case either([Shape])
}

/// The members of an object.
struct Members: Sendable, Equatable {
  var needs: [String: Shape] = [:]
  var allows: [String: Shape] = [:]
  /// Whether a member that is not named is a fault.
  var isClosed = true
}

extension Shape {
  /// All that is wrong with the value, in a stable order.
  ///
  /// - Parameter path: where it stands; empty for the body itself.
  func faults(of value: JSON, at path: String) -> [String] {
    switch self {
    case .maybe(let shape): value.isNull ? [] : shape.faults(of: value, at: path)
    case .object(let members): members.faults(of: value, at: path)
    case .list(let shape): Shape.faults(of: value, each: shape, at: path)
    case .either(let shapes):
      shapes.contains { $0.faults(of: value, at: path).isEmpty }
        ? [] : ["\(Shape.label(path)) has none of the forms that it may have"]
    default: fits(value) ? [] : ["\(Shape.label(path)) must be \(words)"]
    }
  }

  private static func faults(of value: JSON, each shape: Shape, at path: String) -> [String] {
    guard let elements = value.array else { return ["\(label(path)) must be a list"] }
    return elements.enumerated().flatMap { shape.faults(of: $1, at: "\(path)[\($0)]") }
  }

  static func label(_ path: String) -> String { path.isEmpty ? "the body" : path }

  private func fits(_ value: JSON) -> Bool {
    guard let text = value.string else { return false }
    return switch self {
    case .name: !text.isEmpty
    case .token: Shape.isToken(text)
    case .word(let words): words.contains(text)
    case .instant: Instant(text) != nil
    case .uri: URISyntax.isAbsolute(text)
    case .reference: URISyntax.isReference(text)
    default: true
    }
  }

  private var words: String {
    switch self {
    case .name: "a text that is not empty"
    case .token: "1 to 253 letters, digits and -_.:"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .instant: "a time such as 2026-11-20T23:41:07Z"
    case .uri: "a URI"
    case .reference: "a URI reference"
    default: "a text"
    }
  }

  private static func isToken(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy { URISyntax.isLetterOrDigit($0) || "-_.:".utf8.contains($0) }
  }
}

extension Members {
  func faults(of value: JSON, at path: String) -> [String] {
    guard let members = value.object else { return ["\(Shape.label(path)) must be an object"] }
    let known = needs.merging(allows) { need, _ in need }
    let inside = path.isEmpty ? "" : path + "."
    var faults: [String] = []
    for (key, shape) in known.sorted(by: { $0.key < $1.key }) {
      if let value = members[key] {
        faults += shape.faults(of: value, at: inside + key)
      } else if needs[key] != nil {
        faults.append("\(inside)\(key) is missing")
      }
    }
    guard isClosed else { return faults }
    return faults
      + members.keys.filter { known[$0] == nil }.sorted().map { "\(inside)\($0) is unknown" }
  }
}

/// The characters of RFC 3986; what its grammar says beyond them is not checked.
enum URISyntax {
  /// 4.1. Not empty: that would refer to the document that it stands in.
  static func isReference(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isLetterOrDigit($0) || marks.contains($0) }
  }

  /// 4.3: a scheme, a colon and something behind it.
  static func isAbsolute(_ text: String) -> Bool {
    guard isReference(text), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      return false
    }
    let scheme = text.utf8[..<colon]
    guard let first = scheme.first, isLetterOrDigit(first), !isDigit(first) else { return false }
    return scheme.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
      && text.utf8.index(after: colon) < text.utf8.endIndex
  }

  private static let marks = Array("-._~:/?#[]@!$&'()*+,;=%".utf8)

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
