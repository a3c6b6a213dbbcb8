import Ledger

/// Everything in a list that is said to be secret, or is called so. It goes nowhere else: not into
/// a report, not over the wire.
struct SecretFilter {
  /// Shorter texts are words that stand in other texts by chance; they are compared as a whole.
  private static let window = 6
  private static let placeholder = "REMOVED"
  private static let words = [
    "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "private_key",
    "access_key", "credential", "connection_string", "auth_key",
  ]
  /// These end as a secret would, and name something that is none.
  private static let harmless = ["_arn", "_name", "_id", "_version", "_names", "_arns", "_ids"]

  private var whole: Set<String> = []
  /// By their first bytes.
  private var parts: [[UInt8]: Set<String>] = [:]

  static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased().replacing("-", with: "_")
    return words.contains { name.contains($0) } && !harmless.contains { name.hasSuffix($0) }
  }

  // MARK: learning

  /// - Parameter marks: of the same form as the values, `true` where they are secret.
  mutating func add(_ values: JSON, marks: JSON?) {
    if marks == true { return addAll(values) }
    switch values {
    case .object(let members):
      for (name, value) in members {
        SecretFilter.isSecret(name) ? addAll(value) : add(value, marks: marks?[name])
      }
    case .array(let elements):
      let inner = marks?.array ?? []
      for (position, element) in elements.enumerated() {
        add(element, marks: inner.indices.contains(position) ? inner[position] : .none)
      }
    default: return
    }
  }

  mutating func addOutputs(_ outputs: JSON?) {
    for output in (outputs?.object ?? [:]).values where output["sensitive"] == true {
      addAll(output["value"] ?? .null)
    }
  }

  /// Those that the configuration calls sensitive; a plan shows their values all the same.
  mutating func addVariables(_ plan: JSON) {
    let declared = plan.at("configuration", "root_module", "variables")
    for (name, variable) in plan["variables"]?.object ?? [:] {
      guard SecretFilter.isSecret(name) || declared?[name]?["sensitive"] == true else { continue }
      addAll(variable["value"] ?? .null)
    }
  }

  private mutating func addAll(_ values: JSON) {
    switch values {
    case .string(let text): add(text)
    case .array(let elements): for element in elements { addAll(element) }
    case .object(let members): for member in members.values { addAll(member) }
    default: return
    }
  }

  private mutating func add(_ text: String) {
    guard !text.isEmpty else { return }
    whole.insert(text)
    let bytes = Array(text.utf8)
    guard bytes.count >= SecretFilter.window else { return }
    parts[Array(bytes.prefix(SecretFilter.window)), default: []].insert(text)
  }

  // MARK: removing

  /// Whether it is one of the secrets, or one stands in it.
  func holds(_ text: String) -> Bool { whole.contains(text) || !found(in: text).isEmpty }

  private func found(in text: String) -> [String] {
    let bytes = Array(text.utf8)
    guard !parts.isEmpty, bytes.count >= SecretFilter.window else { return [] }
    return (0...bytes.count - SecretFilter.window).flatMap { start -> [String] in
      let candidates = parts[Array(bytes[start..<start + SecretFilter.window])] ?? []
      return candidates.filter { bytes[start...].starts(with: $0.utf8) }
    }
  }

  func applied(
    to resources: [ListedResource], form: ResourceList.Form, tool: String?, takenAt: Instant?
  ) -> ResourceList {
    var (removed, seen): (Int, Set<String>) = (0, [])
    let clean = resources.map { resource in
      var resource = cleaned(resource, &removed)
      var number = 2
      while !seen.insert(resource.address).inserted {
        resource.address += " (\(number))"
        number += 1
      }
      return resource
    }
    return ResourceList(
      form: form, tool: tool, takenAt: takenAt, resources: clean, removed: removed)
  }

  private func cleaned(_ resource: ListedResource, _ removed: inout Int) -> ListedResource {
    var clean = resource
    for path in [\ListedResource.name, \.id, \.arn] {
      guard let text = resource[keyPath: path], holds(text) else { continue }
      clean[keyPath: path] = nil
      removed += 1
    }
    clean.tags = resource.tags.filter { tag in
      let parts = tag.split(separator: "=", maxSplits: 1).map(String.init)
      return !SecretFilter.isSecret(parts.first ?? "") && !parts.contains(where: holds)
    }
    removed += resource.tags.count - clean.tags.count
    for secret in found(in: resource.address) {
      clean.address = clean.address.replacing(exactly: secret, with: SecretFilter.placeholder)
      removed += 1
    }
    return clean
  }
}
