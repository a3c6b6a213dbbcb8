import Ledger

extension Catalog {
  public static let maximumServices = 1_000

  /// Reads what stands under `environments` and `services`, each of which may be left out. What is
  /// wrong with them is reported to `reader`.
  public static func read(
    environments: ConfigNode?, services: ConfigNode?, _ reader: inout ConfigReader
  ) -> Catalog {
    let listed = environments.map { reader.environments($0) } ?? []
    let known = Set(listed.flatMap { [$0.name] + $0.aliases })
    var workloads = WorkloadReader(known: environments == nil ? nil : known)
    return Catalog(
      environments: listed, services: services.map { reader.services($0, &workloads) } ?? [])
  }
}

extension ConfigReader {
  // MARK: environments

  fileprivate mutating func environments(_ node: ConfigNode) -> [Catalog.Environment] {
    var (environments, names): ([Catalog.Environment], Set<String>) = ([], [])
    for (position, element) in list(node, in: node, "environments").enumerated() {
      let path = "environments[\(position)]"
      guard let environment = environment(element, path) else { continue }
      for name in [environment.name] + environment.aliases where !names.insert(name).inserted {
        report(element, path, "names \(name) again")
      }
      environments.append(environment)
    }
    return environments
  }

  private mutating func environment(
    _ node: ConfigNode, _ path: String
  ) -> Catalog.Environment? {
    if case .scalar = node.content { return name(node, path).map { .init(name: $0) } }
    guard let members = members(node, path, allowed: ["name", "aliases"]) else { return nil }
    let aliases = texts(members["aliases"], "\(path).aliases")
    for alias in aliases where !alias.unicodeScalars.allSatisfy({ $0.isPrintable || $0 == " " }) {
      report(members["aliases"] ?? node, "\(path).aliases", "must be printable")
    }
    return name(members["name"], in: node, path).map { .init(name: $0, aliases: aliases) }
  }

  // MARK: services

  fileprivate mutating func services(
    _ node: ConfigNode, _ workloads: inout WorkloadReader
  ) -> [Catalog.Service] {
    let nodes = list(node, in: node, "services")
    if nodes.count > Catalog.maximumServices {
      report(node, "services", "has more than \(Catalog.maximumServices) services")
    }
    var (services, names): ([Catalog.Service], Set<String>) = ([], [])
    for (position, element) in nodes.enumerated() {
      let path = "services[\(position)]"
      guard let service = service(element, path, &workloads) else { continue }
      if !names.insert(service.name).inserted {
        report(element, path, "names \(service.name) again")
      }
      services.append(service)
    }
    return services
  }

  private mutating func service(
    _ node: ConfigNode, _ path: String, _ workloads: inout WorkloadReader
  ) -> Catalog.Service? {
    let allowed =
      ["name", "repositories", "images", "task-definitions"]
      + WorkloadReader.Platform.all.map(\.key)
    guard let members = members(node, path, allowed: allowed) else { return nil }
    // The rest is read without a name, too, so that everything wrong is said.
    let name = name(members["name"], in: node, path)
    var service = Catalog.Service(name: name ?? "")
    service.repositories = texts(
      members["repositories"], "\(path).repositories", "must be OWNER/NAME",
      where: Claims.isRepository)
    service.images = texts(
      members["images"], "\(path).images",
      "must be the name of an image, without tag and digest", where: ConfigReader.isImage)
    service.families = texts(
      members["task-definitions"], "\(path).task-definitions",
      "must be the name of a family, without its revision", where: ConfigReader.isFamily)
    service.workloads = workloads.read(members, path, service: name ?? path, &self)
    return name == nil ? nil : service
  }

  private mutating func texts(
    _ node: ConfigNode?, _ path: String, _ reason: String, where isRight: (String) -> Bool
  ) -> [String] {
    guard let node else { return [] }
    return list(node, in: node, path).enumerated().compactMap { position, element in
      let text = text(element, "\(path)[\(position)]", 1...255)
      if let text, !isRight(text) { report(element, "\(path)[\(position)]", reason) }
      return text
    }
  }

  /// `ghcr.io/acme/api`; a registry may have a port.
  private static func isImage(_ text: String) -> Bool {
    let last = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return text.unicodeScalars.allSatisfy(\.isPrintable) && !last.isEmpty && !last.contains(":")
      && !text.contains("@") && !text.contains("*")
  }

  private static func isFamily(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

// MARK: names

extension ConfigReader {
  /// Have a meaning in a reference (`api@prod~2`, `td:api:57`) or in a list of services.
  private static let reserved = Set("@~:,#/".unicodeScalars)

  mutating func name(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> String? {
    guard let node else {
      report(parent, "\(path).name", "is missing")
      return nil
    }
    return name(node, "\(path).name")
  }

  /// Of a service or an environment. One with wrong characters is reported and still returned, so
  /// that nothing else is said about what mentions it.
  mutating func name(_ node: ConfigNode, _ path: String) -> String? {
    guard let name = text(node, path, 1...100) else { return nil }
    let isRight = name.unicodeScalars.allSatisfy {
      $0.isPrintable && !ConfigReader.reserved.contains($0)
    }
    if !isRight {
      report(
        node, path, "must be printable, without white space and @ ~ : , # /: references use them")
    }
    return name
  }
}

extension Unicode.Scalar {
  /// Shows, and takes a place of its own: no white space.
  var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
    default: true
    }
  }
}
