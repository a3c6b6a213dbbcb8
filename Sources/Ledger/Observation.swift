/// One sight of a check run or a commit status, from a webhook or from a read.
public struct Observation: Hashable, Sendable {
  public enum Source: String, Sendable { case checkRun = "check_run", status }

  public var source: Source
  /// GitHub's id of the check run, or of the status.
  public var runID: Int64
  public var headSHA: String
  /// The check's name, or the status's context.
  public var name: String
  public var appID: Int64?
  public var appSlug: String?
  /// Who posted a status.
  public var creatorID: Int64?
  public var suiteID: Int64?
  /// GitHub's word: `queued`, `in_progress`, `completed`, … For a status always `completed` unless
  /// its state is `pending`.
  public var status: String
  /// GitHub's word, verbatim; `nil` while it is not known.
  public var conclusion: String?
  public var startedAt: Instant?
  public var completedAt: Instant?

  public init(
    source: Source, runID: Int64, headSHA: String, name: String, appID: Int64? = nil,
    appSlug: String? = nil, creatorID: Int64? = nil, suiteID: Int64? = nil, status: String,
    conclusion: String?, startedAt: Instant?, completedAt: Instant?
  ) {
    self.source = source
    self.runID = runID
    self.headSHA = headSHA
    self.name = name
    self.appID = appID
    self.appSlug = appSlug
    self.creatorID = creatorID
    self.suiteID = suiteID
    self.status = status
    self.conclusion = conclusion
    self.startedAt = startedAt
    self.completedAt = completedAt
  }

  public var isCompleted: Bool { status == "completed" }

  /// Orders the observations of one run: by start, then status, then end. Status alone would be
  /// wrong, because an App may reset a completed run. Where these do not decide, the one that
  /// blocks comes last. Equal keys are equal observations.
  public var stateKey: String {
    orderKey(
      orderKey(startedAt), isCompleted ? "2" : status == "in_progress" ? "1" : "0",
      orderKey(completedAt), conclusion == "success" ? "0" : "1", status, conclusion ?? "")
  }
}

extension Observation {
  /// A check run as `github.check_run.v1` and `github.checks_read.v1` hold it.
  public init?(checkRun json: JSON) {
    guard let id = json["id"]?.int, let sha = json["head_sha"]?.string,
      let name = json["name"]?.string, let status = json["status"]?.string
    else { return nil }
    self.init(
      source: .checkRun, runID: id, headSHA: sha, name: name, appID: json["app_id"]?.int,
      appSlug: json["app"]?.string, suiteID: json["suite_id"]?.int, status: status,
      conclusion: json["conclusion"]?.string, startedAt: Instant(json: json["started_at"]),
      completedAt: Instant(json: json["completed_at"]))
  }

  /// A commit status as `github.status.v1` and `github.checks_read.v1` hold it.
  public init?(status json: JSON) {
    guard let id = json["id"]?.int, let sha = json["head_sha"]?.string,
      let context = json["context"]?.string, let state = json["state"]?.string
    else { return nil }
    let created = Instant(json: json["created_at"])
    self.init(
      source: .status, runID: id, headSHA: sha, name: context, creatorID: json["creator"]?.int,
      status: state == "pending" ? "in_progress" : "completed",
      conclusion: state == "pending" ? nil : state, startedAt: created,
      completedAt: state == "pending" ? nil : created)
  }

  public var json: JSON {
    switch source {
    case .checkRun:
      [
        "id": .int(runID), "head_sha": .string(headSHA), "name": .string(name),
        "app_id": .optional(appID), "app": .optional(appSlug), "suite_id": .optional(suiteID),
        "status": .string(status), "conclusion": .optional(conclusion),
        "started_at": .optional(startedAt), "completed_at": .optional(completedAt),
      ]
    case .status:
      [
        "id": .int(runID), "head_sha": .string(headSHA), "context": .string(name),
        "creator": .optional(creatorID), "state": .string(conclusion ?? "pending"),
        "created_at": .optional(startedAt),
      ]
    }
  }

  /// - Parameter readSince: the size of the log when the read began that saw this; `nil` for a
  ///   delivery.
  func changes(repository: Int64, stored: Stored, readSince: Int64?) -> [Change] {
    let key: [Scalar] = [
      .int(repository), .text(source.rawValue), .int(runID), .text(stateKey),
    ]
    let seen = Change(
      Tables.checks, key: key, register: Tables.checkSeen, order: stored.tieBreak,
      values: [
        .text(headSHA), .text(name), Scalar(appID), Scalar(appSlug), Scalar(creatorID),
        Scalar(suiteID), .text(status), Scalar(conclusion), Scalar(startedAt),
        Scalar(completedAt), .int(stored.index),
      ])
    guard let readSince else {
      return [
        seen,
        Change(
          Tables.checks, key: key, register: Tables.checkTold,
          order: orderKey(index: stored.index), values: []),
      ]
    }
    return [
      seen,
      Change(
        Tables.checks, key: key, register: Tables.checkRead, order: orderKey(index: stored.index),
        values: [.int(stored.index), .int(readSince)]),
    ]
  }
}
