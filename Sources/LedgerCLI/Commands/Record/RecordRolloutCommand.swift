import ArgumentParser
import Ledger
import Reports
import Webhooks

struct RecordRolloutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollout",
    abstract: "Workloads of Kubernetes as they are: what runs, and how the rollout goes.",
    discussion: """
      EXAMPLES
        kubectl get deployment,replicaset,pods -o json \\
          | ledger record rollout --cluster prod --from -
        kubectl get statefulset,pods -n db -o json > db.json
        ledger record rollout --cluster prod --from db.json \\
          --workload StatefulSet/postgres

      Every workload of the list becomes an entry, all of them or none. The list does \
      not say when it was made: without --observed-at it counts as seen when received.
      """)

  @OptionGroup var options: RecordOptions

  @Option(help: "What kubectl printed; - is standard input.") var from: String
  @Option(help: "The name of the cluster.") var cluster: String?
  @Option(help: "Only this one, such as Deployment/api; may be repeated.") var workload: [String] =
    []
  @Option(name: .customLong("observed-at"), help: "RFC 3339, or 10m ago as 10m.")
  var observedAt: TimeExpression?

  func run() async throws {
    let cluster = cluster ?? Configuration.text("LEDGER_CLUSTER")
    let time: TimeExpression? = try observedAt ?? Configuration.parsed("LEDGER_OBSERVED_AT")
    let all = try rollouts(cluster, time?.instant(now: currentInstant()))
    let wanted = Configuration.list(workload, "LEDGER_WORKLOAD")
    let meant = all.filter { body in
      wanted.isEmpty || body["workload"]?.string.map(wanted.contains) == true
    }
    guard !meant.isEmpty else {
      let known = all.compactMap { $0["workload"]?.string }.map(Text.safe)
      throw Failure(
        "there is no \(wanted.map(Text.safe).joined(separator: ", ")) in it",
        hint: "There are: \(known.joined(separator: ", "))", code: Exit.nothing)
    }
    try await options.record(meant.map(RecordRolloutCommand.report))
  }

  private func rollouts(_ cluster: String?, _ at: Instant?) throws -> [JSON] {
    do {
      return try KubernetesList(try InputFile.read(from))
        .rollouts(cluster: cluster, observedAt: at)
    } catch let error as KubernetesError {
      throw Failure(
        "\(InputFile.name(from)) \(Text.safe(error.reason))", hint: KubernetesList.command)
    }
  }

  private static func report(_ json: JSON) -> Report {
    let body = (json.object ?? [:]).filter { !$0.value.isNull }
    let label = ReportLabel.text("rollout", body["workload"], body["outcome"])
    return Report(kind: .rolloutObserved, body: body, label: label)
  }
}
