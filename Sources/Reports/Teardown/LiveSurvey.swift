import Ledger

/// Which calls are to be made, one after the other, and what they found. What a call says may lead
/// to more of them. It asks nothing itself.
public struct LiveSurvey: Sendable {
  /// What is known before anybody is asked.
  public struct Scope: Sendable {
    public var families: Set<String>
    public var types: Set<String>
    public var vpcs: Set<String>
    public var securityGroups: Set<String>
    /// Of the policy: their versions are counted.
    public var buckets: Set<String>
    public var kubernetesKinds: Set<String>
    /// The region that is asked, where that is known.
    public var region: String?
    /// A tag that everything of the project has: `Project=ledger`.
    public var projectTag: String?

    /// Where nothing is known everything is looked for.
    var asksAWS: Bool { kubernetesKinds.isEmpty || types.contains { $0.hasPrefix("aws_") } }
  }

  public private(set) var waiting: [LiveCall]
  public private(set) var log: [(call: LiveCall, outcome: Outcome)] = []
  public private(set) var items: [LiveItem] = []
  /// The account that answered.
  public private(set) var account: String?
  let region: String?
  /// Of task definitions that are asked for.
  let families: Set<String>
  /// What was asked for in full.
  private(set) var answered: Set<String> = []
  /// The call that was not answered, by type.
  private(set) var unanswered: [String: LiveCall] = [:]
  /// ARNs that the tagging API remembers.
  private(set) var tagged: [(arn: String, tags: [String])] = []
  private var defaultVPCs: Set<String> = []

  public enum Outcome: Sendable, Hashable {
    case found(Int)
    case denied(String)
    case failed(String)
  }

  public init(_ scope: Scope) {
    (region, families) = (scope.region, scope.families)
    let kinds = scope.kubernetesKinds.sorted()
    waiting = scope.asksAWS ? LiveSurvey.aws(scope) : []
    if !kinds.isEmpty {
      let types = Set(kinds.map { "kubernetes_\($0)" })
      waiting.append(
        LiveCall(
          .kubectl, ["get", kinds.joined(separator: ","), "--all-namespaces"], types, .kubernetes))
    }
  }

  public mutating func next() -> LiveCall? { waiting.isEmpty ? nil : waiting.removeFirst() }

  public mutating func take(_ result: LiveResult, of call: LiveCall) {
    switch result {
    case .denied(let reason): refuse(call, .denied(reason))
    case .failed(let reason): refuse(call, .failed(reason))
    case .answer(let pages):
      let found = read(pages, call)
      log.append((call, .found(found)))
      answered.formUnion(call.types)
    }
  }

  private mutating func refuse(_ call: LiveCall, _ outcome: Outcome) {
    log.append((call, outcome))
    for type in call.types where unanswered[type] == nil { unanswered[type] = call }
  }

  /// Why nobody knows about this type; `nil` when all calls for it were answered.
  func gap(_ type: String) -> LiveCall? { unanswered[type] }
}

// MARK: what is read

extension LiveSurvey {
  private mutating func read(_ pages: [JSON], _ call: LiveCall) -> Int {
    switch call.reading {
    case .identity: account = pages.first?["Account"]?.string
    case .clusters: return clusters(pages.list("clusterArns").compactMap(\.string))
    case .clusterDetails: return details(pages)
    case .services(let cluster): return add(pages, "serviceArns", "aws_ecs_service", cluster)
    case .tasks(let cluster): return add(pages, "taskArns", "aws_ecs_task", cluster)
    case .revisions(let family, let status): return revisions(pages, family, status)
    case .repositories: return repositories(pages)
    case .images(let repository): return images(pages, repository)
    case .versions(let bucket): return versions(pages, bucket)
    case .targets(let rule): return targets(pages, rule)
    case .listing(let list): return listed(list, pages)
    case .kubernetes: return objects(pages)
    }
    return 1
  }

  private mutating func clusters(_ arns: [String]) -> Int {
    // The command takes a hundred.
    for start in stride(from: 0, to: arns.count, by: 100) {
      let some = Array(arns[start..<min(start + 100, arns.count)])
      let arguments = ["ecs", "describe-clusters", "--include", "TAGS", "--clusters"] + some
      waiting.insert(LiveCall(.aws, arguments, LiveSurvey.ofClusters, .clusterDetails), at: 0)
    }
    return arns.count
  }

  private mutating func details(_ pages: [JSON]) -> Int {
    let clusters = pages.list("clusters")
    for cluster in clusters {
      guard let arn = cluster["clusterArn"]?.string else { continue }
      var item = LiveItem(
        "aws_ecs_cluster", [arn, cluster["clusterName"]?.string],
        name: cluster["clusterName"]?.string)
      item.tags = cluster.tags
      if let status = cluster["status"]?.string, status != "ACTIVE" { item.ended = status }
      items.append(item)
      guard item.isAlive else { continue }
      waiting.insert(
        contentsOf: [
          LiveCall(
            .aws, ["ecs", "list-services", "--cluster", arn], ["aws_ecs_service"],
            .services(cluster: arn)),
          LiveCall(
            .aws, ["ecs", "list-tasks", "--cluster", arn], ["aws_ecs_task"], .tasks(cluster: arn)),
        ], at: 0)
    }
    return clusters.count
  }

