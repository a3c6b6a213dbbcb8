import Ledger

/// Something about a valid policy that its author may not have meant.
public struct PolicyAdvice: Hashable, Sendable {
  /// Whether it makes the gate useless.
  public let isError: Bool
  /// `gates.merge.checks[0]`
  public let path: String
  public let reason: String
}

extension Policy {
  /// In the order of the file; errors first.
  public var advice: [PolicyAdvice] {
    guard let merge else {
      guard deploy == nil else { return [] }
      guard admission == nil else {
        return [
          PolicyAdvice(
            isError: false, path: "gates.admission",
            reason: "without gates.deploy no image ever gets an allow, so no other pod starts")
        ]
      }
      return [
        PolicyAdvice(isError: false, path: "gates", reason: "has no gate: nothing is guarded")
      ]
    }
    let all = merge.required + merge.branchAdvice + merge.checkAdvice
    return all.filter(\.isError) + all.filter { !$0.isError }
  }
}

extension LedgerFile {
  /// Of all its parts, errors first.
  public var advice: [PolicyAdvice] {
    let environments = catalog.environments
    let advice = policy.advice + attestationAdvice
    guard let deploy = policy.deploy, !environments.isEmpty else { return advice }
    let known = Set(environments.map(\.name))
    return advice
      + deploy.named.filter { !known.contains(catalog.canonical($0.name)) }.map { path, name in
        PolicyAdvice(
          isError: false, path: "gates.deploy.\(path)",
          reason: "\(name) is not one of environments: \(known.sorted().joined(separator: ", "))")
      }
  }
}

extension LedgerFile {
  fileprivate var attestationAdvice: [PolicyAdvice] {
    guard let attestations else {
      let parts = policy.deploy?.environments ?? []
      return parts.enumerated().filter { $0.element.demandsVerified }.map { position, _ in
        PolicyAdvice(
          isError: false, path: "gates.deploy.environments[\(position)].attested",
          reason: "without attestations no signature is looked at: nothing is ever verified")
      }
    }
    guard !attestations.roots.isEmpty, attestations.builders.isEmpty else { return [] }
    return [
      PolicyAdvice(
        isError: false, path: "attestations.builders",
        reason: "is missing: any workflow of a repository is believed about its images")
    ]
  }
}

extension EnvironmentRules {
  fileprivate var demandsVerified: Bool {
    rules.contains { ($0 as? AttestedRule)?.demandsVerified == true }
  }
}

extension DeployPolicy {
  /// The environments that it names, with where.
  fileprivate var named: [(path: String, name: String)] {
    environments.enumerated().flatMap { position, part in
      let path = "environments[\(position)]"
      let orders = part.rules.compactMap { $0 as? OrderRule }
      return [("\(path).environment", part.environment)]
        + orders.map { ("\(path).order.after", $0.after) }
    }
  }
}

extension MergePolicy {
  fileprivate var required: [PolicyAdvice] {
    guard !checks.contains(where: \.isRequired) else { return [] }
    return [
      PolicyAdvice(
        isError: true, path: "gates.merge.checks",
        reason: "requires nothing: the gate can never open")
    ]
  }

  fileprivate var checkAdvice: [PolicyAdvice] {
    checks.enumerated().filter { $0.element.reporter == .anyApp }.map { position, check in
      PolicyAdvice(
        isError: false, path: "gates.merge.checks[\(position)].any-app",
        reason: "lets everyone who may write report \(check.name)"
          + (check.isRequired ? ": name the App that does" : ""))
    }
  }

  fileprivate var branchAdvice: [PolicyAdvice] {
    var seen: Set<String> = []
    return branches.enumerated().flatMap { position, branch in
      let isTwice = !seen.insert(branch.text).inserted
      return [isTwice ? "is there twice" : nil, branch.doubt].compactMap(\.self).map {
        PolicyAdvice(isError: false, path: "gates.merge.branches[\(position)]", reason: $0)
      }
    }
  }
}

extension BranchPattern {
  /// Why no branch, or another than was meant, may match (git-check-ref-format).
  fileprivate var doubt: String? {
    if text.hasPrefix("refs/") { return "is a ref: branches are named without refs/heads/" }
    let refused: Set<Character> = [" ", "~", "^", ":", "?", "[", "]", "{", "}", "\\", ",", "|"]
    if let character = text.first(where: refused.contains) {
      return "has a \(character), which no pattern knows: * and ** stand for names"
    }
    return text.contains("..") || text.hasPrefix("/") || text.hasSuffix("/")
      ? "can match no branch" : nil
  }
}
