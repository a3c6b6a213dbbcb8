import Ledger

/// `terraform show -json`, of a state, of a plan or of a destroy plan
/// (developer.hashicorp.com/terraform/internals/json-format).
enum TerraformShow {
  /// Deeper than any module is nested: what goes beyond is no output of Terraform.
  private static let deepest = 32

  static func list(_ json: JSON) throws(ResourceListError) -> ResourceList {
    try checkVersion(json)
    let isPlan = ["resource_changes", "planned_values", "configuration", "applyable"]
      .contains { json[$0] != nil }
    let tool = json["terraform_version"]?.string.map { "terraform \($0)" }
    return isPlan ? try plan(json, tool) : try state(json, tool)
  }

  private static func checkVersion(_ json: JSON) throws(ResourceListError) {
    guard let version = json["format_version"]?.string else {
      if json["serial"] != nil, json["lineage"] != nil {
        throw ResourceListError(
          "is Terraform's own state file, whose form may change",
          hint: "Give the output of terraform show -json.")
      }
      throw ResourceListError(
        "is neither of Terraform nor of Kubernetes: it has no format_version and no kind",
        hint: ResourceListError.commands)
    }
    guard version.split(separator: ".").first == "1" else {
      throw ResourceListError(
        "has the format_version \(CleanText.excerpt(version)); 1.x can be read",
        hint: "Was it made by another version of Terraform?")
    }
  }

  // MARK: state

  private static func state(_ json: JSON, _ tool: String?) throws(ResourceListError) -> ResourceList
  {
    // An empty state has no values.
    let root = json.at("values", "root_module") ?? [:]
    if let values = json["values"], values.object == nil { throw wrong("values") }
    var filter = SecretFilter()
    filter.addOutputs(json.at("values", "outputs"))
    var found: [(JSON, JSON)] = []
    try modules(root, "values.root_module", 0) { resource in
      let values = resource["values"] ?? [:]
      filter.add(values, marks: resource["sensitive_values"])
      found.append((resource, values))
    }
    let resources = try resources(found) { _ in nil }
    return filter.applied(to: resources, form: .state, tool: tool, takenAt: nil)
  }

  private static func modules(
    _ module: JSON, _ path: String, _ depth: Int, _ visit: (JSON) -> Void
  ) throws(ResourceListError) {
    guard module.object != nil, depth <= deepest else { throw wrong(path) }
    for resource in try elements(module["resources"], "\(path).resources") { visit(resource) }
    let children = try elements(module["child_modules"], "\(path).child_modules")
    for child in children { try modules(child, "\(path).child_modules", depth + 1, visit) }
  }

  // MARK: plan

  private static func plan(_ json: JSON, _ tool: String?) throws(ResourceListError) -> ResourceList
  {
    guard json["errored"] != true else {
      throw ResourceListError(
        "is a plan that ended with an error", hint: "Plan again, and record what comes of it.")
    }
    var filter = SecretFilter()
    filter.addVariables(json)
    filter.addOutputs(json.at("prior_state", "values", "outputs"))
    var found: [(JSON, JSON)] = []
    for change in try elements(json["resource_changes"], "resource_changes") {
      let before = change.at("change", "before") ?? .null
      filter.add(before, marks: change.at("change", "before_sensitive"))
      filter.add(
        change.at("change", "after") ?? .null, marks: change.at("change", "after_sensitive"))
      // What is only going to be made is not there.
      if before.object != nil { found.append((change, before)) }
    }
    let resources = try resources(found) { action($0) }
    let isDestroy = !resources.isEmpty && resources.allSatisfy { $0.action == "delete" }
    return filter.applied(
      to: resources, form: isDestroy ? .destroyPlan : .plan, tool: tool,
      takenAt: json["timestamp"]?.string.flatMap { Instant($0) })
  }

  private static func action(_ change: JSON) -> String? {
    let actions = (change.at("change", "actions")?.array ?? []).compactMap(\.string)
    return actions.count > 1 ? "replace" : actions.first
  }

  // MARK: resources

  private static func resources(
    _ found: [(JSON, JSON)], _ action: (JSON) -> String?
  ) throws(ResourceListError) -> [ListedResource] {
    var (resources, seen): ([ListedResource], Set<String>) = ([], [])
    for (resource, values) in found where resource["mode"]?.string != "data" {
      guard let address = resource["address"]?.string, let type = resource["type"]?.string,
        !address.isEmpty, !type.isEmpty
      else { throw ResourceListError("has a resource without address or type") }
      // Of an object that is replaced the one that goes has a key besides.
      let key = resource["deposed_key"]?.string ?? resource["deposed"]?.string
      let whole = key.map { "\(address) (deposed \($0))" } ?? address
      var listed = ListedResource(address: ListedResource.fit(whole), type: type)
      guard seen.insert(listed.address).inserted else {
        throw ResourceListError("has \(CleanText.excerpt(listed.address)) twice")
      }
      listed.describe(values)
      listed.action = action(resource)
      resources.append(listed)
    }
    return resources
  }

  private static func elements(
    _ json: JSON?, _ path: String
  ) throws(ResourceListError) -> [JSON] {
    guard let json, !json.isNull else { return [] }
    guard let elements = json.array else { throw wrong(path) }
    return elements
  }

  private static func wrong(_ path: String) -> ResourceListError {
    ResourceListError("is no output of terraform show -json: \(path) has another form")
  }
}

extension ListedResource {
  /// The id of these is, or may be, the secret itself.
  private static let secretive = ["random_", "tls_", "vault_", "htpasswd_"]

  private static let limit = 1_000
  private static let tagLimit = (count: 60, bytes: 600)

  /// A key of `for_each` may hold anything; an entry holds what can be shown.
  fileprivate static func fit(_ address: String) -> String {
    CleanText.problem(address, limit: limit) == nil
      ? address : CleanText.excerpt(address, limit: limit / 4)
  }

  private static func clean(_ text: String?) -> String? {
    text.flatMap { CleanText.problem($0, limit: limit) == nil ? $0 : nil }
  }

  fileprivate mutating func describe(_ values: JSON) {
    let tags = values["tags_all"]?.object ?? values["tags"]?.object ?? [:]
    name = ListedResource.clean(
      ["name", "family", "bucket"].lazy.compactMap { values[$0]?.string }.first
        ?? tags["Name"]?.string)
    let pairs = tags.compactMap { key, value in value.string.map { "\(key)=\($0)" } }.sorted()
    let limit = ListedResource.tagLimit
    self.tags = Array(
      pairs.filter { CleanText.problem($0, limit: limit.bytes) == nil }.prefix(limit.count))
    guard !ListedResource.secretive.contains(where: type.hasPrefix) else { return }
    id = ListedResource.clean(values["id"]?.string)
    arn = ListedResource.clean(values["arn"]?.string)
  }
}
