import Ledger

/// Something that a platform listed.
public struct LiveItem: Hashable, Sendable {
  public var type: String
  /// What it is known by, the one for people first.
  public var ids: [String]
  public var name: String?
  /// The platform's word where it still lists what is gone: `INACTIVE`.
  public var ended: String?
  /// `Key=value`.
  public var tags: [String] = []
  public var createdAt: Instant?
  /// What people should know about it.
  public var note: String?
  /// What it needs to be removed by: the cluster of a service, the targets of a rule.
  public var details: [String] = []
  /// Whether AWS made it by itself: it needs no explanation where nobody recorded it.
  public var isOfAWS = false

  public init(_ type: String, _ ids: [String?], name: String? = nil) {
    self.type = type
    self.ids = ids.compactMap(\.self)
    self.name = name
  }

  public var isAlive: Bool { ended == nil }

  /// The environment that its tags name.
  var environment: String? {
    tags.first { $0.lowercased().hasPrefix("environment=") }
      .map { String($0.dropFirst("environment=".count)) }
  }
}

/// One question to a platform.
public struct LiveCall: Hashable, Sendable {
  public enum Tool: String, Sendable { case aws, kubectl }

  /// What it prints is read by the one who knows its form.
  enum Reading: Hashable, Sendable {
    case identity, clusters, clusterDetails, services(cluster: String), tasks(cluster: String)
    case revisions(family: String, status: String)
    case repositories, images(repository: String)
    case versions(bucket: String), targets(rule: String)
    case listing(AWSListing)
    case kubernetes
  }

  public let tool: Tool
  /// Without what is the same for all: region, profile and output.
  public let arguments: [String]
  /// What nobody knows when it is not answered.
  let types: Set<String>
  let reading: Reading

  init(_ tool: Tool, _ arguments: [String], _ types: Set<String>, _ reading: Reading) {
    self.tool = tool
    self.arguments = arguments
    self.types = types
    self.reading = reading
  }

  /// As a person would type it.
  public var name: String {
    ([tool.rawValue] + arguments.map(Shell.quoted)).joined(separator: " ")
  }
}

/// What became of a call.
public enum LiveResult: Sendable {
  /// Pages in their order; none where the command printed nothing.
  case answer([JSON])
  case denied(String)
  case failed(String)
}

enum Shell {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:=,@%+".utf8)

  /// A word of a command: names come from outside.
  static func quoted(_ word: String) -> String {
    if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
    return "'" + word.replacing(exactly: "'", with: #"'\''"#) + "'"
  }
}
