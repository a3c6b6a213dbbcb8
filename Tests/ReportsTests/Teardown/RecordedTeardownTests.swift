import Ledger
import Testing

@testable import Reports

/// What the log alone says.
@Suite struct RecordedTeardownTests {
  private typealias Scene = TeardownScene

  @Test func whatTheNewestStateHasIsLeft() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_vpc", "vpc-1")
    let row = try scene.report().row("vpc-1")
    #expect(row.status == .left)
    #expect(row.reason == "the newest state, entry 1, has it")
    #expect(row.origin == .terraform)
    #expect(row.created?.entry == 1)
    #expect(row.created?.by["run"] == 991)
    #expect(row.commands == ["aws ec2 delete-vpc --vpc-id vpc-1"])
    #expect(try scene.report().outcome == .left)
  }

  @Test func whatALaterStateLacksIsGone() throws {
    var scene = Scene()
    scene.state(1)
    scene.state(5)
    scene.resource("aws_vpc", "vpc-1")
    let report = try scene.report()
    let row = try report.row("vpc-1")
    #expect(row.status == .gone)
    #expect(row.gone?.entry == 5)
    #expect(row.commands.isEmpty)
    #expect(report.outcome == .clean)
  }

  /// A plan is an intention, and another stack's state says nothing.
  @Test(arguments: [
    ("plan", "main"), ("destroy-plan", "main"), ("listing", "main"), ("state", "b"),
  ])
  func nothingElseIsEvidenceOfItsEnd(form: String, stack: String) throws {
    var scene = Scene()
    scene.state(1)
    scene.state(5, stack: stack, form: form)
    scene.resource("aws_vpc", "vpc-1")
    #expect(try scene.report().row("vpc-1").status == .left)
  }

  @Test func aNewerPlanThanTheStateKeepsWhatItLists() throws {
    var scene = Scene()
    scene.state(2)
    scene.state(5, form: "plan")
    scene.resource("aws_vpc", "vpc-1", first: 1, last: 5)
    let row = try scene.report().row("vpc-1")
    #expect(row.status == .left)
    #expect(row.reason?.hasSuffix("entry 5, has it") == true)
  }

  @Test func whatWasMovedIsOneThing() throws {
    var scene = Scene()
    scene.state(1)
    scene.state(5)
    scene.resource("aws_vpc", "vpc-1", first: 1, last: 1, address: "aws_vpc.old")
    scene.resource("aws_vpc", "vpc-1", first: 5, last: 5, address: "module.a.aws_vpc.new")
    let report = try scene.report()
    #expect(report.rows.count == 1)
    let row = try report.row("vpc-1")
    #expect(row.status == .left)
    #expect(row.address == "module.a.aws_vpc.new")
    #expect(row.formerly == ["aws_vpc.old"])
    #expect(row.created?.entry == 1)
  }

  /// Two addresses of one list are two things, also with one id.
  @Test func twoOfOneListAreTwo() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_x", "same", address: "aws_x.a")
    scene.resource("aws_x", "same", address: "aws_x.b")
    #expect(try scene.report().rows.count == 2)
  }

  @Test func revisionsOfPipelinesStayUntilSomebodySaysOtherwise() throws {
    var scene = Scene()
    scene.state(1)
    scene.state(9)
    scene.resource(
      Scene.revision, "api", arn: Scene.arn("ecs", "task-definition/api:1"))
    scene.revision("api:1", 2)
    scene.revision("api:2", 3)
    scene.revision("api:3", 4)
    scene.single(Scene.revision, "api:3", made: nil, gone: 10)
    let report = try scene.report()
    #expect(try report.row("api:1").status == .gone)
    #expect(try report.row("api:1").origin == .terraform)
    let left = try report.row("api:2")
    #expect(left.status == .left)
    #expect(left.origin == .beside)
    #expect(left.created?.by["run"] == 993)
    #expect(
      left.commands == [
        "aws ecs deregister-task-definition --task-definition api:2",
        "aws ecs delete-task-definitions --task-definitions api:2",
      ])
    #expect(try report.row("api:3").gone?.entry == 10)
    #expect(report.rows.count == 3)
  }

  @Test func imagesGoWithTheirRepository() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_ecr_repository", "api")
    scene.image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/api", "sha256:aa", 2)
    #expect(try scene.report().row("api@sha256:aa").status == .left)
    scene.state(5)
    let row = try scene.report().row("api@sha256:aa")
    #expect(row.status == .gone)
    #expect(row.gone?.evidence == "every aws_ecr_repository is gone")
  }

  @Test func anImageElsewhereHasAnotherCommand() throws {
    var scene = Scene()
    scene.image("ghcr.io/acme/api", "sha256:aa", 2)
    let row = try scene.report().row("ghcr.io/acme/api@sha256:aa")
    #expect(row.commands == ["skopeo delete docker://ghcr.io/acme/api@sha256:aa"])
  }

  @Test func anImagesNameIsOneWordOfItsCommand() throws {
    var scene = Scene()
    scene.image("ghcr.io/x;touch${IFS}y;#", "sha256:aa", 2)
    let row = try scene.report().row("ghcr.io/x;touch${IFS}y;#@sha256:aa")
    #expect(row.commands == ["skopeo delete 'docker://ghcr.io/x;touch${IFS}y;#@sha256:aa'"])
  }

  /// `kubectl delete deployment --all` would remove more than was found.
  @Test func anOptionIsNoName() {
    var row = TeardownRow("kubernetes_deployment", .beside)
    row.id = "prod/deployment/api"
    #expect(Removal(row, nil).commands == ["kubectl --namespace prod delete deployment api"])
    row.id = "prod/deployment/--all"
    #expect(Removal(row, nil).commands.isEmpty)
  }

  @Test func aDeletedImageIsGone() throws {
    var scene = Scene()
    scene.image("api", "sha256:aa", 2, outcome: "deleted")
    #expect(try scene.report().row("api@sha256:aa").status == .gone)
  }

  @Test(
    arguments: [(3, TeardownRow.Status.gone), (1, .left), (nil, .left)]
      as [(Int64?, TeardownRow.Status)])
  func singleReportsOpenAndClose(gone: Int64?, status: TeardownRow.Status) throws {
    var scene = Scene()
    scene.single("aws_db_instance", "api", made: 2, gone: gone)
    #expect(try scene.report().row("api").status == status)
  }

  /// Somebody who runs the plan must not remove another cluster's service, or another bus's rule.
  @Test(
    arguments: [
      (
        "aws_ecs_service", "prod-1/api",
        "ecs delete-service --force --cluster prod-1 --service api"
      ),
      ("aws_ecs_service", "api", "ecs delete-service --force --cluster default --service api"),
      (
        "aws_ecs_service", TeardownScene.arn("ecs", "service/prod-1/api"),
        "ecs delete-service --force --cluster prod-1 --service "
          + TeardownScene.arn("ecs", "service/prod-1/api")
      ),
      ("aws_ecs_task", "prod-1/0a1b", "ecs stop-task --cluster prod-1 --task 0a1b"),
      ("aws_ecs_cluster", "prod-1", "ecs delete-cluster --cluster prod-1"),
      ("aws_cloudwatch_event_rule", "nightly", "events delete-rule --name nightly"),
      (
        "aws_cloudwatch_event_rule", "mybus/nightly",
        "events delete-rule --name nightly --event-bus-name mybus"
      ),
      (
        "aws_cloudwatch_event_rule", TeardownScene.arn("events", "rule/mybus/nightly"),
        "events delete-rule --name nightly --event-bus-name mybus"
      ),
    ])
  func commandsNameWhatHoldsIt(type: String, id: String, command: String) throws {
    var scene = Scene()
    scene.single(type, id, made: 2, gone: nil)
    #expect(try scene.report().row(id).commands == ["aws " + command])
  }

  @Test func whatIsGivenIsKept() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_iam_role", "shared-role", name: "shared-role")
    let rules = [
      KeptRule(type: "aws_iam_*", name: "shared-*", reason: "of the account"),
      KeptRule(type: "aws_s3_bucket", name: "tfstate", reason: "holds states"),
    ]
    let report = try scene.report(rules)
    #expect(try report.row("shared-role").status == .kept)
    #expect(try report.row("shared-role").reason == "of the account")
    #expect(try report.row("shared-role").commands.isEmpty)
    #expect(try report.row("tfstate").reason == "holds states; nobody looked for it")
    #expect(report.outcome == .clean)
  }

  @Test func theOrderOfWhatWasRecordedChangesNothing() throws {
    var scene = Scene()
    scene.state(1)
    for number in 0..<40 { scene.resource("aws_subnet", "s-\(number)", address: "a.\(number)") }
    scene.revision("api:2", 2)
    let text = try scene.report().json.canonicalString
    var random = SeededNumbers(seed: 7)
    for _ in 0..<5 {
      scene.resources.shuffle(using: &random)
      #expect(try scene.report().json.canonicalString == text)
    }
  }

  @Test func aReportIsReadBack() throws {
    var scene = Scene()
    scene.state(1)
    scene.state(3)
    scene.resource("aws_vpc", "vpc-1")
    scene.revision("api:2", 2)
    let report = try scene.live()
    let again = try #require(Teardown(json: JSON.parse(report.json.canonicalBytes)))
    #expect(again.json == report.json)
  }

  @Test func whatChangedSinceAnEarlierReportIsNamed() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_vpc", "vpc-1")
    scene.revision("api:2", 2)
    let earlier = try scene.report()
    scene.state(5)
    scene.revision("api:3", 6)
    let lines = TeardownComparison(try scene.report(), since: earlier, number: 8).lines
    #expect(
      lines.sorted() == [
        "1 open as before", "aws_ecs_task_definition api:3: new, left",
        "aws_vpc vpc-1: left, now gone",
      ])
  }

  @Test func nothingNewIsSaid() throws {
    let report = try Scene().report()
    #expect(
      TeardownComparison(report, since: report, number: 1).lines
        == ["nothing changed", "0 open as before"])
  }
}

struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}
