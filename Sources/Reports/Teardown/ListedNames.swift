import Ledger

/// What a list command can list of its type. What it cannot is not gone because it is not listed.
struct ListedNames: Hashable, Sendable {
  /// How the ids begin that its answer has; the empty text begins every id.
  var ids = [""]
  /// How the resources begin that its ARNs name: none where its answer has no ARNs.
  var arns: [String] = []
  /// Whether it leaves out what is in something: `BUS/RULE`.
  var isFlat = false

  static let everyName = ListedNames(arns: [""])

  /// Whether it lists what is called so, while that is there.
  func covers(_ id: String) -> Bool {
    let (name, beginnings) = ARN.resource(id).map { ($0, arns) } ?? (id[...], ids)
    guard let beginning = beginnings.first(where: { name.hasPrefix($0) }) else { return false }
    return !isFlat || !name.dropFirst(beginning.count).contains("/")
  }
}

extension LiveSurvey {
  private static let listings = Dictionary(
    (AWSListing.all + AWSListing.whereRecorded).map { ($0.type, $0) }
  ) { first, _ in first }

  /// Why nothing is known of something of this type that no call found; `nil` when it is gone.
  ///
  /// - Parameter ids: what it is known by.
  func blindness(_ type: String, _ ids: [String]) -> String? {
    if let listing = LiveSurvey.listings[type] {
      return ids.contains(where: listing.listed.covers)
        ? nil : "aws \(listing.arguments.joined(separator: " ")) does not list what is called so"
    }
    return ids.contains { lists(type, $0) } ? nil : "no call lists what is called so"
  }

  /// Of types that take more than one command.
  private func lists(_ type: String, _ id: String) -> Bool {
    switch type {
    case "aws_ecs_task_definition": families.contains(id.family) && id.lastStep.contains(":")
    case "aws_ecs_task": ListedNames(ids: [], arns: ["task/"]).covers(id)
    // With its registry it has another name than in the list.
    case "aws_ecr_repository": ARN.resource(id) != nil || AWSPlace(id) == nil
    case "aws_ecr_image": id.contains("@") && AWSPlace(id) == nil
    // Those that were asked for are of the environment's own networks.
    case "aws_network_interface": false
    default: !type.hasPrefix("kubernetes_") || id.contains("/")
    }
  }
}

extension String {
  /// Of a task definition: `arn:…:task-definition/api:3`, `api:3` and `api` are of `api`.
  var family: String { String(lastStep.prefix { $0 != ":" }) }
}
