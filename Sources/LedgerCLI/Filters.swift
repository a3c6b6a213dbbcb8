import ArgumentParser
import Ledger
import Reports
import Webhooks

/// The filters of the history, the same wherever there is one: different ones must all hold, one that
/// is repeated means any of its values.
struct PlaceFilters: ParsableArguments {
  @Option(name: .shortAndLong, help: "Service.", completion: Completions.services)
  var service: [String] = []

  @Option(name: .shortAndLong, help: "Environment.", completion: Completions.environments)
  var env: [String] = []

  /// Those of the command line alone.
  var named: [(String, String)] {
    service.map { ("service", $0) } + env.map { ("environment", $0) }
  }

  var parameters: [(String, String)] {
    Configuration.list(service, "LEDGER_SERVICE").map { ("service", $0) }
      + Configuration.list(env, "LEDGER_ENV").map { ("environment", $0) }
  }
}

struct KindFilter: ParsableArguments {
  /// What lines of the history are about.
  static let kinds = HistoryRow.kinds

  @Option(
    help: ArgumentHelp(kinds.joined(separator: ", ") + "."),
    completion: .list(kinds))
  var kind: [String] = []

  func validate() throws {
    for kind in Configuration.list(kind, "LEDGER_KIND") where !KindFilter.kinds.contains(kind) {
      throw ValidationError(
        "--kind \(kind) is unknown; known are \(KindFilter.kinds.joined(separator: ", "))")
    }
  }

  var parameters: [(String, String)] {
    Configuration.list(kind, "LEDGER_KIND").map { ("kind", $0) }
  }
}

struct LineFilters: ParsableArguments {
  @Option(
    name: [.customShort("R"), .long], help: "Repository, as owner/name.",
    completion: Completions.repositories)
  var repo: [String] = []

  @Option(
    help: "success, failure, cancelled, rolled-back, refused, bypass, unknown, …",
    completion: .list(HistoryRow.outcomes))
  var outcome: [String] = []

  @Option(name: [.customShort("u"), .long], help: "Who: a login, or id:NUMBER.")
  var actor: [String] = []

  @Option(name: [.customShort("c"), .long], help: "The start of a commit id.")
  var commit: String?

  @Option(help: "The start of an image digest.") var digest: String?
  @Option(help: "A pull request: 1287, or acme/api#1287.") var pr: String?
  @Option(help: "Not before: RFC 3339, a date, 2d, 3.hours.ago.") var since: TimeExpression?
  @Option(help: "Before.") var until: TimeExpression?

  /// Those of the command line alone that a reference may name, too.
  func named(now: Instant) throws -> [(String, String)] {
    try repo.map { ("repository", $0) } + LineFilters.things(commit, digest, pr)
      + (until.map { [("until", $0.instant(now: now).description)] } ?? [])
  }

  /// Platforms have words of their own, so that one which nobody knows is looked for and doubted.
  var doubt: String? { LineFilters.doubt(Configuration.list(outcome, "LEDGER_OUTCOME")) }

  static func doubt(_ words: [String]) -> String? {
    let known = HistoryRow.outcomes
    guard let word = words.first(where: { !known.contains($0) }) else { return nil }
    let guess = meant(by: word).map { "; did you mean \($0)?" } ?? ""
    return "--outcome \(Text.safe(word)) is no usual word\(guess)\n"
      + "hint: Usual are: \(known.joined(separator: ", "))"
  }

  /// `failed` is `failure`: three letters of six differ, but it begins in the same way.
  private static func meant(by word: String) -> String? {
    let (known, start) = (HistoryRow.outcomes, word.lowercased().prefix(4))
    return Closest.word(to: word, among: known)
      ?? known.first { start.count == 4 && $0.hasPrefix(start) }
  }

  /// What only a finished history can be asked for.
  func parameters(now: Instant) throws -> [(String, String)] {
    var parameters = Configuration.list(repo, "LEDGER_REPO").map { ("repository", $0) }
    parameters += Configuration.list(outcome, "LEDGER_OUTCOME").map { ("outcome", $0) }
    parameters += Configuration.list(actor, "LEDGER_ACTOR").map { ("actor", $0) }
    parameters += try things()
    let (from, to): (TimeExpression?, TimeExpression?) = (
      try since ?? Configuration.parsed("LEDGER_SINCE"),
      try until ?? Configuration.parsed("LEDGER_UNTIL")
    )
    if let from { parameters.append(("since", from.instant(now: now).description)) }
    if let to { parameters.append(("until", to.instant(now: now).description)) }
    return parameters
  }

