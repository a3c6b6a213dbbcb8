/// What was recorded about resources. Environments are those that the reports name: a catalog may
/// have several names for one.
public protocol ResourceReader {
  /// Lists of these environments, oldest first.
  func snapshots(_ environments: Set<String>) throws -> [ResourceListRow]
  /// What those lists hold or held, by stack and address.
  func resources(_ environments: Set<String>) throws -> [ResourceRow]
  /// What was reported by itself about these environments, or about none, by type and id.
  func singleResources(_ environments: Set<String>) throws -> [SingleResourceRow]
  /// What the lists of all other environments hold or held.
  func resourcesElsewhere(than environments: Set<String>) throws -> [ResourceRow]
  /// Environments beside these whose lists hold something with one of these ARNs, by ARN.
  func otherEnvironments(
    than environments: Set<String>, holding arns: [String]
  ) throws -> [String: String]
}

/// A list of everything that a tool held at an instant.
public struct ResourceListRow: Hashable, Sendable {
  public let environment: String
  public let stack: String
  public let takenAt: Instant
  /// `state`, `plan`, `destroy-plan` or `listing`.
  public let form: String
  public let count: Int64
  /// Of its first part.
  public let entry: Int64

  public init(
    environment: String, stack: String, takenAt: Instant, form: String, count: Int64, entry: Int64
  ) {
    self.environment = environment
    self.stack = stack
    self.takenAt = takenAt
    self.form = form
    self.count = count
    self.entry = entry
  }
}

public struct ResourceRow: Hashable, Sendable {
  public let environment: String
  public let stack: String
  public let address: String
  public let type: String
  public var name: String?
  public var id: String?
  public var arn: String?
  /// As canonical JSON.
  public var tags: String?
  /// What the newest plan that has it wants to do with it.
  public var action: String?
  public let first: Sight
  public let last: Sight

  public struct Sight: Hashable, Sendable {
    public let at: Instant
    public let entry: Int64

    public init(at: Instant, entry: Int64) { (self.at, self.entry) = (at, entry) }
  }

  public init(
    environment: String, stack: String, address: String, type: String, first: Sight, last: Sight
  ) {
    self.environment = environment
    self.stack = stack
    self.address = address
    self.type = type
    self.first = first
    self.last = last
  }
}

public struct SingleResourceRow: Hashable, Sendable {
  public let type: String
  public let id: String
  public var name: String?
  public var environment: String?
  public var made: ResourceRow.Sight?
  public var gone: ResourceRow.Sight?

  public init(type: String, id: String) { (self.type, self.id) = (type, id) }
}
