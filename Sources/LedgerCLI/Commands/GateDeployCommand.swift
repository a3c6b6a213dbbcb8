import ArgumentParser
import Ledger
import Reports

struct GateDeployCommand: AsyncParsableCommand {
  enum OnError: String, ExpressibleByArgument, CaseIterable { case deny, allow }

  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "May this be deployed now? Exit 0 allowed, 10 denied, 8 still waiting.",
    discussion: """
      EXAMPLES
        ledger gate deploy -s api -e prod --digest sha256:6c62…
        ledger gate deploy -s api -e prod --digest sha256:6c62… --wait 10m
        ledger gate deploy -s api -e prod --commit "$GITHUB_SHA" --dry-run --json \\
          | jq -r .summary

      Every answer is recorded, unless it is the one that was given last, or with --dry-run. With \
      --wait it asks again while time alone may change the answer. A gate that cannot be asked \
      denies; --on-error allow goes on without it and says so. In GitHub Actions the job's identity \
      token says who asks (permissions: id-token: write), unless there is a LEDGER_TOKEN.
      """)

  @OptionGroup var source: SourceOptions
  @Option(name: .shortAndLong, help: "Of the catalog in ledger.yaml.") var service: String
  @Option(
    name: [.customShort("e"), .customLong("env"), .customLong("environment")],
    help: "Where it shall run.") var environment: String
  @Option(help: "sha256:… of the image.") var digest: String?
  @Option(name: .shortAndLong, help: "The commit, in full.") var commit: String?
  @Option(help: "How many instances are wanted.") var replicas: Int64?
  @Flag(help: "It is older than what runs, and that is meant. Takes the scope admin.")
  var rollback = false
  @Option(help: "How long to ask again while the answer may change, such as 10m.")
  var wait: RetryTime?
  @Option(name: .customLong("on-error"), help: "deny or allow, when the gate cannot be asked.")
  var onError: OnError?
  @Flag(name: .customLong("dry-run"), help: "Ask, and record nothing.") var dryRun = false
  @Option(help: "Whom the identity token of GitHub Actions is for. Default: the server's URL")
  var audience: String?
  @Flag(help: "Print the answer as JSON.") var json = false

  func run() async throws {
    let wait: RetryTime? = try wait ?? Configuration.parsed("LEDGER_WAIT")
    let asker = try asker()
    switch try await DeployWait(limit: wait?.seconds ?? 0).run(asker) {
    case .answered(let report):
      show(report)
      if !report.isAllowed { throw ExitCode(Exit.denied) }
    case .stillWaiting(let report):
      show(report, exit: Exit.pending)
      throw ExitCode(Exit.pending)
    case .unanswered(let reason): try await unanswered(reason, asker)
    }
  }

  private func unanswered(_ reason: String, _ asker: any DeployAsker) async throws {
    let choice: OnError = try onError ?? Configuration.parsed("LEDGER_ON_ERROR") ?? .deny
    showUnanswered(reason, isAllowed: choice == .allow)
    guard choice == .allow else {
      throw Failure(
        "the deploy gate could not be asked, which is a no: \(reason)",
        hint: "\(try advice) --on-error allow goes on without it.", code: Exit.denied)
    }
    let text = "\(service) → \(environment) goes on without the deploy gate: \(reason)"
    var isRecorded = true
    do { try await asker.note(text) } catch { isRecorded = false }
    Console.error("ledger: \(text)" + (isRecorded ? "" : " (this is not recorded)"))
  }

  private var advice: String {
    get throws {
      if case .file = try source.place() { return "Does a server use the file? Ask it: --server." }
      return "Is the server running?"
    }
  }

  private var wantsJSON: Bool { json || Configuration.flag("LEDGER_JSON") }

  private func showUnanswered(_ reason: String, isAllowed: Bool) {
    guard wantsJSON else { return }
    let asked: [String: JSON] = [
      "service": .string(service), "environment": .string(environment),
      "digest": .optional(digest), "commit": .optional(commit),
    ]
    var answer = DeployReport(unavailable: reason, asked: asked, now: currentInstant()).json
      .with(["reason": .string(reason)])
    if isAllowed { answer = answer.with(["state": "allow", "is_temporary": false, "exit": 0]) }
    Console.write(JSONText.line(answer, isTerminal: Console.isTerminal))
  }

  private func show(_ report: DeployReport, exit: Int32? = nil) {
    if wantsJSON {
      let json = exit.map { report.json.with(["exit": .int(Int64($0))]) } ?? report.json
      Console.write(JSONText.line(json, isTerminal: Console.isTerminal))
    } else {
      let blocks = DeployText(report: report).blocks
      Console.write(blocks.text(width: nil, color: Console.usesColor(.auto)))
    }
  }

  private func body() throws -> [String: JSON] {
    var body: [String: JSON] = [
      "service": .string(service), "environment": .string(environment),
    ]
    let commit = try digest == nil ? commit ?? Configuration.workflow?.commit : commit
    if let digest { body["digest"] = .string(digest) }
    if let commit { body["commit"] = .string(commit) }
    if let replicas { body["replicas"] = .int(replicas) }
    if rollback { body["rollback"] = true }
    if dryRun || Configuration.flag("LEDGER_DRY_RUN") { body["dry_run"] = true }
    return body
  }

  private func asker() throws -> any DeployAsker {
    let body = try body()
    _ = try FileDeployAsker.members(body)
    switch try source.place() {
    case .file(let path): return FileDeployAsker(path: path, body: body)
    case .server(let url):
      let server = try ServerConnection(url: url)
      let token = try Configuration.apiToken
      let audience = audience ?? Configuration.text("LEDGER_AUDIENCE") ?? server.base
      let job = Configuration.workflow?.identity
      var asker = ServerDeployAsker(server: server, token: token, body: body)
      if let job { asker.identity = { try await Self.identity(job, audience) } }
      return asker
    }
  }

  /// The runner reads the mask from either stream.
  private static func identity(
    _ job: (url: String, token: String), _ audience: String
  ) async throws -> String {
    let token = try await IdentityToken.request(job, audience: audience, Patience(limit: 0))
    Console.error("::add-mask::\(token)")
    return token
  }
}
