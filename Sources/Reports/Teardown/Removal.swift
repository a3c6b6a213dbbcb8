import Ledger

/// How something is removed, and when: what others hang on goes after them.
struct Removal {
  private let row: TeardownRow
  private let item: LiveItem?

  init(_ row: TeardownRow, _ item: LiveItem?) { (self.row, self.item) = (row, item) }

  /// Smaller ones first. What is not listed goes before what holds it.
  static func place(of type: String) -> Int {
    places[type] ?? places["aws_iam_role"] ?? 0
  }

  private static let places = Dictionary(
    uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })

  private static let order = [
    "kubernetes_ingress", "kubernetes_deployment", "kubernetes_statefulset",
    "kubernetes_daemonset", "kubernetes_service", "kubernetes_persistentvolumeclaim",
    "kubernetes_namespace",
    "aws_ecs_service", "aws_ecs_task", "aws_cloudwatch_event_target", "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_api_destination", "aws_cloudwatch_event_connection", "aws_lb_listener",
    "aws_lb", "aws_lb_target_group", "aws_ecs_task_definition", "aws_ecs_cluster", "aws_ecr_image",
    "aws_ecr_lifecycle_policy", "aws_ecr_repository", "aws_cloudwatch_log_group",
    "aws_cloudwatch_metric_alarm", "aws_sqs_queue", "aws_secretsmanager_secret",
    "aws_efs_access_point", "aws_efs_file_system", "aws_dynamodb_table", "aws_vpc_endpoint",
    "aws_nat_gateway", "aws_eip", "aws_network_interface", "aws_ebs_volume",
    "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule",
    "aws_security_group", "aws_route_table_association", "aws_subnet", "aws_route_table",
    "aws_internet_gateway", "aws_vpc", "aws_iam_role_policy", "aws_iam_policy", "aws_iam_role",
    "aws_iam_openid_connect_provider", "aws_s3_bucket",
  ]

  var commands: [String] {
    guard let id = row.id ?? row.arn ?? row.name else { return [] }
    if row.type.hasPrefix("kubernetes_") { return kubernetes(id) }
    return aws(id).map { "aws " + $0 }
  }

  private func kubernetes(_ id: String) -> [String] {
    let parts = id.split(separator: "/").map(String.init)
    // An option in the place of a name, such as --all, would remove more than this.
    guard parts.count >= 2, !parts.contains(where: { $0.utf8.first == UInt8(ascii: "-") }) else {
      return []
    }
    let target = parts.suffix(2).map(Shell.quoted).joined(separator: " ")
    let space = parts.count > 2 ? "--namespace \(Shell.quoted(parts[0])) " : ""
    return ["kubectl \(space)delete \(target)"]
  }

  private func aws(_ id: String) -> [String] {
    let word = Shell.quoted(id)
    switch row.type {
    case "aws_ecs_task_definition": return revision
    case "aws_ecs_service", "aws_ecs_task", "aws_ecs_cluster": return containers(id)
    case "aws_ecr_image": return image(id)
    case "aws_cloudwatch_event_rule": return rule
    case "aws_s3_bucket":
      return ["s3 rm s3://\(word) --recursive", "s3api delete-bucket --bucket \(word)"]
    case "aws_iam_role": return role(word)
    case "aws_internet_gateway":
      return ["ec2 delete-internet-gateway --internet-gateway-id \(word)"]
    default:
      return Removal.verbs[row.type].map { ["\($0.verb) \(named($0.byName, id))"] } ?? []
    }
  }

  private func named(_ byName: Bool, _ id: String) -> String {
    Shell.quoted(byName ? row.name ?? id.lastStep : id)
  }

  /// What one command with one id removes.
  private static let verbs: [String: (verb: String, byName: Bool)] = [
    "aws_lb": ("elbv2 delete-load-balancer --load-balancer-arn", false),
    "aws_lb_listener": ("elbv2 delete-listener --listener-arn", false),
    "aws_lb_target_group": ("elbv2 delete-target-group --target-group-arn", false),
    "aws_ecr_repository": ("ecr delete-repository --force --repository-name", true),
    "aws_cloudwatch_log_group": ("logs delete-log-group --log-group-name", false),
    "aws_cloudwatch_metric_alarm": ("cloudwatch delete-alarms --alarm-names", true),
    "aws_cloudwatch_event_api_destination": ("events delete-api-destination --name", true),
    "aws_cloudwatch_event_connection": ("events delete-connection --name", true),
    "aws_sqs_queue": ("sqs delete-queue --queue-url", false),
    "aws_secretsmanager_secret": (
      "secretsmanager delete-secret --force-delete-without-recovery --secret-id", false
    ),
    "aws_efs_file_system": ("efs delete-file-system --file-system-id", false),
    "aws_efs_access_point": ("efs delete-access-point --access-point-id", false),
    "aws_dynamodb_table": ("dynamodb delete-table --table-name", false),
    "aws_vpc_endpoint": ("ec2 delete-vpc-endpoints --vpc-endpoint-ids", false),
    "aws_nat_gateway": ("ec2 delete-nat-gateway --nat-gateway-id", false),
    "aws_eip": ("ec2 release-address --allocation-id", false),
    "aws_network_interface": ("ec2 delete-network-interface --network-interface-id", false),
    "aws_ebs_volume": ("ec2 delete-volume --volume-id", false),
    "aws_security_group": ("ec2 delete-security-group --group-id", false),
    "aws_subnet": ("ec2 delete-subnet --subnet-id", false),
    "aws_route_table": ("ec2 delete-route-table --route-table-id", false),
    "aws_route_table_association": ("ec2 disassociate-route-table --association-id", false),
    "aws_vpc": ("ec2 delete-vpc --vpc-id", false),
    "aws_iam_policy": ("iam delete-policy --policy-arn", false),
    "aws_iam_openid_connect_provider": (
      "iam delete-open-id-connect-provider --open-id-connect-provider-arn", false
    ),
  ]

  /// An active revision has to be deregistered before it can be deleted.
  private var revision: [String] {
    guard let revision = row.id, revision.contains(":") else { return [] }
    let word = Shell.quoted(revision)
    return [
      "ecs deregister-task-definition --task-definition \(word)",
      "ecs delete-task-definitions --task-definitions \(word)",
    ]
  }

  private func containers(_ id: String) -> [String] {
    let cluster = Shell.quoted(item?.details.first ?? cluster(of: row.arn ?? id))
    // The commands take an ARN or a name: none of them takes `CLUSTER/NAME`.
    let name = Shell.quoted(id.hasPrefix("arn:") ? id : id.lastStep)
    switch row.type {
    case "aws_ecs_service":
      return ["ecs delete-service --force --cluster \(cluster) --service \(name)"]
    case "aws_ecs_task": return ["ecs stop-task --cluster \(cluster) --task \(name)"]
    default: return ["ecs delete-cluster --cluster \(name)"]
    }
  }

  /// `prod-1/api`, `arn:…:service/prod-1/api`: it stands before the last step.
  private func cluster(of id: String) -> String {
    let steps = id.split(separator: "/")
    // The first step of an ARN says what it is of.
    let isNamed = steps.count > (id.hasPrefix("arn:") ? 2 : 1)
    return isNamed ? String(steps[steps.count - 2]) : "default"
  }

  private func image(_ id: String) -> [String] {
    let parts = id.split(separator: "@").map(String.init)
    guard parts.count == 2 else { return [] }
    let repository = parts[0].contains(".dkr.ecr.") ? parts[0].afterRegistry : parts[0]
    return [
      "ecr batch-delete-image --repository-name \(Shell.quoted(repository)) "
        + "--image-ids \(Shell.quoted("imageDigest=\(parts[1])"))"
    ]
  }

  /// Targets go first: a rule that has some is not removed. One of another bus than the default is
  /// called `BUS/RULE`.
  private var rule: [String] {
    let resource = row.arn.flatMap { ARN.resource($0)?.dropFirst("rule/".count) }
    let steps = (resource ?? (row.id ?? "")[...]).split(separator: "/")
    let name = Shell.quoted(row.name ?? steps.last.map(String.init) ?? "")
    let bus = Shell.quoted(steps.dropLast().joined(separator: "/"))
    let place = steps.count > 1 ? " --event-bus-name \(bus)" : ""
    let targets = (item?.details ?? []).map(Shell.quoted).joined(separator: " ")
    let first = "events remove-targets --rule \(name)\(place) --ids \(targets)"
    return (targets.isEmpty ? [] : [first]) + ["events delete-rule --name \(name)\(place)"]
  }

  private func role(_ id: String) -> [String] {
    [
      "iam list-role-policies --role-name \(id)   # each: aws iam delete-role-policy",
      "iam list-attached-role-policies --role-name \(id)   # each: aws iam detach-role-policy",
      "iam delete-role --role-name \(id)",
    ]
  }
}

extension String {
  /// `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/api` → `team/api`
  var afterRegistry: String {
    split(separator: "/").dropFirst().joined(separator: "/")
  }
}
