import Ledger
import Testing

@testable import Reports

/// What a call cannot list is not gone because it was not listed.
@Suite struct ListedNamesTests {
  private typealias Scene = TeardownScene

  private static func survey() throws -> LiveSurvey {
    var scene = Scene()
    scene.revision("api:2", 1)
    return LiveSurvey(try scene.inventory.scope(kept: []))
  }

  private static let group = "aws_cloudwatch_log_group"
  private static let rule = "aws_cloudwatch_event_rule"

  @Test(
    arguments: [
      (group, "/ecs/api", true), (group, "/aws/lambda/fn", false), (group, "/ecs", false),
      (group, Scene.arn("logs", "log-group:/ecs/api"), true),
      (group, Scene.arn("logs", "log-group:/aws/lambda/fn"), false),
      (rule, "nightly", true), (rule, "mybus/nightly", false),
      (rule, Scene.arn("events", "rule/nightly"), true),
      (rule, Scene.arn("events", "rule/mybus/nightly"), false),
      ("aws_lb", Scene.arn("elasticloadbalancing", "loadbalancer/app/api/1"), true),
      ("aws_lb", "api", false), ("aws_lb_target_group", "api", false),
      ("aws_secretsmanager_secret", Scene.arn("secretsmanager", "secret:db-x1"), true),
      ("aws_secretsmanager_secret", "db", false), ("aws_vpc", "vpc-1", true),
      ("aws_vpc", Scene.arn("ec2", "vpc/vpc-1"), false), ("aws_vpc", "api", false),
      ("aws_subnet", Scene.arn("ec2", "subnet/subnet-1"), true), ("aws_eip", "10.0.0.1", false),
      ("aws_sqs_queue", "https://sqs.eu-west-1.amazonaws.com/1/q", true),
      ("aws_sqs_queue", Scene.arn("sqs", "q"), false), ("aws_s3_bucket", "states", true),
      ("aws_s3_bucket", "arn:aws:s3:::states", false), ("aws_iam_role", "events", true),
      (Scene.revision, "api:2", true), (Scene.revision, "other:2", false),
      (Scene.revision, "api", false),
      (Scene.revision, Scene.arn("ecs", "task-definition/api:2"), true),
      ("aws_ecs_task", "0a1b", false), ("aws_ecs_task", Scene.arn("ecs", "task/api/0a1b"), true),
      ("aws_ecs_service", "prod-1/api", true), ("aws_ecs_cluster", "api", true),
      ("aws_ecr_image", "api@sha256:aa", true), ("aws_ecr_image", "sha256:aa", false),
      ("aws_ecr_image", "1.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:aa", false),
      ("aws_ecr_repository", "1.dkr.ecr.eu-west-1.amazonaws.com/api", false),
      ("aws_ecr_repository", Scene.arn("ecr", "repository/api"), true),
      ("aws_network_interface", "eni-1", false), ("kubernetes_deployment", "web", false),
      ("kubernetes_deployment", "api/Deployment/web", true),
    ] as [(String, String, Bool)])
  func everyCallHasItsLimits(type: String, id: String, isCovered: Bool) throws {
    #expect((try Self.survey().blindness(type, [id]) == nil) == isCovered)
  }

  /// One of its names is enough, and without a name nobody can find it.
  @Test func anyNameWillDo() throws {
    let arn = Scene.arn("secretsmanager", "secret:db-x1")
    #expect(try Self.survey().blindness("aws_secretsmanager_secret", ["db", arn]) == nil)
    #expect(try Self.survey().blindness("aws_iam_role", []) != nil)
  }

  @Test(
    arguments: [("2026-11-22T08:00:00Z", TeardownRow.Status.gone), (nil, .left)]
      as [(JSON, TeardownRow.Status)])
  func aSecretMayBeScheduledForDeletion(at: JSON, status: TeardownRow.Status) throws {
    var (scene, aws) = (Scene(), FakePlatform())
    let arn = Scene.arn("secretsmanager", "secret:db-x1")
    scene.state(1)
    scene.resource("aws_secretsmanager_secret", arn, arn: arn)
    aws.say(
      "aws secretsmanager list-secrets --include-planned-deletion",
      [
        "SecretList": [
          ["ARN": .string(arn), "Name": "db", "DeletedDate": at],
          ["ARN": "arn:other", "Name": "other", "DeletedDate": "2026-11-22T08:00:00Z"],
        ]
      ])
    let report = try scene.live(aws)
    let row = try report.row(arn)
    #expect(row.status == status)
    #expect(row.gone?.evidence == (status == .gone ? "listed as scheduled for deletion" : nil))
    #expect(report.rows(.unexplained).isEmpty)
  }

  /// What AWS made by itself need not be explained. Who recorded it wants to know what became of it.
  @Test func whatAWSMadeIsFoundWhereItWasRecorded() throws {
    var (scene, aws) = (Scene(), FakePlatform())
    scene.single("aws_vpc", "vpc-0", made: 1, gone: nil)
    aws.say(
      "aws ec2 describe-vpcs",
      ["Vpcs": [["VpcId": "vpc-0", "IsDefault": true], ["VpcId": "vpc-9", "IsDefault": true]]])
    let report = try scene.live(aws)
    #expect(try report.row("vpc-0").status == .left)
    #expect(report.rows.count == 1)
  }

  @Test func revisionsThatWereReportedAloneAreAskedFor() throws {
    var (scene, aws) = (Scene(), FakePlatform())
    scene.single(Scene.revision, "jobs:7", made: 1, gone: nil)
    aws.say(
      "aws ecs list-task-definitions --family-prefix jobs --status ACTIVE",
      ["taskDefinitionArns": [.string(Scene.arn("ecs", "task-definition/jobs:7"))]])
    #expect(try scene.live(aws).row("jobs:7").status == .left)
    #expect(try scene.live().row("jobs:7").status == .gone)
  }
}
