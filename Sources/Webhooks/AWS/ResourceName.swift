import Ledger

/// An ARN: `arn:aws:ecs:us-east-1:123456789012:service/CLUSTER/SERVICE`.
struct ResourceName {
  /// What stands behind the fifth colon, split at its slashes: `service`, `CLUSTER`, `SERVICE`.
  let parts: [String]

  init?(_ json: JSON?) {
    let fields = json?.string?.split(
      separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard let fields, fields.count == 6, fields[0] == "arn" else { return nil }
    parts = fields[5].split(separator: "/").map(String.init)
  }

  var last: String? { parts.last }
}

/// The service that an event of ECS is about, from the ARN among its resources.
struct ECSServiceName {
  /// `nil` in ARNs of the old form, which do not name it, where the detail does not either.
  let cluster: String?
  let name: String

  init?(of event: JSON) {
    let arns = (event["resources"]?.array ?? []).compactMap { ResourceName($0) }
    guard let arn = arns.first(where: { $0.parts.first == "service" && $0.parts.count > 1 }),
      let name = arn.last
    else { return nil }
    self.name = name
    cluster =
      ResourceName(event.at("detail", "clusterArn"))?.last
      ?? (arn.parts.count == 3 ? arn.parts[1] : nil)
  }
}

/// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY`: the name of an image without tag and digest.
func ecrImageName(of event: JSON, repository: String) -> String? {
  guard let account = event["account"]?.string, let region = event["region"]?.string,
    !account.isEmpty, !region.isEmpty
  else { return nil }
  return "\(account).dkr.ecr.\(region).amazonaws.com/\(repository)"
}
