import Ledger
import Testing

@testable import Reports

/// Elsewhere there is nothing, and that is no evidence.
@Suite struct ReachTests {
  private typealias Scene = TeardownScene

  private static let foreign = Scene.arn("ecs", "cluster/api", account: "999999999999")

  /// No list of Terraform names the account: the report of one thing does.
  @Test func aSingleReportNamesItsAccount() throws {
    var scene = Scene()
    scene.single("aws_ecs_cluster", Self.foreign, made: 1, gone: nil)
    scene.single("aws_ecs_cluster", "jobs", made: 1, gone: nil)
    let report = try scene.live()
    for id in [Self.foreign, "jobs"] {
      #expect(try report.row(id).status == .unknown)
      #expect(try report.row(id).reason == "another account was asked")
    }
    #expect(report.outcome == .unknown)
    #expect(
      report.notes == [
        "the account 123456789012 was asked, and what was recorded is in 999999999999"
      ])
  }

  @Test func anotherRegionIsNoEvidence() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_vpc", "vpc-1", arn: Scene.arn("ec2", "vpc/vpc-1"))
    #expect(try scene.live(region: "eu-west-1").outcome == .clean)
    let report = try scene.live(region: "us-east-1")
    #expect(try report.row("vpc-1").reason == "another region was asked")
    #expect(report.outcome == .unknown)
    #expect(
      report.notes == ["the region us-east-1 was asked, and what was recorded is in eu-west-1"])
  }

  /// A registry may be shared: its account is that of its images alone.
  @Test(
    arguments: [
      ("555555555555", "eu-west-1", "account 555555555555, and 123456789012 was asked"),
      ("123456789012", "us-east-1", "region us-east-1, and eu-west-1 was asked"),
    ])
  func anImageElsewhereIsNotGone(account: String, region: String, reason: String) throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_vpc", "vpc-1", arn: Scene.arn("ec2", "vpc/vpc-1"))
    scene.image("\(account).dkr.ecr.\(region).amazonaws.com/api", "sha256:aa", 2)
    let report = try scene.live(region: "eu-west-1")
    #expect(try report.row("vpc-1").status == .gone)
    #expect(
      try report.row("api@sha256:aa").reason
        == "it is in the \(reason); pushed, and nothing says that it was deleted")
    #expect(report.outcome == .unknown)
  }

  @Test func withTwoAccountsWhatNamesNoneMayBeInEither() throws {
    var scene = Scene()
    scene.state(1)
    scene.resource("aws_ecs_cluster", Self.foreign, arn: Self.foreign)
    scene.resource("aws_vpc", "vpc-1", arn: Scene.arn("ec2", "vpc/vpc-1"))
    scene.single("aws_vpc", "vpc-2", made: 1, gone: nil)
    let report = try scene.live()
    #expect(try report.row(Self.foreign).status == .unknown)
    #expect(try report.row("vpc-1").status == .gone)
    #expect(
      try report.row("vpc-2").reason?.hasPrefix("nothing says in which account it is") == true)
  }

  @Test func whereNothingSaysTheAccountTheReportSaysSo() throws {
    var scene = Scene()
    scene.single("aws_vpc", "vpc-1", made: 1, gone: nil)
    #expect(
      try scene.live().notes == [
        "the account 123456789012 was asked; nothing that was recorded says in which one it is"
      ])
  }
}
