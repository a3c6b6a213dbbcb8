import Ledger

/// A command of `aws` that lists one type, what of it, and where its answer has what.
struct AWSListing: Hashable, Sendable {
  let arguments: [String]
  let type: String
  /// The member that is the list.
  let list: String
  /// Members that it is known by; the first is for people. Empty where the elements are texts.
  let ids: [String]
  var name: String?
  var created: String?
  /// Whether what it lists and nobody recorded is to be explained. Of the others only what was
  /// recorded is looked for.
  var discovers = true
  let listed: ListedNames

  init(
    _ command: String, _ type: String, _ list: String, _ ids: [String], name: String? = nil,
    created: String? = nil, discovers: Bool = true, covers listed: ListedNames = .everyName
  ) {
    arguments = command.split(separator: " ").map(String.init)
    self.type = type
    self.list = list
    self.ids = ids
    self.name = name
    self.created = created
    self.discovers = discovers
    self.listed = listed
  }

  /// Each is asked once.
  static let all: [AWSListing] = [
    AWSListing(
      "logs describe-log-groups --log-group-name-prefix /ecs/", "aws_cloudwatch_log_group",
      "logGroups", ["logGroupName", "logGroupArn"], name: "logGroupName", created: "creationTime",
      covers: ListedNames(ids: ["/ecs/"], arns: ["log-group:/ecs/"])),
    AWSListing(
      "elbv2 describe-load-balancers", "aws_lb", "LoadBalancers", ["LoadBalancerArn"],
      name: "LoadBalancerName", created: "CreatedTime",
      covers: ListedNames(ids: [], arns: ["loadbalancer/"])),
    AWSListing(
      "elbv2 describe-target-groups", "aws_lb_target_group", "TargetGroups", ["TargetGroupArn"],
      name: "TargetGroupName", covers: ListedNames(ids: [], arns: ["targetgroup/"])),
    AWSListing(
      "ec2 describe-vpcs", "aws_vpc", "Vpcs", ["VpcId"], covers: ListedNames(ids: ["vpc-"])),
    AWSListing(
      "ec2 describe-security-groups", "aws_security_group", "SecurityGroups", ["GroupId"],
      name: "GroupName", covers: ListedNames(ids: ["sg-"])),
    AWSListing(
      "ec2 describe-subnets", "aws_subnet", "Subnets", ["SubnetId", "SubnetArn"],
      covers: ListedNames(ids: ["subnet-"], arns: ["subnet/"])),
    AWSListing(
      "ec2 describe-internet-gateways", "aws_internet_gateway", "InternetGateways",
      ["InternetGatewayId"], covers: ListedNames(ids: ["igw-"])),
    AWSListing(
      "ec2 describe-nat-gateways", "aws_nat_gateway", "NatGateways", ["NatGatewayId"],
      created: "CreateTime", covers: ListedNames(ids: ["nat-"])),
    AWSListing(
      "ec2 describe-addresses", "aws_eip", "Addresses", ["AllocationId", "PublicIp"],
      covers: ListedNames(ids: ["eipalloc-"])),
    AWSListing(
      "ec2 describe-vpc-endpoints", "aws_vpc_endpoint", "VpcEndpoints", ["VpcEndpointId"],
      created: "CreationTimestamp", covers: ListedNames(ids: ["vpce-"])),
    AWSListing(
      "ec2 describe-volumes", "aws_ebs_volume", "Volumes", ["VolumeId"], created: "CreateTime",
      covers: ListedNames(ids: ["vol-"])),
    // It looks at the default bus alone.
    AWSListing(
      "events list-rules", "aws_cloudwatch_event_rule", "Rules", ["Name", "Arn"], name: "Name",
      covers: ListedNames(arns: ["rule/"], isFlat: true)),
    AWSListing(
      "events list-api-destinations", "aws_cloudwatch_event_api_destination", "ApiDestinations",
      ["Name", "ApiDestinationArn"], name: "Name", created: "CreationTime"),
    AWSListing(
      "events list-connections", "aws_cloudwatch_event_connection", "Connections",
      ["Name", "ConnectionArn"], name: "Name", created: "CreationTime"),
    AWSListing(
      "secretsmanager list-secrets --include-planned-deletion", "aws_secretsmanager_secret",
      "SecretList", ["ARN"], name: "Name", created: "CreatedDate",
      covers: ListedNames(ids: [], arns: ["secret:"])),
    AWSListing(
      "sqs list-queues", "aws_sqs_queue", "QueueUrls", [], covers: ListedNames(ids: ["http"])),
    AWSListing(
      "iam list-roles", "aws_iam_role", "Roles", ["RoleName", "Arn"], name: "RoleName",
      created: "CreateDate"),
  ]