  /// What is looked for. A job that records has `LEDGER_COMMIT` and `LEDGER_DIGEST`: beside any of
  /// the flags they would leave nothing of what the command line asks for.
  private func things() throws -> [(String, String)] {
    guard commit == nil, digest == nil, pr == nil else {
      return try LineFilters.things(commit, digest, pr)
    }
    let variables = ["LEDGER_COMMIT", "LEDGER_DIGEST", "LEDGER_PR"].map(Configuration.text)
    return try LineFilters.things(variables[0], variables[1], variables[2])
  }

  private static func things(
    _ commit: String?, _ digest: String?, _ pr: String?
  ) throws -> [(String, String)] {
    var parameters: [(String, String)] = []
    if let commit { parameters.append(("commit", cut("sha:", commit).lowercased())) }
    if let digest {
      parameters.append(("digest", "sha256:" + cut("sha256:", digest).lowercased()))
    }
    if let pr { parameters += try pull(pr) }
    return parameters
  }

  private static func cut(_ prefix: String, _ text: String) -> String {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }

  static func pull(_ text: String) throws -> [(String, String)] {
    if let pull = PullReference(argument: text) {
      return [("repository", pull.repository), ("pull", String(pull.number))]
    }
    let number = cut("#", cut("pr:", text))
    guard !number.isEmpty, plainNumber(number[...]) != nil else {
      throw Failure.usage("--pr \(text) is no pull request", hint: "1287, or acme/api#1287")
    }
    return [("pull", number)]
  }
}

/// What a reference means as a filter of the history.
enum ReferenceFilter {
  /// - Throws: `Failure` for one that means a single line.
  static func parameters(_ text: String, now: Instant) throws -> [(String, String)] {
    switch try reference(text, now: now) {
    case .service(let service, let environment, let which):
      let place = [("service", service)] + (environment.map { [("environment", $0)] } ?? [])
      switch which {
      case .current: return place
      case .at(let instant):
        return place + [("until", instant.adding(seconds: 0.000_001).description)]
      case .before: throw oneLine(text)
      }
    case .commit(let prefix): return [("commit", prefix)]
    case .digest(let prefix): return [("digest", prefix)]
    case .pull(let repository, let number):
      return (repository.map { [("repository", $0)] } ?? []) + [("pull", String(number))]
    case .taskDefinition(let revision): return [("revision", revision)]
    case .entry, .node: throw oneLine(text)
    }
  }

  /// What a place or a thing is named by.
  private static let subjects: Set = [
    "service", "environment", "repository", "commit", "digest", "pull", "revision",
  ]

  /// What a reference names is what is meant. A second service or environment would add lines that
  /// are not of this place, a second commit or image leave none. So a flag that names another one
  /// is refused, and of what the environment names for every command nothing counts.
  ///
  /// - Parameters:
  ///   - meant: of the reference.
  ///   - filters: of flags and variables.
  ///   - flags: those on the command line that name what a reference may name.
  static func joined(
    _ text: String, _ meant: [(String, String)], _ filters: [(String, String)],
    flags: [(String, String)]
  ) throws -> [(String, String)] {
    let names = Set(meant.map(\.0))
    for (name, value) in flags where names.contains(name) {
      guard meant.contains(where: { $0.0 == name && $0.1 == value }) else {
        throw contradiction(text, name, value)
      }
    }
    let others = filters.filter { !names.contains($0.0) && !subjects.contains($0.0) }
    return flags.filter { subjects.contains($0.0) && !names.contains($0.0) } + others + meant
  }

  private static func contradiction(_ text: String, _ name: String, _ value: String) -> Failure {
    let noun = ["until": "time", "pull": "pull request"][name] ?? name
    let isRepeated = ["service", "environment", "repository"].contains(name)
    return .usage(
      "\(text) names the \(noun), and \(value) is another one",
      hint: "Leave out one of them."
        + (isRepeated ? " Flags alone, each repeated, ask for several." : ""))
  }

  private static func reference(_ text: String, now: Instant) throws -> Reference {
    do { return try Reference(text, now: now) } catch {
      throw Refusal(
        code: error.code, sentence: error.sentence, candidates: error.candidates ?? [])
    }
  }

  private static func oneLine(_ text: String) -> Failure {
    Failure.usage("\(text) means one line", hint: "ledger show \(text) shows it.")
  }
}
