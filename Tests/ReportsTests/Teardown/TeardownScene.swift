import Ledger
import Testing

@testable import Reports

let torn = Instant(seconds: 1_795_000_000)

/// What was recorded about an environment, made by hand.
struct TeardownScene {
  static let revision = "aws_ecs_task_definition"

  var resources: [JSON] = []
  var singles: [JSON] = []
  var snapshots: [JSON] = []
  var revisions: [JSON] = []
  var images: [JSON] = []
  var services: [JSON] = []
  var elsewhere: [String: JSON] = [:]
  var summary: JSON = .null
  var names: [JSON] = ["dev"]

  static func time(_ minutes: Int64) -> JSON {
    .string(torn.adding(seconds: Double(minutes * 60)).description)
  }

  static func arn(_ service: String, _ rest: String, account: String = "123456789012") -> String {
    "arn:aws:\(service):eu-west-1:\(account):\(rest)"
  }

  /// A state that was recorded at that minute, by the entry of the same number.
  mutating func state(_ minute: Int64, stack: String = "main", form: String = "state") {
    snapshots.append([
      "stack": .string(stack), "form": .string(form), "count": 1,
      "taken_at": Self.time(minute), "entry": .int(minute),
    ])
  }

  mutating func resource(
    _ type: String, _ id: String, first: Int64 = 1, last: Int64 = 1, arn: String? = nil,
    name: String? = nil, address: String? = nil, stack: String = "main"
  ) {
    resources.append([
      "stack": .string(stack), "address": .string(address ?? "module.x.\(type).this"),
      "type": .string(type), "name": .optional(name), "id": .string(id), "arn": .optional(arn),
      "action": nil, "first": ["at": Self.time(first), "entry": .int(first)],
      "last": ["at": Self.time(last), "entry": .int(last)],
    ])
  }

  mutating func revision(_ revision: String, _ minute: Int64) {
    revisions.append([
      "revision": .string(revision), "digest": nil, "image": nil, "tag": nil,
      "at": Self.time(minute), "entry": .int(minute), "outcome": "registered", "service": nil,
    ])
  }

  mutating func image(_ name: String, _ digest: String, _ minute: Int64, outcome: String = "pushed")
  {
    images.append([
      "revision": nil, "digest": .string(digest), "image": .string(name), "tag": "abc",
      "at": Self.time(minute), "entry": .int(minute), "outcome": .string(outcome), "service": nil,
    ])
  }

  mutating func single(_ type: String, _ id: String, made: Int64?, gone: Int64?) {
    func sight(_ minute: Int64?) -> JSON {
      minute.map { ["at": Self.time($0), "entry": .int($0)] } ?? .null
    }
    singles.append([
      "type": .string(type), "id": .string(id), "name": nil,
      "environment": made == nil ? nil : "dev", "made": sight(made), "gone": sight(gone),
    ])
  }

  var json: JSON {
    let makers: [String: JSON] = Dictionary(
      uniqueKeysWithValues: (1...20).map { entry in
        (
          String(entry),
          [
            "actor": 7_001, "run": .int(990 + Int64(entry)), "attempt": 1,
            "repository": "acme/api", "url": nil, "via": "token ci", "kind": "x",
          ]
        )
      })
    return [
      "schema": "ledger.inventory/1", "as_of": .string(torn.description), "complete": true,
      "gaps": [], "environment": "dev", "names": .array(names), "items": .array(resources),
      "singles": .array(singles), "snapshots": .array(snapshots),
      "revisions": .array(revisions), "images": .array(images), "services": .array(services),
      "elsewhere": .object(elsewhere), "entries": .object(makers),
      "people": ["7001": "mia"], "summary": summary,
    ]
  }

  var inventory: Inventory {
    get throws { try #require(Inventory(json: json)) }
  }

  func report(_ kept: [KeptRule] = [], replicas: Int64 = 2) throws -> Teardown {
    Teardown(
      try inventory, survey: nil, policy: TeardownPolicy(kept: kept, maxReplicas: replicas),
      asOf: torn)
  }

  func live(
    _ platform: FakePlatform = FakePlatform(), kept: [KeptRule] = [], region: String? = nil
  ) throws -> Teardown {
    let inventory = try inventory
    var scope = inventory.scope(kept: kept)
    scope.region = region
    return Teardown(
      inventory, survey: platform.answer(scope), policy: TeardownPolicy(kept: kept), asOf: torn)
  }
}

/// Answers as `aws` would; what is not said is not there.
struct FakePlatform {
  /// By the beginning of the command.
  var answers: [(String, LiveResult)] = []

  mutating func say(_ command: String, _ pages: JSON...) {
    answers.append((command, .answer(pages)))
  }

  mutating func deny(_ command: String) {
    answers.append((command, .denied("AccessDeniedException: not authorized")))
  }

  func answer(_ scope: LiveSurvey.Scope) -> LiveSurvey {
    var survey = LiveSurvey(scope)
    while let call = survey.next() {
      let result = answers.first { call.name.hasPrefix($0.0) }?.1
      survey.take(result ?? standard(call), of: call)
    }
    return survey
  }

  private func standard(_ call: LiveCall) -> LiveResult {
    call.name.hasPrefix("aws sts") ? .answer([["Account": "123456789012"]]) : .answer([])
  }
}

extension Teardown {
  func row(_ id: String) throws -> TeardownRow {
    try #require(rows.first { $0.id == id }, "no row \(id) in \(rows.map { $0.id ?? "-" })")
  }
}
