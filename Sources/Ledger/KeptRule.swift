/// Something that was given and stays when an environment is torn down: what `ledger.yaml` says
/// under `teardown`.
public struct KeptRule: Hashable, Sendable {
  /// As Terraform calls it: `aws_iam_role`; `*` stands for any number of characters.
  public let type: String
  /// Its name, id or ARN, also with `*`.
  public let name: String
  public let reason: String

  public init(type: String, name: String, reason: String) {
    (self.type, self.name, self.reason) = (type, name, reason)
  }

  /// Whether it names one thing.
  public var isExact: Bool { !type.contains("*") && !name.contains("*") }

  public func covers(_ type: String, _ names: [String]) -> Bool {
    KeptRule.matches(type[...].utf8, self.type[...].utf8)
      && names.contains { KeptRule.matches($0[...].utf8, name[...].utf8) }
  }

  private static func matches(
    _ text: Substring.UTF8View, _ pattern: Substring.UTF8View
  ) -> Bool {
    var (rest, wanted) = (text, pattern)
    var retry: (Substring.UTF8View, Substring.UTF8View)?
    while let next = rest.first {
      if wanted.first == UInt8(ascii: "*") {
        wanted = wanted.dropFirst()
        retry = (rest, wanted)
      } else if wanted.first == next {
        (rest, wanted) = (rest.dropFirst(), wanted.dropFirst())
      } else if let (from, after) = retry {
        rest = from.dropFirst()
        wanted = after
        retry = (rest, wanted)
      } else {
        return false
      }
    }
    return wanted.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