  /// These are looked at where something of the type was recorded.
  static let whereRecorded: [AWSListing] = [
    AWSListing(
      "ec2 describe-route-tables", "aws_route_table", "RouteTables", ["RouteTableId"],
      discovers: false, covers: ListedNames(ids: ["rtb-"])),
    AWSListing(
      "ec2 describe-security-group-rules", "aws_vpc_security_group_ingress_rule",
      "SecurityGroupRules", ["SecurityGroupRuleId"], discovers: false,
      covers: ListedNames(ids: ["sgr-"])),
    AWSListing(
      "ec2 describe-security-group-rules", "aws_vpc_security_group_egress_rule",
      "SecurityGroupRules", ["SecurityGroupRuleId"], discovers: false,
      covers: ListedNames(ids: ["sgr-"])),
    AWSListing(
      "efs describe-file-systems", "aws_efs_file_system", "FileSystems",
      ["FileSystemId", "FileSystemArn"], name: "Name", discovers: false,
      covers: ListedNames(ids: ["fs-"], arns: ["file-system/"])),
    AWSListing(
      "efs describe-access-points", "aws_efs_access_point", "AccessPoints",
      ["AccessPointId", "AccessPointArn"], discovers: false,
      covers: ListedNames(ids: ["fsap-"], arns: ["access-point/"])),
    AWSListing(
      "s3api list-buckets", "aws_s3_bucket", "Buckets", ["Name"], name: "Name",
      created: "CreationDate", discovers: false, covers: ListedNames()),
    AWSListing(
      "dynamodb list-tables", "aws_dynamodb_table", "TableNames", [], discovers: false,
      covers: ListedNames()),
    AWSListing(
      "cloudwatch describe-alarms", "aws_cloudwatch_metric_alarm", "MetricAlarms",
      ["AlarmName", "AlarmArn"], name: "AlarmName", discovers: false),
    AWSListing(
      "iam list-open-id-connect-providers", "aws_iam_openid_connect_provider",
      "OpenIDConnectProviderList", ["Arn"], discovers: false,
      covers: ListedNames(ids: [], arns: ["oidc-provider/"])),
    AWSListing(
      "iam list-policies --scope Local", "aws_iam_policy", "Policies", ["Arn", "PolicyName"],
      name: "PolicyName", discovers: false),
  ]

  /// - Parameter defaults: VPCs that AWS made.
  func items(_ pages: [JSON], defaults: Set<String>) -> [LiveItem] {
    pages.flatMap { $0[list]?.array ?? [] }.compactMap { element in
      if let text = element.string { return LiveItem(type, [text], name: text.lastStep) }
      var item = LiveItem(type, ids.map { element[$0]?.string })
      item.isOfAWS = AWSOwn.made(element, type, defaults)
      item.name = name.flatMap { element[$0]?.string } ?? element.tags.value("Name")
      item.tags = element.tags
      item.ended = AWSOwn.ended(element, type)
      item.createdAt = created.flatMap { element[$0] }.flatMap(Instant.init(aws:))
      return item.ids.isEmpty ? nil : item
    }
  }
}

/// What AWS makes by itself and nobody has to remove.
private enum AWSOwn {
  static func made(_ element: JSON, _ type: String, _ defaults: Set<String>) -> Bool {
    switch type {
    case "aws_vpc": element["IsDefault"] == true
    case "aws_subnet": element["DefaultForAz"] == true
    case "aws_security_group": element["GroupName"]?.string == "default"
    case "aws_internet_gateway":
      (element["Attachments"]?.array ?? []).contains { attachment in
        attachment["VpcId"]?.string.map(defaults.contains) == true
      }
    case "aws_iam_role":
      ["/aws-service-role/", "/aws-reserved/"].contains { path in
        element["Path"]?.string?.hasPrefix(path) == true
      }
    case "aws_cloudwatch_event_rule": element["ManagedBy"]?.string != nil
    default: false
    }
  }

  private static let words: Set = ["deleted", "deleting", "failed"]

  static func ended(_ element: JSON, _ type: String) -> String? {
    if type == "aws_secretsmanager_secret" { return scheduled(element) }
    guard ["aws_nat_gateway", "aws_vpc_endpoint"].contains(type),
      let state = element["State"]?.string, words.contains(state.lowercased())
    else { return nil }
    return state
  }

  /// A secret goes after its recovery window. Nothing more has to be done.
  private static func scheduled(_ secret: JSON) -> String? {
    secret["DeletedDate"].flatMap { $0.isNull ? nil : "scheduled for deletion" }
  }
}

extension JSON {
  /// `Key=value`, in either spelling of AWS.
  var tags: [String] {
    let list = self["Tags"]?.array ?? self["tags"]?.array ?? self["TagSet"]?.array ?? []
    return list.compactMap { tag in
      guard let key = tag["Key"]?.string ?? tag["key"]?.string else { return nil }
      return "\(key)=\(tag["Value"]?.string ?? tag["value"]?.string ?? "")"
    }
  }
}

extension [String] {
  func value(_ key: String) -> String? {
    first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
  }
}

extension String {
  /// Behind the last slash.
  var lastStep: String { split(separator: "/").last.map(String.init) ?? self }
}

extension Instant {
  /// RFC 3339, or milliseconds since 1970 as CloudWatch Logs has it. A year of five digits could not
  /// be read back.
  init?(aws json: JSON) {
    if let text = json.string, let instant = Instant(text) {
      self = instant
    } else if let milliseconds = json.int, milliseconds > 0,
      Instant(json: .int(milliseconds / 1_000)) != nil
    {
      self.init(microseconds: milliseconds * 1_000)
    } else {
      return nil
    }
  }
}
