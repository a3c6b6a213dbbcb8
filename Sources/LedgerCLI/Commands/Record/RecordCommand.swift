import ArgumentParser

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Records what GitHub never reports: builds, images, deployments, scans, …",
    discussion: """
      EXAMPLES
        ledger record build --outcome success
        ledger record image --digest sha256:6c62… --tag 1.4.0 \\
          --image registry.example.com/api
        aws ecs register-task-definition … \\
          | ledger record task-definition -s api --from -
        ledger record deployment start -s api -e production --digest sha256:6c62…
        ledger record deployment finish -s api -e production
        ledger record scan --digest sha256:6c62… --from trivy.json
        ledger record attestation --digest sha256:6c62… --bundle "$BUNDLE_PATH"
        ledger record test-results --from junit.xml
        kubectl get deployment,replicaset,pods -o json \\
          | ledger record rollout --cluster prod --from -
        ledger record resource --type aws_db_instance --id api-test \\
          --state created -e staging
        ledger record note "Load test until 15:00" -e staging

      To a server with --server, LEDGER_SERVER or LEDGER_URL and the token in \
      LEDGER_TOKEN, or into the file with --db while no server uses it.

      In GitHub Actions repository, commit, run, actor and address come from the \
      job's variables; flags win. Without LEDGER_TOKEN the job's identity token is \
      sent, if the job has permissions: id-token: write.

      While the server cannot be reached the report is sent again, for 60s or \
      --retry-for. Exit 0 only when the ledger acknowledged it.
      """,
    subcommands: [
      RecordBuildCommand.self, RecordImageCommand.self, RecordTaskDefinitionCommand.self,
      RecordDeploymentCommand.self, RecordScanCommand.self, RecordAttestationCommand.self,
      RecordTestResultsCommand.self,
      RecordResourceCommand.self, RecordRolloutCommand.self, RecordNoteCommand.self,
    ])
}
