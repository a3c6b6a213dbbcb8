import Ledger
import Testing

@testable import Webhooks

/// Whatever is marked or called secret stands nowhere in what is kept.
@Suite struct SecretTests {
  private typealias Sample = TerraformSamples

  private func kept(_ json: JSON) throws -> String {
    let list = try ResourceList(json.canonicalBytes)
    return JSON.array(list.resources.map(\.json)).canonicalString
  }

  /// A resource with the planted secret in one of the members that are kept.
  private static func resource(_ values: [String: JSON], marks: JSON = [:]) -> JSON {
    [
      "address": "aws_x.y", "mode": "managed", "type": "aws_x", "sensitive_values": marks,
      "values": .object(values.merging(["password": .string(Sample.canary)]) { $1 }),
    ]
  }

  @Test(
    arguments: [
      ["id": .string(Sample.canary)], ["arn": .string("arn:x:\(Sample.canary):y")],
      ["name": .string("x-\(Sample.canary)")],
      ["tags_all": ["Note": .string("is \(Sample.canary)")]],
      ["tags_all": ["api_token": "short"]],
    ] as [[String: JSON]])
  func aSecretThatStandsSomewhereElseGoesToo(values: [String: JSON]) throws {
    let state = Sample.state([Self.resource(values)])
    let text = try kept(state)
    #expect(!text.contains(Sample.canary))
    #expect(!text.contains("short"))
    #expect(text.contains("aws_x.y"))
    #expect(try ResourceList(state.canonicalBytes).removed > 0)
  }

  @Test func aSecretInAnAddressIsReplaced() throws {
    let first: JSON = [
      "address": .string("aws_x.y[\"\(Sample.canary)\"]"), "mode": "managed", "type": "aws_x",
      "values": ["secret_key": .string(Sample.canary)], "sensitive_values": [:],
    ]
    let list = try ResourceList(Sample.state([first]).canonicalBytes)
    #expect(list.resources.contains { $0.address == "aws_x.y[\"REMOVED\"]" })
  }

  @Test func marksAreFollowedIntoListsAndObjects() throws {
    let values: [String: JSON] = [
      "id": "deep-secret-1", "list": [["a": "fine"], ["a": "deep-secret-1"]],
    ]
    let resource = Self.resource(values, marks: ["list": [[:], ["a": true]]])
    let text = try kept(Sample.state([resource]))
    #expect(!text.contains("deep-secret-1"))
    let unmarked = try kept(Sample.state([Self.resource(values)]))
    #expect(unmarked.contains("deep-secret-1"))
  }

  @Test func whatIsMarkedAsAWholeIsSecretAsAWhole() throws {
    let resource = Self.resource(
      ["id": "whole-object", "x": ["a": ["whole-object"]]], marks: ["x": true])
    #expect(try !kept(Sample.state([resource])).contains("whole-object"))
  }

  @Test(arguments: ["ledger_token", "innocent"])
  func variablesOfAPlanAreSecretByMarkOrByName(name: String) throws {
    var plan = Sample.plan([
      Sample.change(Self.resource(["id": "from-a-variable"]), ["delete"])
    ])
    var members = plan.object ?? [:]
    members["variables"] = [name: ["value": "from-a-variable"]]
    members["configuration"] = [
      "root_module": ["variables": ["innocent": ["sensitive": true]]]
    ]
    plan = .object(members)
    #expect(try !kept(plan).contains("from-a-variable"))
  }

  /// The region is a variable, too, and no secret.
  @Test func otherVariablesAreNoSecrets() throws {
    let plan = Sample.plan([Sample.change(Sample.vpc(), ["delete"])])
    #expect(try kept(plan).contains("eu-west-1"))
  }

  @Test func outputsThatAreSensitiveAreSecret() throws {
    let resource = Self.resource(["id": "out-of-the-blue"])
    #expect(try !kept(Sample.state([resource])).contains("out-of-the-blue"))
  }

  @Test func aShortSecretIsComparedAsAWhole() throws {
    let resource: JSON = [
      "address": "aws_x.y", "mode": "managed", "type": "aws_x",
      "values": ["id": "dev", "name": "ledger-dev", "password": "dev"], "sensitive_values": [:],
    ]
    let text = try kept(Sample.state([resource]))
    #expect(text.contains("ledger-dev"))
    #expect(!text.contains(#""id":"dev""#))
  }

  /// Their ids are what they made.
  @Test(arguments: ["random_password", "random_string", "tls_private_key", "vault_token"])
  func idsOfSecretsAreNotKept(type: String) throws {
    let resource: JSON = [
      "address": .string("\(type).x"), "mode": "managed", "type": .string(type),
      "values": ["id": "made-by-chance"], "sensitive_values": [:],
    ]
    #expect(try !kept(Sample.state([resource])).contains("made-by-chance"))
  }

  @Test(
    arguments: [
      ("password", true), ("db_Password", true), ("api-key", true), ("auth_token", true),
      ("secret_arn", false), ("kms_key_id", false), ("token_name", false), ("name", false),
    ])
  func namesOfSecretsAreKnown(name: String, isSecret: Bool) {
    #expect(SecretFilter.isSecret(name) == isSecret)
  }
}
