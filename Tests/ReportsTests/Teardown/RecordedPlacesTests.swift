import Ledger
import LedgerTesting
import Reports
import Testing

/// What the log itself says about where an environment is, and how large it was.
@Suite struct RecordedPlacesTests {
  private static func summary(_ entries: [Entry]) async throws -> JSON {
    let answer = try await ChainStory.ask(entries, "inventory", [("environment", "prod")])
    return try #require(answer["summary"])
  }

  private static func places(_ entries: [Entry]) async throws -> JSON? {
    try await summary(entries)["places"]
  }

  private static func none() -> JSON { ["accounts": [], "regions": []] }

  @Test func eventsOfECSNameBoth() async throws {
    let both: JSON = ["accounts": ["123456789012"], "regions": ["eu-central-1"]]
    #expect(try await Self.places(ChainStory.entries()) == both)
    let deployment = try ChainStory.chain.entry(.ecsDeployment)
    #expect(try await Self.places([deployment, ChainStory.catalog()]) == both)
    let task = try ChainStory.chain.entry(.ecsTask)
    #expect(try await Self.places([task, ChainStory.catalog()]) == both)
    // Without the catalog nobody knows of what environment they are.
    #expect(try await Self.places([deployment, task]) == Self.none())
  }

  @Test(
    arguments: [
      ("aws_ecs_cluster", "prod", ["eu-west-1"]), ("aws_ecs_cluster", "staging", []),
      ("google_sql_instance", "prod", []),
    ] as [(String, String, [String])])
  func singleReportsNameTheirRegion(
    type: String, environment: String, regions: [String]
  ) async throws {
    let entry = try ChainStory.chain.entry(
      .resourceRecorded,
      [
        "type": .string(type), "id": "jobs", "environment": .string(environment),
        "region": "eu-west-1",
      ])
    #expect(
      try await Self.places([entry]) == [
        "accounts": [], "regions": .array(regions.map(JSON.string)),
      ])
  }

  @Test func definitionsThatWereDeployedNameTheirs() async throws {
    let definition = try ChainStory.chain.entry(
      .taskDefinitionRecorded,
      ["arn": "arn:aws:ecs:eu-west-1:999999999999:task-definition/api:57"])
    #expect(try await Self.places([definition]) == Self.none())
    let deployment = try ChainStory.chain.entry(.deploymentRecorded)
    #expect(
      try await Self.places([definition, deployment]) == [
        "accounts": ["999999999999"], "regions": ["eu-west-1"],
      ])
  }

  /// Families and numbers are those of one account and region: it may be the other one's.
  @Test func definitionsOfAnotherEnvironmentNameNothing() async throws {
    let definition = try ChainStory.chain.entry(
      .taskDefinitionRecorded,
      ["arn": "arn:aws:ecs:eu-west-1:999999999999:task-definition/api:57"])
    let deployments = try ["prod", "staging"].enumerated().map { number, environment in
      try ChainStory.chain.entry(
        .deploymentRecorded,
        ["environment": .string(environment), "id": .string("deploy-\(number)")])
    }
    #expect(try await Self.places([definition] + deployments) == Self.none())
  }

  /// One event took every answer about its environment away.
  @Test func aTaskOfAnySizeIsAnswered() async throws {
    let task = try ChainStory.chain.entry(
      .ecsTask, ["cpu": "9223372036854775807", "memory": "2048"])
    let summary = try await Self.summary([task, ChainStory.catalog()])
    #expect(summary["tasks"] == 1)
    #expect(summary["vcpu_seconds"] == 0)
    #expect(try #require(summary["gb_seconds"]?.int) > 0)
  }
}
