import Ledger
import Testing

@testable import Reports

/// What the platforms list, against what was recorded.
@Suite struct LiveTeardownTests {
  private typealias Scene = TeardownScene

  private static let cluster = Scene.arn("ecs", "cluster/api")

  /// A service of Terraform's, and two revisions that a pipeline registered.
  private static func scene() -> TeardownScene {
    var scene = Scene()
    scene.state(1)
    scene.resource(Scene.revision, "api", arn: Scene.arn("ecs", "task-definition/api:1"))
    scene.resource("aws_ecs_cluster", cluster, arn: cluster, name: "api")
    scene.resource("aws_vpc", "vpc-1")
    scene.resource("aws_iam_role_policy", "role:policy")
    scene.resource("aws_iam_role", "api-events", name: "api-events")
    scene.revision("api:2", 2)
    scene.revision("api:3", 3)
    return scene
  }

  private static func afterDestroy() -> FakePlatform {
    var aws = FakePlatform()
    aws.say(
      "aws ecs list-task-definitions --family-prefix api --status ACTIVE",
      [
        "taskDefinitionArns": [
          .string(Scene.arn("ecs", "task-definition/api:2")),
          .string(Scene.arn("ecs", "task-definition/api:3")),
          .string(Scene.arn("ecs", "task-definition/api-other:9")),
        ]
      ])
    aws.say(
      "aws ecs list-task-definitions --family-prefix api --status INACTIVE",
      ["taskDefinitionArns": [.string(Scene.arn("ecs", "task-definition/api:1"))]])
    aws.say("aws ecs list-clusters", ["clusterArns": [.string(cluster)]])
    aws.say(
      "aws ecs describe-clusters",
      [
        "clusters": [
          ["clusterArn": .string(cluster), "clusterName": "api", "status": "INACTIVE"]
        ]
      ])
    aws.say(
      "aws iam list-roles",
      [
        "Roles": [
          ["RoleName": "ecsTaskExecutionRole", "Path": "/", "Arn": "arn:aws:iam::1:role/x"]
        ]
      ])
    return aws
  }

  private static let role = KeptRule(
    type: "aws_iam_role", name: "ecsTaskExecutionRole", reason: "given")

  @Test func exactlyTheTwoRevisionsAreLeft() throws {
    let report = try Self.scene().live(Self.afterDestroy(), kept: [Self.role])
    #expect(report.rows(.left).map(\.id) == ["api:2", "api:3"])
    #expect(report.rows(.kept).map(\.id) == ["ecsTaskExecutionRole"])
    #expect(report.rows(.unexplained).isEmpty)
    #expect(report.rows(.unknown).isEmpty)
    #expect(report.outcome == .left)
    #expect(try report.row("api:1").gone?.evidence == "listed as INACTIVE")
    #expect(try report.row(Self.cluster).gone?.evidence == "listed as INACTIVE")
    #expect(try report.row("vpc-1").gone?.evidence == "it is listed no more")
    #expect(try report.row("role:policy").gone?.evidence == "every aws_iam_role is gone")
  }

