import Ledger

/// Where in AWS something is, by what it is called.
struct AWSPlace: Hashable, Sendable {
  let account, region: String?

  /// `nil` for a name that does not say it.
  init?(_ name: String?) {
    guard let name,
      let parts = AWSPlace.arn(name) ?? AWSPlace.registry(name) ?? AWSPlace.queue(name)
    else { return nil }
    // Policies that AWS made are in no account of anybody.
    account = parts.account.isEmpty || parts.account == "aws" ? nil : String(parts.account)
    region = parts.region.isEmpty ? nil : String(parts.region)
  }

  private typealias Parts = (account: Substring, region: Substring)

  /// `arn:aws:ecs:eu-central-1:123456789012:cluster/api`
  private static func arn(_ name: String) -> Parts? {
    ARN.fields(name).map { ($0[4], $0[3]) }
  }

  /// `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/api`
  private static func registry(_ name: String) -> Parts? {
    let words = name.prefix { $0 != "/" }.split(separator: ".")
    guard words.count > 4, words[1] == "dkr", words[2].hasPrefix("ecr") else { return nil }
    return (words[0], words[3])
  }

  /// `https://sqs.eu-central-1.amazonaws.com/123456789012/deliveries`
  private static func queue(_ name: String) -> Parts? {
    let steps = name.split(separator: "/")
    guard steps.count == 4, steps[0] == "https:", steps[1].hasPrefix("sqs.") else { return nil }
    let words = steps[1].split(separator: ".")
    return words.count > 3 ? (steps[2], words[1]) : nil
  }
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
enum ARN {
  static func fields(_ name: String) -> [Substring]? {
    let fields = name.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    return fields.count == 6 && fields[0] == "arn" ? fields : nil
  }

  /// What stands behind the account: `cluster/api`.
  static func resource(_ name: String) -> Substring? { fields(name)?[5] }
}