  private mutating func add(
    _ pages: [JSON], _ list: String, _ type: String, _ cluster: String
  ) -> Int {
    let arns = pages.list(list).compactMap(\.string)
    for arn in arns {
      var item = LiveItem(type, [arn], name: arn.lastStep)
      item.details = [cluster]
      items.append(item)
    }
    return arns.count
  }

  /// The command takes the beginning of a family's name: others may begin so, too.
  private mutating func revisions(_ pages: [JSON], _ family: String, _ status: String) -> Int {
    let arns = pages.list("taskDefinitionArns").compactMap(\.string).filter {
      $0.lastStep.prefix { $0 != ":" } == family
    }
    for arn in arns {
      var item = LiveItem(LiveSurvey.revision, [arn.lastStep, arn], name: arn.lastStep)
      if status != "ACTIVE" { item.ended = status }
      items.append(item)
    }
    return arns.count
  }

  private mutating func repositories(_ pages: [JSON]) -> Int {
    let found = pages.list("repositories")
    for repository in found {
      guard let name = repository["repositoryName"]?.string else { continue }
      var item = LiveItem(
        "aws_ecr_repository", [name, repository["repositoryArn"]?.string], name: name)
      item.createdAt = repository["createdAt"].flatMap(Instant.init(aws:))
      items.append(item)
      waiting.insert(
        LiveCall(
          .aws, ["ecr", "describe-images", "--repository-name", name], ["aws_ecr_image"],
          .images(repository: name)), at: 0)
    }
    return found.count
  }

  private mutating func images(_ pages: [JSON], _ repository: String) -> Int {
    let details = pages.list("imageDetails")
    for image in details {
      guard let digest = image["imageDigest"]?.string else { continue }
      var item = LiveItem("aws_ecr_image", ["\(repository)@\(digest)"])
      item.name = (image["imageTags"]?.array ?? []).compactMap(\.string).first.map {
        "\(repository):\($0)"
      }
      item.createdAt = image["imagePushedAt"].flatMap(Instant.init(aws:))
      items.append(item)
    }
    return details.count
  }

  private mutating func versions(_ pages: [JSON], _ bucket: String) -> Int {
    let (versions, markers) = (pages.list("Versions").count, pages.list("DeleteMarkers").count)
    var item = LiveItem("aws_s3_bucket", [bucket], name: bucket)
    item.note = "\(versions) versions and \(markers) delete markers; old states hold secrets"
    items.append(item)
    return versions + markers
  }

  private mutating func targets(_ pages: [JSON], _ rule: String) -> Int {
    let ids = pages.list("Targets").compactMap { $0["Id"]?.string }
    guard
      let place = items.firstIndex(where: {
        $0.type == "aws_cloudwatch_event_rule" && $0.ids.contains(rule)
      })
    else { return ids.count }
    items[place].details = ids
    if !ids.isEmpty {
      let targets = ids.count == 1 ? "its target keeps" : "its \(ids.count) targets keep"
      items[place].note = targets + " it from being removed"
    }
    return ids.count
  }

  private mutating func listed(_ list: AWSListing, _ pages: [JSON]) -> Int {
    if list.type == "aws_vpc" {
      let defaults = pages.list("Vpcs").filter { $0["IsDefault"] == true }
      defaultVPCs.formUnion(defaults.compactMap { $0["VpcId"]?.string })
    }
    let found = list.items(pages, defaults: defaultVPCs)
    if list.type == "tagged" {
      tagged += found.map { ($0.ids[0], $0.tags) }
      return found.count
    }
    items += found
    let others = found.filter { !$0.isOfAWS }
    if list.type == "aws_cloudwatch_event_rule" {
      let calls = others.compactMap(\.name).map { rule in
        LiveCall(
          .aws, ["events", "list-targets-by-rule", "--rule", rule], [], .targets(rule: rule))
      }
      waiting.insert(contentsOf: calls, at: 0)
    }
    return others.count
  }

  private mutating func objects(_ pages: [JSON]) -> Int {
    let objects = pages.list("items")
    for object in objects {
      guard let kind = object["kind"]?.string, let name = object.at("metadata", "name")?.string
      else { continue }
      let path = [object.at("metadata", "namespace")?.string, kind, name].compactMap(\.self)
      items.append(
        LiveItem(
          "kubernetes_\(kind.lowercased())", [path.joined(separator: "/")], name: name))
    }
    return objects.count
  }
}

extension [JSON] {
  fileprivate func list(_ name: String) -> [JSON] { flatMap { $0[name]?.array ?? [] } }
}
