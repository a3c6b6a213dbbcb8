import Ledger
import Testing

@testable import Reports

@Suite struct InventoryPlacesTests {
  private typealias Scene = TeardownScene

  @Test(
    arguments: [
      ("arn:aws:ecs:eu-west-1:123456789012:cluster/api", "123456789012", "eu-west-1"),
      ("arn:aws-cn:ecs:cn-north-1:123456789012:cluster/api", "123456789012", "cn-north-1"),
      ("arn:aws:iam::123456789012:role/x", "123456789012", nil),
      ("arn:aws:iam::aws:policy/x", nil, nil), ("arn:aws:s3:::states", nil, nil),
      ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api", "123456789012", "eu-west-1"),
      ("https://sqs.eu-west-1.amazonaws.com/123456789012/q", "123456789012", "eu-west-1"),
      ("ghcr.io/acme/api", nil, nil), ("api", nil, nil), ("", nil, nil), ("arn:aws", nil, nil),
    ] as [(String, String?, String?)])
  func namesSayWhereTheyAre(name: String, account: String?, region: String?) {
    #expect(AWSPlace(name)?.account == account)
    #expect(AWSPlace(name)?.region == region)
  }

  private static let wrong = AskedRegion.refuse(
    "us-east-1 would be asked, and what was recorded is in eu-west-1",
    hint: "Give --region eu-west-1.")

  @Test func singleReportsNameTheirRegion() throws {
    var first = Scene()
    first.single("aws_ecs_cluster", Scene.arn("ecs", "cluster/api"), made: 1, gone: nil)
    var second = Scene()
    second.single("aws_ecs_cluster", "jobs", made: 1, gone: nil)
    second.summary = ["places": ["accounts": [], "regions": ["eu-west-1"]]]
    for scene in [first, second] {
      let inventory = try scene.inventory
      #expect(inventory.region(chosen: nil, usual: "us-east-1") == Self.wrong)
      #expect(inventory.region(chosen: "us-east-1", usual: "eu-west-1") == Self.wrong)
      #expect(inventory.region(chosen: nil, usual: nil) == .ask("eu-west-1"))
      #expect(inventory.region(chosen: "eu-west-1", usual: "us-east-1") == .ask("eu-west-1"))
    }
  }

  /// What the aws command would ask by itself may be anywhere.
  @Test func aRegionThatNobodyNamedHasToBeGiven() throws {
    var scene = Scene()
    scene.single("aws_ecs_cluster", "jobs", made: 1, gone: nil)
    let (inventory, words) = (
      try scene.inventory, "nothing that was recorded says in which region it is"
    )
    #expect(
      inventory.region(chosen: nil, usual: "us-east-1")
        == .refuse(words, hint: "Give --region: is it us-east-1?"))
    #expect(
      inventory.region(chosen: nil, usual: nil) == .refuse(words, hint: "Give --region."))
    #expect(inventory.region(chosen: "us-east-1", usual: nil) == .ask("us-east-1"))
  }

  @Test func whatIsInNoRegionNeedsNone() throws {
    var scene = Scene()
    #expect(try scene.inventory.region(chosen: nil, usual: "us-east-1") == .ask(nil))
    scene.single("aws_iam_role", "events", made: 1, gone: nil)
    scene.image("ghcr.io/acme/api", "sha256:aa", 2)
    scene.resource("kubernetes_service", "api/Service/web", address: "api/Service/web")
    #expect(try scene.inventory.region(chosen: nil, usual: "us-east-1") == .ask(nil))
  }

  /// A cluster may run images of any registry: AWS is not asked about it.
  @Test func aClusterOfKubernetesNeedsNoRegion() throws {
    var scene = Scene()
    scene.resource("kubernetes_service", "api/Service/web", address: "api/Service/web")
    scene.image("555555555555.dkr.ecr.us-east-1.amazonaws.com/api", "sha256:aa", 2)
    #expect(try scene.inventory.region(chosen: nil, usual: "eu-west-1") == .ask(nil))
  }

  @Test func severalRegionsAreNeverOne() throws {
    var scene = Scene()
    scene.resource("aws_vpc", "vpc-1", arn: Scene.arn("ec2", "vpc/vpc-1"))
    scene.single("aws_vpc", "arn:aws:ec2:us-east-1:1:vpc/vpc-2", made: 1, gone: nil)
    let inventory = try scene.inventory
    #expect(inventory.regions == ["eu-west-1", "us-east-1"])
    #expect(inventory.region(chosen: "us-east-1", usual: nil) == .ask("us-east-1"))
    for chosen in [nil, "eu-north-1"] {
      guard case .refuse(let words, _) = inventory.region(chosen: chosen, usual: nil) else {
        Issue.record("\(chosen ?? "no region") was accepted")
        continue
      }
      #expect(words == "what was recorded is in several regions: eu-west-1, us-east-1")
    }
  }

  /// A registry says it only where nothing else does.
  @Test func imagesNameTheirRegistry() throws {
    var scene = Scene()
    scene.image("555555555555.dkr.ecr.us-east-1.amazonaws.com/api", "sha256:aa", 2)
    #expect(try scene.inventory.regions == ["us-east-1"])
    #expect(try scene.inventory.accounts == ["555555555555"])
    scene.resource("aws_vpc", "vpc-1", arn: Scene.arn("ec2", "vpc/vpc-1"))
    #expect(try scene.inventory.regions == ["eu-west-1"])
    #expect(try scene.inventory.accounts == ["123456789012"])
  }

  /// What was reported for another environment says nothing about this one.
  @Test func othersAreLeftOut() throws {
    var scene = Scene()
    scene.single("aws_ecs_cluster", Scene.arn("ecs", "cluster/api"), made: nil, gone: 1)
    #expect(try scene.inventory.regions.isEmpty)
  }
}
