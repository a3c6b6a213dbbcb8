import ArgumentParser
import Gates
import Ledger
import Reports

struct GateOverrideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "override",
    abstract: "Lets a pull request or a deployment pass although its gate does not, for a while.",
    discussion: """
      EXAMPLES
        ledger gate override acme/api#1287 --reason "hotfix INC-431, lint is down"
        ledger gate override 423 --reason "hotfix INC-431" --expires 30m
        ledger gate override 55 --reason "rollback INC-431"
        ledger gate override --revoke 431

      REF is a pull request, or the entry of the verdict as ledger gate merge or ledger gate deploy \
      prints it. Only the head that was looked at is let pass: a new push is not. Of a deployment it \
      is the image, in that environment, and only what blocked it then: whatever fails later blocks. \
      With --server the token in LEDGER_TOKEN must have the scope override (ledger token create \
      --scope override); with --db no server may be using the file. A merge by an override stays a \
      bypass, with the reason overridden, unless all checks had passed by then.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "423, '#423' or OWNER/REPO#N.") var ref: OverrideReference?
  @Option(help: "Why, on one line; everybody can read it.") var reason: String?
  @Option(help: "For how long: 1m to 7d. Default: 4h") var expires: String?
  @Option(help: "Ends the override of this entry instead.") var revoke: OverrideReference?
  @Flag(help: "Print the override as JSON.") var json = false

  func validate() throws {
    guard (ref == nil) != (revoke == nil) else {
      throw ValidationError("either REF or --revoke N has to be there")
    }
    if ref != nil, reason == nil { throw ValidationError("--reason is missing") }
    if revoke != nil, reason != nil || expires != nil {
      throw ValidationError("--revoke goes without --reason and --expires")
    }
  }

  func run() async throws {
    do {
      let item = try await changed()
      json ? Console.write(item.canonicalBytes + [10]) : Console.write(OverrideText.line(item))
    } catch let refusal as OverrideRefusal { throw refusal.failure }
  }

  private func changed() async throws -> JSON {
    let desk = try source.overrides()
    if let revoke {
      guard case .decision(let entry) = revoke.value else {
        throw Failure.usage("--revoke takes the entry of an override")
      }
      return try await desk.revoke(entry)
    }
    guard let ref, let reason else { throw Failure.usage("--reason is missing") }
    return try await desk.create(
      try OverrideRequest(reference: ref.value, reason: reason, seconds: try seconds()))
  }

  private func seconds() throws -> Int64 {
    guard let expires else { return OverrideRequest.usualSeconds }
    guard let seconds = TimeExpression.seconds(expires) else {
      throw Failure.usage("--expires \(expires) is no time", hint: "Such as 30m, 4h or 2d.")
    }
    guard OverrideRequest.seconds.contains(Int64(seconds)) else {
      throw Failure.usage("--expires \(expires) is not within 1m and 7d")
    }
    return Int64(seconds)
  }
}

struct GateOverridesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overrides",
    abstract: "What people let pass, newest first; 500 at most, and all that are active.",
    discussion: """
      EXAMPLES
        ledger gate overrides
        ledger gate overrides --json | jq '.items[] | select(.state == "active")'
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if output.listsFields(of: OverrideSheet.columns) { return }
    let style = try output.style()
    let answer = try await source.overrides().list()
    Console.show(try Rendering(sheet: OverrideSheet.sheet(answer), style: style).text(), style)
    // JSON says so itself.
    if !style.wantsJSON, answer.value("has_more") == true {
      Console.error("more than \(OverrideList.maximum): older ones that are over are not shown")
    }
  }
}

/// `423`, `#423`, `acme/api#1287`
struct OverrideReference: ExpressibleByArgument {
  let value: OverrideRequest.Reference

  init?(argument: String) {
    let digits = argument.hasPrefix("#") ? argument.dropFirst() : argument[...]
    if let entry = plainNumber(digits), !digits.isEmpty {
      value = .decision(entry)
    } else if let pull = PullReference(argument: argument) {
      value = .pull(repository: pull.repository, number: pull.number)
    } else {
      return nil
    }
  }
}

extension OverrideRefusal {
  var failure: Failure {
    switch self {
    case .invalid(let sentence): .usage(Text.safe(sentence))
    case .unknown(let sentence): Failure(Text.safe(sentence), code: Exit.nothing)
    case .conflict(let sentence): Failure("nothing was overridden: \(Text.safe(sentence))")
    }
  }
}
