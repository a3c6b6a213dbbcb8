import Ledger

/// Reads the workloads of one service after the other, and finds those that are there before.
struct WorkloadReader {
  /// What a platform calls a workload.
  struct Platform: Sendable {
    let key: String
    /// The members that make up the origin, in its order. A cluster may be left out: any.
    let parts: [String]
    let origin: @Sendable ([String]) -> Origin

    static let all = [
      Platform(key: "ecs", parts: ["cluster", "service"]) { .ecs(cluster: $0[0], service: $0[1]) },
      Platform(key: "kubernetes", parts: ["cluster", "namespace", "workload"]) {
        .kubernetes(cluster: $0[0], namespace: $0[1], workload: $0[2])
      },
      Platform(key: "argocd", parts: ["application"]) { .argo(application: $0[0]) },
    ]
  }

  private struct Seen {
    let workload: Catalog.Workload
    let service: String
  }

  /// Names and aliases of environments; `nil` when the file lists none.
  let known: Set<String>?
  /// By what is left of an origin without its cluster.
  private var seen: [Origin: [Seen]] = [:]

  init(known: Set<String>?) { self.known = known }

  /// - Parameter service: what a report about a later one calls this one.
  mutating func read(
    _ members: ConfigReader.Members, _ path: String, service: String, _ reader: inout ConfigReader
  ) -> [Catalog.Workload] {
    var workloads: [Catalog.Workload] = []
    for platform in Platform.all {
      guard let node = members[platform.key] else { continue }
      let path = "\(path).\(platform.key)"
      for (position, element) in reader.list(node, in: node, path).enumerated() {
        let path = "\(path)[\(position)]"
        guard let workload = workload(element, path, platform, &reader) else { continue }
        if let reason = repetition(workload, service) { reader.report(element, path, reason) }
        workloads.append(workload)
      }
    }
    return workloads
  }

  private func workload(
    _ node: ConfigNode, _ path: String, _ platform: Platform, _ reader: inout ConfigReader
  ) -> Catalog.Workload? {
    let allowed = platform.parts + ["environment"]
    guard let members = reader.members(node, path, allowed: allowed) else { return nil }
    let parts = platform.parts.map { part(members[$0], $0, in: node, path, &reader) }
    let environment = members["environment"].flatMap { reader.name($0, "\(path).environment") }
    if let environment, let known, !known.contains(environment) {
      reader.report(
        members["environment"] ?? node, "\(path).environment",
        "\(environment) is not one of environments")
    }
    guard parts.allSatisfy({ $0 != nil }) else { return nil }
    return Catalog.Workload(
      origin: platform.origin(parts.compactMap(\.self)), environment: environment)
  }

  private func part(
    _ node: ConfigNode?, _ name: String, in parent: ConfigNode, _ path: String,
    _ reader: inout ConfigReader
  ) -> String? {
    let path = "\(path).\(name)"
    guard let node else {
      if name == "cluster" { return "*" }
      reader.report(parent, path, "is missing")
      return nil
    }
    guard let text = reader.text(node, path, 1...255) else { return nil }
    if let reason = WorkloadReader.objection(to: text, as: name) {
      reader.report(node, path, reason)
      return nil
    }
    return text
  }

  private static func objection(to text: String, as name: String) -> String? {
    guard text.unicodeScalars.allSatisfy(\.isPrintable) else {
      return "must be printable, without white space"
    }
    if text.contains("*"), name != "cluster" || text != "*" {
      return "is no pattern; * stands for any cluster, and for nothing else"
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    switch name {
    case "application": return nil
    case "workload":
      let isRight = parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      return isRight ? nil : "must be KIND/NAME, such as Deployment/api"
    default: return parts.count == 1 ? nil : "must be a name, without a slash"
    }
  }

  /// What is wrong when the same workload was there before; `nil` when it was not.
  private mutating func repetition(
    _ workload: Catalog.Workload, _ service: String
  ) -> String? {
    let key = workload.origin.inAnyCluster
    let before = seen[key, default: []]
    seen[key, default: []].append(Seen(workload: workload, service: service))
    if let other = before.first(where: { $0.service != service && $0.workload.overlaps(workload) })
    {
      return "is a workload of \(other.service) already"
    }
    let isRepeated = before.contains {
      $0.service == service && $0.workload.matches(workload.origin)
    }
    return isRepeated ? "is there already, in this cluster or in any" : nil
  }
}

extension Catalog.Workload {
  fileprivate func overlaps(_ other: Catalog.Workload) -> Bool {
    matches(other.origin) || other.matches(origin)
  }
}

extension Origin {
  fileprivate var inAnyCluster: Origin {
    switch self {
    case .ecs(_, let service): .ecs(cluster: "*", service: service)
    case .kubernetes(_, let namespace, let workload):
      .kubernetes(cluster: "*", namespace: namespace, workload: workload)
    default: self
    }
  }
}
