import Ledger

/// Service by environment: what was deployed, what is seen running, how far production is behind.
public struct RunningQuestion: Question {
  public static let name = "running"
  public static let parameters: Set<String> = ["service", "environment", "drift-only"]

  private let services, environments: [String]
  private let driftOnly: Bool

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    services = parameters.all("service")
    environments = parameters.all("environment")
    driftOnly = try parameters.flag("drift-only")
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let matrix = try Matrix(tables, services: services, environments: environments, at: nil)
    let rows = matrix.rows.filter { !driftOnly || $0.cells.contains { $0.drift != nil } }
    return try Envelope(schema: Self.schema, asOf: now.wholeSecond, reading: tables).json([
      "environments": .array(matrix.environments.map(JSON.string)),
      "items": .array(rows.map(\.json)),
    ])
  }
}

/// What ran at an instant.
public struct AtQuestion: Question {
  public static let name = "at"
  public static let parameters: Set<String> = ["time", "service", "environment"]

  private let services, environments: [String]
  private let time: Instant

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    services = parameters.all("service")
    environments = parameters.all("environment")
    _ = try parameters.required("time")
    time = try parameters.instant("time", now: now) ?? now
    guard time <= now else { throw .parameter("time", "is in the future") }
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let matrix = try Matrix(tables, services: services, environments: environments, at: time)
    return try Envelope(schema: Self.schema, asOf: now.wholeSecond, reading: tables).json([
      "at": .string(time.description),
      "environments": .array(matrix.environments.map(JSON.string)),
      "items": .array(matrix.rows.map(\.json)),
    ])
  }
}