  /// While a role is listed, nobody knows better of its policy than the newest state.
  @Test func whatNobodyListsIsLeftWithWhatHoldsIt() throws {
    var aws = FakePlatform()
    aws.say("aws iam list-roles", ["Roles": [["RoleName": "api-events", "Path": "/"]]])
    let report = try Self.scene().live(aws)
    let row = try report.row("role:policy")
    #expect(row.status == .left)
    #expect(
      row.reason
        == "no call lists it; the newest state, entry 1, has it; it goes with its aws_iam_role")
    #expect(report.outcome == .left)
  }

  @Test func whenNothingIsListedItIsClean() throws {
    #expect(try Self.scene().live().outcome == .clean)
  }

  @Test(
    arguments: [
      ("aws ecs list-task-definitions --family-prefix api --status ACTIVE", "api:2"),
      ("aws ecs list-clusters", cluster), ("aws ec2 describe-vpcs", "vpc-1"),
      ("aws iam list-roles", "role:policy"),
    ])
  func aDeniedCallMakesItUnknown(command: String, id: String) throws {
    var aws = FakePlatform()
    aws.deny(command)
    let report = try Self.scene().live(aws)
    #expect(report.outcome == .unknown)
    #expect(report.unanswered.map(\.call) == [command])
    #expect(try report.row(id).status == .unknown)
    #expect(try report.row(id).commands.isEmpty)
  }

  /// What may not be asked about nobody recorded may be there, too.
  @Test func aDeniedCallThatFindsNothingKnownMakesItUnknown() throws {
    var aws = FakePlatform()
    aws.deny("aws secretsmanager list-secrets")
    let report = try TeardownScene().live(aws)
    #expect(report.rows.isEmpty)
    #expect(report.outcome == .unknown)
  }

  @Test func whatNobodyRecordedIsUnexplained() throws {
    var aws = FakePlatform()
    aws.say(
      "aws logs", ["logGroups": [["logGroupName": "/ecs/api", "creationTime": 1_795_000_000_000]]])
    let report = try Self.scene().live(aws)
    let row = try report.row("/ecs/api")
    #expect(row.status == .unexplained)
    #expect(row.created?.at == torn)
    #expect(row.commands == ["aws logs delete-log-group --log-group-name /ecs/api"])
    #expect(report.outcome == .left)
  }

  @Test func whatIsOfAnotherEnvironmentIsCountedAlone() throws {
    var (scene, aws) = (Self.scene(), FakePlatform())
    scene.elsewhere = ["aws_cloudwatch_log_group /ecs/prod": "prod"]
    aws.say("aws logs", ["logGroups": [["logGroupName": "/ecs/prod"]]])
    aws.say(
      "aws ec2 describe-vpcs",
      ["Vpcs": [["VpcId": "vpc-9", "Tags": [["Key": "Environment", "Value": "stage"]]]]])
    let report = try scene.live(aws)
    #expect(report.others == 2)
    #expect(report.outcome == .clean)
  }

  @Test func whatCameBackIsLeft() throws {
    var (scene, aws) = (Scene(), FakePlatform())
    scene.state(1)
    scene.state(5)
    scene.resource("aws_cloudwatch_log_group", "/ecs/api", name: "/ecs/api")
    aws.say("aws logs", ["logGroups": [["logGroupName": "/ecs/api"]]])
    let row = try scene.live(aws).row("/ecs/api")
    #expect(row.status == .left)
    #expect(row.reason == "the state of main has it no more, and it is listed (entry 5)")
  }

  @Test func whatAWSMakesByItselfIsNothing() throws {
    var aws = FakePlatform()
    aws.say("aws ec2 describe-vpcs", ["Vpcs": [["VpcId": "vpc-0", "IsDefault": true]]])
    aws.say("aws ec2 describe-subnets", ["Subnets": [["SubnetId": "s-0", "DefaultForAz": true]]])
    aws.say(
      "aws ec2 describe-security-groups",
      ["SecurityGroups": [["GroupId": "sg-0", "GroupName": "default"]]])
    aws.say(
      "aws ec2 describe-internet-gateways",
      ["InternetGateways": [["InternetGatewayId": "igw-0", "Attachments": [["VpcId": "vpc-0"]]]]])
    aws.say(
      "aws iam list-roles",
      ["Roles": [["RoleName": "x", "Path": "/aws-service-role/ecs.amazonaws.com/"]]])
    #expect(try Self.scene().live(aws).outcome == .clean)
  }

  @Test func clustersLeadToServicesAndTasks() throws {
    var aws = FakePlatform()
    aws.say("aws ecs list-clusters", ["clusterArns": [.string(Self.cluster)]])
    aws.say(
      "aws ecs describe-clusters",
      [
        "clusters": [
          ["clusterArn": .string(Self.cluster), "clusterName": "api", "status": "ACTIVE"]
        ]
      ])
    let service = Scene.arn("ecs", "service/api/web")
    aws.say("aws ecs list-services --cluster", ["serviceArns": [.string(service)]])
    let report = try Self.scene().live(aws)
    #expect(
      try report.row(service).commands == [
        "aws ecs delete-service --force --cluster \(Self.cluster) --service \(service)"
      ])
    #expect(try report.row(Self.cluster).status == .left)
    var scene = Self.scene()
    scene.single("aws_ecs_service", "api/web", made: 2, gone: nil)
    #expect(
      try scene.live(aws).row("api/web").commands == [
        "aws ecs delete-service --force --cluster \(Self.cluster) --service web"
      ])
  }

  @Test func aRuleSaysWhatBlocksIt() throws {
    var aws = FakePlatform()
    aws.say("aws events list-rules", ["Rules": [["Name": "deploys", "Arn": "arn:x"]]])
    aws.say(
      "aws events list-targets-by-rule --rule deploys", ["Targets": [["Id": "q1"], ["Id": "q2"]]])
    let report = try Self.scene().live(aws)
    let row = try report.row("deploys")
    #expect(row.reason?.contains("2 targets keep it from being removed") == true)
    #expect(
      row.commands == [
        "aws events remove-targets --rule deploys --ids q1 q2",
        "aws events delete-rule --name deploys",
      ])
  }

  /// In another account there is nothing, and that says nothing.
  @Test func anotherAccountIsNoEvidence() throws {
    var aws = FakePlatform()
    aws.say("aws sts get-caller-identity", ["Account": "999999999999"])
    let report = try Self.scene().live(aws)
    #expect(report.outcome == .unknown)
    #expect(try report.row("vpc-1").reason == "another account was asked")
    #expect(
      report.notes == [
        "the account 999999999999 was asked, and what was recorded is in 123456789012"
      ])
  }

  @Test func versionsOfStatesAreCounted() throws {
    var aws = FakePlatform()
    aws.say(
      "aws s3api list-object-versions --bucket tfstate",
      ["Versions": [["Key": "a"], ["Key": "a"]], "DeleteMarkers": [["Key": "b"]]])
    let rule = KeptRule(type: "aws_s3_bucket", name: "tfstate", reason: "holds states")
    let report = try Scene().live(aws, kept: [rule])
    let row = try report.row("tfstate")
    #expect(row.status == .kept)
    #expect(row.reason == "holds states; 2 versions and 1 delete markers; old states hold secrets")
    #expect(report.outcome == .clean)
  }

  @Test func whatNoCallListsIsUnknownUntilAStateSaysMore() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_budgets_budget", "b-1")
    #expect(try scene.live().row("b-1").status == .unknown)
    scene.state(5)
    #expect(try scene.live().row("b-1").status == .gone)
  }

  /// One command has a prefix, the other looks at one bus: what is elsewhere they do not list.
  @Test(
    arguments: [
      ("aws_cloudwatch_log_group", "/aws/lambda/fn"),
      ("aws_cloudwatch_event_rule", "mybus/nightly"),
    ])
  func whatNoListCanHoldIsUnknownUntilAStateSaysMore(type: String, id: String) throws {
    var scene = Scene()
    scene.state(1)
    scene.resource(type, id, name: id.lastStep)
    let report = try scene.live()
    let row = try report.row(id)
    #expect(row.status == .unknown)
    #expect(
      row.reason?.hasSuffix("does not list what is called so; the newest state, entry 1, has it")
        == true)
    #expect(report.outcome == .unknown)
    scene.state(5)
    #expect(try scene.live().row(id).status == .gone)
  }

  @Test func kubernetesIsAskedForItsKinds() throws {
    var (scene, platform) = (Scene(), FakePlatform())
    scene.resource("kubernetes_deployment", "api/Deployment/web", address: "api/Deployment/web")
    scene.resource("kubernetes_service", "api/Service/web", address: "api/Service/web")
    platform.say(
      "kubectl get deployment,service --all-namespaces",
      ["items": [["kind": "Service", "metadata": ["name": "web", "namespace": "api"]]]])
    let report = try scene.live(platform)
    #expect(try report.row("api/Deployment/web").status == .gone)
    let row = try report.row("api/Service/web")
    #expect(row.status == .left)
    #expect(row.origin == .beside)
    #expect(row.commands == ["kubectl --namespace api delete Service web"])
    #expect(report.calls.count == 1)
  }

  // MARK: the plan

  @Test func whatHoldsOthersGoesAfterThem() throws {
    var scene = Scene()
    scene.state(1)
    for type in [
      "aws_vpc", "aws_subnet", "aws_internet_gateway", "aws_security_group", "aws_lb",
      "aws_lb_listener", "aws_lb_target_group", "aws_ecr_repository", "aws_ecs_cluster",
      "aws_ecs_service", "aws_cloudwatch_event_rule",
    ] { scene.resource(type, "x-\(type)", address: type) }
    scene.revision("api:2", 2)
    scene.image("x-aws_ecr_repository", "sha256:aa", 3)
    let types = try scene.report().plan.map(\.type)
    func isBefore(_ first: String, _ second: String) throws -> Bool {
      try #require(types.firstIndex(of: first)) < #require(types.firstIndex(of: second))
    }
    for (first, second) in [
      ("aws_ecs_service", "aws_ecs_cluster"), ("aws_lb_listener", "aws_lb"),
      ("aws_lb", "aws_lb_target_group"), ("aws_ecr_image", "aws_ecr_repository"),
      ("aws_security_group", "aws_vpc"), ("aws_subnet", "aws_vpc"),
      ("aws_internet_gateway", "aws_vpc"), ("aws_ecs_service", "aws_ecs_task_definition"),
    ] { #expect(try isBefore(first, second), "\(first) before \(second)") }
  }

  /// Names come from outside.
  @Test(arguments: [
    "x; rm -rf /", "a b", "$(id)", "it's", "`id`", "", "'\u{301};touch x;#", "\u{600}';touch x;#",
  ])
  func wordsOfCommandsAreQuoted(name: String) throws {
    let quoted = Array(Shell.quoted(name).utf8)
    let quote = UInt8(ascii: "'")
    #expect(quoted.first == quote && quoted.last == quote)
    let inside = quoted.dropFirst().dropLast()
    #expect(!Array(inside).replacing(Array(#"'\''"#.utf8), with: []).contains(quote))
  }

  @Test func plainWordsStayAsTheyAre() {
    #expect(
      Shell.quoted("arn:aws:ecs:eu-west-1:1:x/y_z-1.2") == "arn:aws:ecs:eu-west-1:1:x/y_z-1.2")
  }
}
