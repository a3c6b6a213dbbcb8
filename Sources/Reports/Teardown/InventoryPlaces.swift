import Ledger

/// Where what was recorded is. Asking elsewhere would find nothing, and nothing would look clean.
extension Inventory {
  public var accounts: Set<String> { said(\.account, "accounts") }
  /// Without those of what is everywhere.
  public var regions: Set<String> { said(\.region, "regions") }

  private func said(_ part: (AWSPlace) -> String?, _ member: String) -> Set<String> {
    let listed = resources.flatMap { [$0.arn, $0.id] }
    let others = singles.filter(isOwn).map(\.id) + services.map(\.cluster)
    let told = (summary.at("places", member)?.array ?? []).compactMap(\.string)
    let own = (listed + others).compactMap { AWSPlace($0).flatMap(part) } + told
    // A registry may be shared by environments that are elsewhere.
    return Set(own.isEmpty ? images.compactMap { AWSPlace($0.image).flatMap(part) } : own)
  }

  /// Whether anything that was recorded is in one region of AWS, whatever it is.
  var isRegional: Bool { Things(self).all.contains { $0.row.type.isRegional } }

  /// What is to be asked: only where what was recorded is does an empty answer mean anything.
  ///
  /// - Parameters:
  ///   - chosen: what somebody said for this question.
  ///   - usual: what the aws command asks by itself.
  public func region(chosen: String?, usual: String?) -> AskedRegion {
    guard scope(kept: []).asksAWS else { return .ask(chosen) }
    let recorded = regions.sorted()
    guard let only = recorded.first else {
      guard chosen == nil, isRegional else { return .ask(chosen) }
      return .refuse(
        "nothing that was recorded says in which region it is",
        hint: "Give --region\(usual.map { ": is it \($0)?" } ?? ".")")
    }
    guard recorded.count == 1 else {
      if let chosen, recorded.contains(chosen) { return .ask(chosen) }
      return .refuse(
        "what was recorded is in several regions: \(recorded.joined(separator: ", "))",
        hint: "Record each region as an environment of its own, or give --region: what is in "
          + "another one, or may be, is unknown then.")
    }
    if let asked = chosen ?? usual, asked != only {
      return .refuse(
        "\(asked) would be asked, and what was recorded is in \(only)",
        hint: "Give --region \(only).")
    }
    return .ask(only)
  }
}

public enum AskedRegion: Hashable, Sendable {
  /// `nil` leaves it to the aws command.
  case ask(String?)
  case refuse(String, hint: String)
}

extension String {
  private static let everywhere = [
    "aws_iam_", "aws_s3_", "aws_route53_", "aws_cloudfront_", "aws_budgets_",
  ]

  /// Of a type: whether a region of AWS has such things of its own.
  var isRegional: Bool {
    hasPrefix("aws_") && !String.everywhere.contains { hasPrefix($0) }
  }
}
