/// What is asked first. Answers lead to more.
extension LiveSurvey {
  private static let statuses = ["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"]
  static let revision = "aws_ecs_task_definition"
  static let ofClusters: Set<String> = [
    "aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task",
  ]

  static func aws(_ scope: Scope) -> [LiveCall] {
    var calls = [
      LiveCall(.aws, ["sts", "get-caller-identity"], [], .identity),
      LiveCall(.aws, ["ecs", "list-clusters"], ofClusters, .clusters),
    ]
    for family in scope.families.sorted() {
      calls += statuses.map { status in
        LiveCall(
          .aws,
          ["ecs", "list-task-definitions", "--family-prefix", family, "--status", status],
          [revision], .revisions(family: family, status: status))
      }
    }
    calls.append(
      LiveCall(
        .aws, ["ecr", "describe-repositories"], ["aws_ecr_repository", "aws_ecr_image"],
        .repositories))
    calls += AWSListing.all.map(listing)
    calls += AWSListing.whereRecorded.filter { scope.types.contains($0.type) }.map(listing)
    calls += interfaces(scope)
    calls += scope.buckets.sorted().map { bucket in
      LiveCall(
        .aws, ["s3api", "list-object-versions", "--bucket", bucket], ["aws_s3_bucket \(bucket)"],
        .versions(bucket: bucket))
    }
    return calls + (scope.projectTag.map { [tagging($0)] } ?? [])
  }

  private static func listing(_ listing: AWSListing) -> LiveCall {
    LiveCall(.aws, listing.arguments, [listing.type], .listing(listing))
  }

  /// Those of the environment: the account may have thousands.
  private static func interfaces(_ scope: Scope) -> [LiveCall] {
    let (filter, values) =
      scope.vpcs.isEmpty ? ("group-id", scope.securityGroups) : ("vpc-id", scope.vpcs)
    guard !values.isEmpty else { return [] }
    let list = AWSListing(
      "ec2 describe-network-interfaces", "aws_network_interface", "NetworkInterfaces",
      ["NetworkInterfaceId"], name: "Description")
    let filters = "Name=\(filter),Values=\(values.sorted().joined(separator: ","))"
    return [
      LiveCall(
        .aws, list.arguments + ["--filters", filters], [list.type], .listing(list))
    ]
  }

  private static func tagging(_ tag: String) -> LiveCall {
    let parts = tag.split(separator: "=", maxSplits: 1).map(String.init)
    let filter = "Key=\(parts.first ?? ""),Values=\(parts.last ?? "")"
    let list = AWSListing(
      "resourcegroupstaggingapi get-resources", "tagged", "ResourceTagMappingList",
      ["ResourceARN"])
    return LiveCall(
      .aws, list.arguments + ["--tag-filters", filter], [list.type], .listing(list))
  }
}
