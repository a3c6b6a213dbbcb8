import ArgumentParser
import Ledger
import Reports
import Webhooks

struct RecordResourceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resource",
    abstract: "Something that costs money or has to be torn down was made, or is gone.",
    discussion: """
      EXAMPLES
        terraform show -json | ledger record resource -e staging --from -
        terraform show -json destroy.tfplan >plan.json
        ledger record resource -e staging --from plan.json
        kubectl get deployment,service -n api -o json | \\
          ledger record resource -e staging --from -
        ledger record resource --type aws_db_instance --id api-test \\
          --state created -e staging
        ledger record resource --type aws_db_instance --id api-test --state gone

      Of a list only addresses, types, names, ids, ARNs and tags are read; whatever is sensitive, or \
      is called so, is left out before anything is sent. Record the state after each apply, and \
      after the destroy: what the newest state does not hold any more is gone. Several states of one \
      environment need names: --stack.
      """)

  enum Form: String, ExpressibleByArgument, CaseIterable {
    case state, plan, listing
    case destroyPlan = "destroy-plan"
  }

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var options: RecordOptions

  @Option(help: "Output of terraform show -json or kubectl get -o json; - is standard input.")
  var from: String?
  @Option(help: "What --from has to be: state, plan, destroy-plan or listing.") var form: Form?
  @Option(help: "Which of several lists of this environment. Default: main") var stack: String?
  @Option(
    name: .customLong("taken-at"),
    help: "When the list was made: RFC 3339, or 10m ago as 10m. Default: when the file was written."
  )
  var takenAt: TimeExpression?

  @Option(help: "What it is, such as aws_db_instance.") var type: String?
  @Option(help: "What it is known by where it is, such as an ARN.") var id: String?
  @Option(help: "created or gone.") var state: String?
  @Option(help: "Its name.") var name: String?
  @Option(name: .shortAndLong, help: "Environment.") var env: String?
  @Option(help: "Region.") var region: String?
  @Option(name: .customLong("occurred-at"), help: "RFC 3339, or 10m ago as 10m.")
  var occurredAt: TimeExpression?

  func validate() throws {
    guard from != nil else {
      guard form == nil, stack == nil, takenAt == nil else {
        throw ValidationError("--form, --stack and --taken-at go with --from")
      }
      return
    }
    let others = [type, id, state, name, region].contains { $0 != nil } || occurredAt != nil
    if others { throw ValidationError("--from says all that can be said about the resources") }
  }

  func run() async throws {
    try await options.record([from == nil ? single() : list()])
  }

  private func single() throws -> Report {
    var body = try pipeline.body()
    body.set("type", type, flag: "type")
    body.set("id", id, flag: "id")
    body.set("state", state, flag: "state")
    body.set("name", name, flag: "name")
    body.set("environment", env, flag: "env")
    body.set("region", region, flag: "region")
    try body.set("occurred_at", occurredAt, flag: "occurred-at")
    let label = ReportLabel.text("resource", body["type"], body["id"])
    return Report(kind: .resourceRecorded, body: body.members, label: label)
  }

  private func list() throws -> Report {
    let list = try read(from ?? "-")
    var body = try pipeline.body()
    body.set("environment", env, flag: "env")
    guard body["environment"] != nil else {
      throw Failure.usage("--from needs an environment", hint: "Give it with -e.")
    }
    body.set("stack", stack, flag: "stack", otherwise: "main")
    body.set("form", list.form.rawValue, flag: nil)
    body.set("tool", list.tool, flag: nil)
    try body.set("taken_at", takenAt, flag: "taken-at")
    if body["taken_at"] == nil {
      let (now, written) = (currentInstant(), try InputFile.written(from ?? "-"))
      let at = list.takenAt ?? written.map { min($0, now) } ?? now
      body.set("taken_at", .string(at.description))
    }
    body.set("resources", .array(list.resources.map(\.json)))
    return Report(kind: .resourceSnapshot, body: body.members, label: label(list))
  }

  private func read(_ path: String) throws -> ResourceList {
    let list: ResourceList
    do { list = try ResourceList(try InputFile.read(path)) } catch let error as ResourceListError {
      throw Failure("\(InputFile.name(path)) \(Text.safe(error.reason))", hint: error.hint)
    }
    guard let form, form.rawValue != list.form.rawValue else { return list }
    throw Failure(
      "\(InputFile.name(path)) is a \(list.form.rawValue), and --form says \(form.rawValue)",
      hint: "terraform show -json prints the state, terraform show -json FILE a plan.")
  }

  private func label(_ list: ResourceList) -> String {
    let removed = list.removed == 0 ? "" : ", \(list.removed) secret values left out"
    return "\(list.resources.count) resources of a \(list.form.rawValue)\(removed)"
  }
}
