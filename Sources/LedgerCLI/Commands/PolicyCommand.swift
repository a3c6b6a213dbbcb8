import ArgumentParser
import Gates
import Ledger

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Looks at policies: checks, tests, tries and shows them.",
    subcommands: [
      PolicyCheckCommand.self, PolicyTestCommand.self, PolicySimulateCommand.self,
      PolicyShowCommand.self,
    ])
}

struct PolicyCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether a policy file is valid, and everything that is wrong with it.",
    discussion: """
      EXAMPLES
        ledger policy check ledger.yaml
        ledger policy check ledger.yaml --json | jq '.warnings[]'

      Exit 1 when the server would refuse it, or when its gate could never open. Warnings change \
      no exit code.
      """)

  @Argument(help: "The file.") var file: String
  @Flag(help: "Print the result as JSON.") var json = false

  func run() throws {
    let found = try PolicyFinding(file)
    if json || Configuration.flag("LEDGER_JSON") {
      Console.write(JSONText.line(found.json, isTerminal: Console.isTerminal))
      if !found.errors.isEmpty { throw ExitCode(Exit.error) }
      return
    }
    if let failure = found.failure { throw failure }
    guard let read = found.read else { return }
    Console.write("\(file) is valid: \(FileSummary.gates(read.file.policy))\n")
    Console.write("  \(FileSummary.catalog(read.file))\n")
    Console.write("  \(FileSummary.proof(read.file))\n")
    for warning in found.warnings {
      Console.write(Text.safe("  ! \(warning.path) \(warning.reason)") + "\n")
    }
  }
}

/// What `policy check` finds.
struct PolicyFinding {
  let file: String
  private(set) var read: LoadedPolicy?
  private(set) var failure: Failure?

  init(_ file: String) throws {
    self.file = file
    do {
      let loaded = try PolicyFile(path: file).load(confirmation: .github)
      _ = try TrustFiles(policy: file).read(loaded.file.attestations)
      read = loaded
    } catch let failure as Failure { self.failure = failure }
    let fatal = read?.file.advice.filter(\.isError) ?? []
    guard !fatal.isEmpty else { return }
    failure = Failure(
      fatal.map { "\(file): \($0.path): \($0.reason)" }.joined(separator: "\n"),
      hint: "Let at least one check be required.")
  }

  var errors: [String] {
    failure.map { $0.message.split(separator: "\n").map(String.init) } ?? []
  }

  var warnings: [PolicyAdvice] { read?.file.advice.filter { !$0.isError } ?? [] }

  var json: JSON {
    [
      "schema": "ledger.policy_check/1", "file": .string(file), "ok": .bool(errors.isEmpty),
      "hash": .optional(read?.file.policy.hash), "file_hash": .optional(read?.hash),
      "errors": .array(errors.map(JSON.string)),
      "warnings": .array(
        warnings.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
    ]
  }
}

/// What a file says, in three lines.
enum FileSummary {
  static func gates(_ policy: Policy) -> String {
    let all = [policy.merge.map(merge), policy.deploy.map(deploy), policy.admission.map(admission)]
      .compactMap(\.self)
    return all.isEmpty ? "no gate, nothing is guarded" : all.joined(separator: "; ")
  }

  private static func admission(_ admission: AdmissionPolicy) -> String {
    "gates.admission lets in \(count(admission.images.count, "image")) without an allow"
  }

  private static func deploy(_ deploy: DeployPolicy) -> String {
    var names: [String] = []
    for name in deploy.environments.map(\.environment) where !names.contains(name) {
      names.append(name)
    }
    return "gates.deploy guards \(names.joined(separator: ", "))"
  }

  private static func merge(_ merge: MergePolicy) -> String {
    let required = merge.checks.count { $0.isRequired }
    return "\(merge.context) guards \(merge.branches.map(\.text).joined(separator: ", ")) "
      + "with \(required) required and \(merge.checks.count - required) advisory checks"
  }

  static func catalog(_ file: LedgerFile) -> String {
    let services = file.catalog.services
    let names = file.catalog.environments.map(\.name)
    let workloads = services.reduce(0) { $0 + $1.workloads.count }
    return [
      services.isEmpty
        ? "no services"
        : "\(count(services.count, "service")) with \(count(workloads, "workload"))",
      names.isEmpty
        ? "environments as they are found" : "environments \(names.joined(separator: ", "))",
      file.recording.map { "\(count($0.workflows.count, "rule")) for workflows that record" }
        ?? "no workflow may record",
    ].joined(separator: "; ")
  }

  /// Who vouches for the log, whose signatures count, and how long bodies are kept.
  static func proof(_ file: LedgerFile) -> String {
    let witnesses = file.witnesses.members.count
    let believed = file.attestations.map {
      "attestations by \(count($0.keys.count, "key")) and \(count($0.roots.count, "root"))"
    }
    return [
      witnesses == 0
        ? "no witnesses"
        : "\(file.witnesses.quorum) of \(count(witnesses, "witness", "witnesses"))",
      file.headCopy.map { "a copy of the head in \(Text.safe($0))" },
      believed ?? "attestations are not checked",
      "bodies are kept \(file.retention?.text ?? "for ever")",
    ].compactMap(\.self).joined(separator: "; ")
  }

  private static func count(_ number: Int, _ word: String) -> String {
    count(number, word, word + "s")
  }

  private static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}
