import Gates
import Ledger
import Testing

/// Anyone who may write statuses can write under the gate's context, and GitHub shows the last.
@Suite("G43 A6 our own status is overwritten")
struct OverwrittenTests {
  static let (us, them): (Int64, Int64) = (16, 66)
  private let context = MergePolicy.defaultContext

  /// A pull request whose pending status GitHub has confirmed.
  private func shown() throws -> Desk {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    try desk.tell(confirmation(desk))
    return desk
  }

  private func confirmation(
    _ desk: Desk, by reporter: Int64? = us, form: String = "status"
  ) throws -> Entry {
    let text = try #require(try desk.ledger.wantedStatus(repository, head, context))
    return try Entry(
      kind: .statusPosted, at: nil, received: moment(0), source: .githubAPI,
      data: [
        "repository_id": .int(repository), "head_sha": .string(head),
        "context": .string(context), "state": .string(text.state),
        "description": .string(text.description), "status_id": 500, "form": .string(form),
        "reporter": .optional(reporter),
      ])
  }

  private func isDue(_ desk: Desk) throws -> Bool {
    try desk.ledger.postedStatus(repository, head, context)?.text
      != desk.ledger.wantedStatus(repository, head, context)
  }

  @Test("G43 a status by somebody else: one alarm, and ours is due again")
  func status() throws {
    let desk = try shown()
    #expect(try !isDue(desk))
    let forged = Observation.posted("success", context, id: 900, by: OverwrittenTests.them)
    let alarm = try #require(try desk.tell(.check(forged)).first)
    #expect(alarm.entry.kind == .statusOverwritten && alarm.entry.source == .ledger)
    #expect(
      alarm.data == [
        "repository_id": .int(repository), "head_sha": .string(head),
        "context": .string(context), "source": "status", "run": 900,
        "reporter": .int(OverwrittenTests.them), "state": "success",
        "seen": .int(alarm.index - 1),
      ])
    #expect(try isDue(desk))
    #expect(try desk.last?.state == "pending")
    #expect(try desk.tell(.check(forged)).isEmpty)
    #expect(try desk.tell(confirmation(desk)).isEmpty)
    #expect(try !isDue(desk))
  }

  @Test("G43 a check run of another App, in another case of the name")
  func checkRun() throws {
    let desk = try shown()
    let forged = Observation.ended(
      "success", "Ledger/Merge-Gate", run: 901, app: 99, slug: "evil")
    let alarms = try desk.tell(.check(forged))
    #expect(alarms.map { $0.data["source"] } == ["check_run"])
    #expect(alarms.map { $0.data["reporter"] } == [99])
  }

  @Test("G43 nobody's status is not ours")
  func nobody() throws {
    let desk = try shown()
    #expect(try desk.tell(.check(.posted("success", context, id: 900, by: nil))).count == 1)
  }

  @Test("G43 each of theirs is one alarm; both forms of ours are ours")
  func each() throws {
    let desk = try shown()
    try desk.tell(confirmation(desk, by: 400, form: "check_run"))
    #expect(
      try desk.tell(
        .check(.posted("pending", context, id: 1, by: OverwrittenTests.us)),
        .check(.ended("success", context, run: 2, app: 400, slug: "ledger"))
      ).isEmpty)
    let alarms = try desk.tell(
      .check(.posted("success", context, id: 3, by: OverwrittenTests.them)),
      .check(.posted("failure", context, id: 4, by: OverwrittenTests.them)),
      // The id of a user is not the id of an App.
      .check(.posted("success", context, id: 5, by: 400)))
    #expect(alarms.map { $0.data["run"] } == [3, 4, 5])
  }

  @Test("two that guard the same commit stop: the sixth alarm is the last")
  func fight() throws {
    let desk = try shown()
    var alarms: [Stored] = []
    for number in Int64(900)..<908 {
      alarms += try desk.tell(
        .check(.posted("success", context, id: number, by: OverwrittenTests.them)))
      #expect(try isDue(desk) == (number < 905))
      if try isDue(desk) { alarms += try desk.tell(confirmation(desk)) }
    }
    #expect(alarms.map { $0.data["run"] } == [900, 901, 902, 903, 904, 905])
    #expect(
      alarms.map { $0.data["gives_up"] == true } == [false, false, false, false, false, true])
    // A new verdict is posted all the same.
    try desk.tell(.check(.ended("failure")))
    #expect(try isDue(desk))
  }

  @Test("ours before its confirmation, the very first and that of a new user: no alarm")
  func early() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    #expect(
      try desk.tell(.check(.posted("pending", context, id: 500, by: OverwrittenTests.us))).isEmpty)
    #expect(try desk.tell(confirmation(desk)).isEmpty)
    try desk.tell(.check(.ended("failure")))
    #expect(try desk.tell(.check(.posted("failure", context, id: 501, by: 17))).isEmpty)
    #expect(try desk.tell(confirmation(desk, by: 17)).isEmpty)
    #expect(try desk.tell(.check(.posted("failure", context, id: 501, by: 17))).isEmpty)
  }

  @Test("theirs while ours is under way: the alarm comes with our confirmation")
  func underWay() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    let forged = Observation.posted("success", context, id: 900, by: OverwrittenTests.them)
    #expect(try desk.tell(.check(forged)).isEmpty)
    #expect(try desk.tell(confirmation(desk)).map(\.entry.kind) == [.statusOverwritten])
  }

  @Test("another context, another commit, no known reporter, webhooks alone: no alarm")
  func none() throws {
    let them = OverwrittenTests.them
    #expect(try shown().tell(.check(.posted("success", "ci", id: 1, by: them))).isEmpty)
    #expect(
      try shown().tell(.check(.posted("success", context, id: 1, by: them, sha: secondHead)))
        .isEmpty)
    let unknown = try Desk(MergePolicy(.run("test")))
    try unknown.tell(Pull().entry())
    try unknown.tell(confirmation(unknown, by: nil))
    #expect(try unknown.tell(.check(.posted("success", context, id: 1, by: them))).isEmpty)
    let silent = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try silent.tell(Pull().entry())
    #expect(try silent.tell(.check(.posted("success", context, id: 1, by: them))).isEmpty)
  }

  @Test("a finished log owes no alarm, and each names what to look at to conclude it again")
  func owed() throws {
    let desk = try shown()
    let before = desk.ledger.log.count
    try desk.tell(
      .check(.posted("success", context, id: 900, by: OverwrittenTests.them)))
    let alarm = try #require(desk.ledger.log.last?.entry)
    #expect(desk.ledger.log.count == before + 2)
    #expect(
      desk.gate.occasion(of: alarm)
        == .status(repository: repository, sha: head, context: context))
    let owed = try desk.gate.reactions(
      to: [.everything], reading: desk.ledger, now: moment(5_000))
    #expect(owed.isEmpty)
  }
}
