import Testing

@testable import Ledger

@Suite struct ProjectionTests {
  private static let kinds = Projections.all.flatMap { projection in projection.kinds }

  private func stored(_ kind: Kind, index: Int64 = 3) throws -> Stored {
    let data = try #require(try Samples.one(of: kind), "no sample of \(kind)")
    return Stored(index: index, entry: try Samples.entry(kind, data))
  }

  // MARK: tables

  @Test func noColumnStandsTwice() {
    for table in Tables.all {
      #expect(Set(table.columns).count == table.columns.count, "\(table.name)")
    }
    #expect(Set(Tables.all.map(\.name)).count == Tables.all.count)
  }

  @Test(arguments: kinds)
  func changesFitTheirTables(kind: Kind) throws {
    let changes = Projections.changes(of: try stored(kind))
    let own = changes.filter { ![Tables.deliveries, Tables.repositories].contains($0.table) }
    let asks = Projections.subjects(of: try stored(kind))
    try #require(!own.isEmpty || !asks.isEmpty, "\(kind) says nothing")
    for change in changes {
      #expect(Tables.all.contains(change.table))
      #expect(change.table.registers.contains(change.register), "\(change.register.order)")
      #expect(change.key.count == change.table.key.count)
      #expect(change.values.count == change.register.columns.count)
      #expect(!change.key.contains(.null), "a key is never unknown")
      #expect(!change.order.isEmpty && change.order.utf8.allSatisfy { $0 < 0x7F })
    }
  }

  @Test func everyRegisterIsWritten() throws {
    var written: Set<Register> = []
    for kind in Self.kinds {
      written.formUnion(Projections.changes(of: try stored(kind)).map(\.register))
    }
    for audit in [Samples.protectionAudit, Samples.pushAudit, Samples.deployAudit] {
      let entry = try Samples.entry(.bypass, audit)
      written.formUnion(Projections.changes(of: Stored(index: 1, entry: entry)).map(\.register))
    }
    let answer = try Samples.entry(.deployVerdict, Samples.answer)
    written.formUnion(Projections.changes(of: Stored(index: 1, entry: answer)).map(\.register))
    let gone = try Samples.entry(.resourceRecorded, ["type": "db", "id": "api", "state": "gone"])
    written.formUnion(Projections.changes(of: Stored(index: 1, entry: gone)).map(\.register))
    let numbered = Stored(index: 1, entry: try answer.numbered(["service/api": 1]))
    written.formUnion(Projections.changes(of: numbered).map(\.register))
    for table in Tables.all {
      for register in table.registers {
        #expect(written.contains(register), "\(table.name).\(register.order)")
      }
    }
  }

  /// An entry that lacks what a projection needs changes less, and never traps.
  @Test(arguments: kinds)
  func anyMemberMayBeMissing(kind: Kind) throws {
    let data = try #require(try Samples.one(of: kind))
    for member in Array(data.keys) + ["repository_id", "repository"] {
      for replacement: JSON in [.null, "text", 0, -1, .int(-(1 << 53)), .int(1 << 53), [], [:]] {
        var damaged = data
        damaged[member] = replacement
        let entry = try Samples.entry(kind, damaged)
        for change in Projections.changes(of: Stored(index: 0, entry: entry)) {
          #expect(change.table.registers.contains(change.register))
        }
        _ = Projections.subjects(of: Stored(index: 0, entry: entry))
      }
    }
  }

  @Test func unknownKindsChangeNothingButTheirDelivery() throws {
    let stored = Stored(index: 0, entry: try Samples.entry("made.up.v1", ["a": 1]))
    #expect(
      Projections.changes(of: stored).map(\.table.name) == ["deliveries", "repositories"])
    #expect(Projections.subjects(of: stored).isEmpty)
  }

  @Test func whatTheLedgerConcludedIsNoDelivery() throws {
    let entry = try Entry(
      kind: .policy, at: nil, received: Instant(seconds: 0), source: .ledger, data: ["hash": "p"])
    let changes = Projections.changes(of: Stored(index: 0, entry: entry))
    #expect(changes.map(\.table.name) == ["policies"])
  }

  // MARK: whose gates look again

  @Test func subjects() throws {
    let commit = Subject.commit(repository: 1, sha: Samples.sha)
    let expected: [Kind: [Subject]] = [
      .pullRequest: [.pull(repository: 1, number: 5)],
      .pullRead: [.pull(repository: 1, number: 5)], .checkRun: [commit], .status: [commit],
      .checksRead: [commit, .suite(repository: 1, id: 41)],
      .workflowRun: [.suite(repository: 1, id: 41)],
      .policy: [.everything], .override: [.pull(repository: 1, number: 5)],
      .overrideEnded: [.pull(repository: 1, number: 5)], .mergeGroup: [commit],
      .statusPosted: [
        .status(repository: 1, sha: Samples.sha, context: "ledger/merge-gate")
      ],
      .landingRead: [.landing(repository: 1, sha: Samples.sha)],
      .protectionRead: [.enforcement(repository: 1, name: "main")],
      .branchProtectionRule: [.protections(repository: 1)],
      .branchProtection: [.protections(repository: 1)],
      .ruleset: [.protections(repository: 1)],
    ]
    let deploying: Set<Kind> = [
      .attestationRecorded, .ecsDeployment, .ecsTask, .deploymentRecorded, .deployAsked,
      .admissionAsked,
      .deploymentStatus, .protectionRuleRequest, .pullRequestReview, .imageRecorded,
      .rolloutObserved, .scanRecorded, .testResultsRecorded,
    ]
    let push = try #require(Samples.ofBranches(.push))
    let pushed = Stored(index: 1, entry: try Samples.entry(.push, push))
    #expect(
      Set(Projections.subjects(of: pushed)) == [
        .branch(repository: 1, name: "main"), .repository(1),
        .landing(repository: 1, sha: Samples.sha),
      ])
    for kind in Set(Self.kinds).subtracting([.push]) {
      let found = Projections.subjects(of: try stored(kind))
      if deploying.contains(kind) {
        #expect(!found.isEmpty && found.allSatisfy(\.isAboutDeploying), "\(kind)")
      } else {
        #expect(Set(found) == Set(expected[kind] ?? []), "\(kind): \(found)")
      }
    }
  }

  // MARK: orders

  @Test func orderKeysKeepTheOrderOfNumbers() {
    let numbers: [Int64] = [0, 1, 9, 10, 99, 1 << 40, .max]
    let keys = numbers.map(orderKey(index:))
    #expect(keys == keys.sorted() && Set(keys.map(\.utf8.count)) == [19])
    #expect(orderKey("a", "b") == "a|b")
    #expect(orderKey(nil as Instant?) < orderKey(Instant(microseconds: .min)))
  }

  /// The earliest of two entries of one delivery is cited.
  @Test func aDeliveryKeepsItsFirstEntry() throws {
    let entry = try Samples.entry(.push, [:])
    let changes = [4, 2, 9].flatMap { Projections.changes(of: Stored(index: $0, entry: entry)) }
    let key = Fold(changes).cells.first { $0.key.table == "deliveries" }
    #expect(key?.value.values.last == .int(2))
  }
}

extension Subject {
  fileprivate var isAboutDeploying: Bool {
    switch self {
    case .deploy, .admission, .landed, .repository: true
    default: false
    }
  }
}
