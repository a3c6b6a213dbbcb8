import ArgumentParser

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version.")

  func run() { Console.write("ledger \(Version.current)\n") }
}

struct CompletionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Prints a completion script for a shell.",
    discussion: """
      EXAMPLES
        ledger completion bash > /etc/bash_completion.d/ledger
        ledger completion zsh > "${fpath[1]}/_ledger"

      Names of services and environments come from the ledger that LEDGER_DB or LEDGER_SERVER names.
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  @Argument(help: "bash, zsh or fish.") var shell: Shell

  func run() { Console.write(CompletionCommand.script(for: shell) + "\n") }

  static func script(for shell: Shell) -> String {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    return LedgerCommand.completionScript(for: kind)
  }
}

struct TopicCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topic", abstract: "Explains exit-codes, refs, environment or formatting.")

  enum Topic: String, ExpressibleByArgument, CaseIterable {
    case exitCodes = "exit-codes"
    case refs, environment, formatting
  }

  @Argument(help: "exit-codes, refs, environment or formatting. Without one they are listed.")
  var topic: Topic?

  func run() { Console.write((topic.map(TopicCommand.text) ?? TopicCommand.list) + "\n") }

  private static let list = """
    exit-codes   how commands end, for scripts
    refs         what names an entry, a commit, an image, a deployment
    environment  variables and secrets
    formatting   tables, JSON, colours, times

    ledger topic NAME prints one of them.
    """

  private static func text(_ topic: Topic) -> String {
    switch topic {
    case .exitCodes:
      """
       0  ok; a gate allowed
       1  error: a file, a server, the network; doctor and policy test: something is not right
       2  usage, or an ambiguous reference
       3  nothing matched (show, trace, diff, export --proofs, and --fail-empty); what is asked for
          is not there: a token, a body, a person, a policy in force, a head with its quorum
       4  a token is needed, or was refused
       8  pending: the gate has not decided
      10  a gate denied (attest deploy: the verdict is no allow; policy simulate --fail-on-diff:
          something would be decided otherwise)
      11  something else runs than was deployed (running --drift-only), or something
          is left (teardown)
      12  ledger verify found a difference; the file was found damaged, cut or rewritten when it was
          opened; a raw body is not what was received; an attestation or a proof does not hold; a
          copy of the log's head is newer than the log
      13  something could not be determined: a rate limit, a permission (reconcile, teardown);
          whose log a proof or an export is of (prove --check and verify --export without --vkey)
      """
    case .refs:
      """
      api                      the latest deployment of a service, in every environment
      api@prod                 what runs there now
      api@prod~2               two deployments before it
      api@prod@{2.hours.ago}   what ran there then; any time, as in --since
      418, '#418'              line #418 of the history, or entry 418 of the log
      pr:1287, acme/api#1287   a pull request
      sha:9f3c2ab              a commit, 6 characters or more
      sha256:6c62fb            an image digest, 6 characters or more
      td:api:57                a revision of a task definition

      ledger diff takes two of them, or A..B. ledger history takes one as a filter: no flag can name
      another place or thing beside it, and variables that name one are ignored.
      """
    case .environment:
      """
      Most flags have a variable: --db has LEDGER_DB, --no-trunc has LEDGER_NO_TRUNC. A flag wins.
      So does a reference: beside one ledger history ignores LEDGER_SERVICE, LEDGER_ENV, LEDGER_REPO,
      LEDGER_COMMIT, LEDGER_DIGEST and LEDGER_PR, and the last three beside -c, --digest and --pr.

      Secrets come from a variable or from the file that its _FILE variant names, never from a flag:
        LEDGER_WEBHOOK_SECRET   what GitHub signs deliveries with, 32 bytes or more; two values, on two
                                lines or separated by a comma, while one is being replaced
        LEDGER_GITHUB_TOKEN     reads checks and posts commit statuses
        LEDGER_GITHUB_APP_PRIVATE_KEY
                                the same as a GitHub App, which posts check runs instead; with
                                LEDGER_GITHUB_APP_ID, and not beside a token
        LEDGER_SIGNING_KEY      what signs checkpoints and ledger attest; by default the file beside the
                                ledger's, with .key behind its name (ledger init)
        LEDGER_APP_TOKEN        what GET /app expects in X-Auth-Token
        LEDGER_TOKEN            the API token that commands send with --server; ledger record and ledger
                                gate deploy ask GitHub Actions for an identity token when it is unset

      LEDGER_GITHUB_APP_ID      the App's client id, or its numeric id; no secret
      LEDGER_GITHUB_API_URL     the API of a GitHub Enterprise server
      LEDGER_PUBLIC_URL         where people reach the server: statuses link to it
      LEDGER_PENDING_MINUTES    after that GitHub is asked what a verdict waits for; 10
      LEDGER_JOURNAL            wal or delete; by default delete on a network file system
      LEDGER_ADMISSION          enforce or audit: a cluster's API server may ask POST /admission
      LEDGER_ADMISSION_CLUSTER  as ledger.yaml calls that cluster, where it names several
      LEDGER_TLS_LISTEN         where it is answered, over TLS alone; 0.0.0.0:8443
      LEDGER_TLS_CERT, LEDGER_TLS_KEY
                                certificate chain and private key, PEM; read again when they change
      LEDGER_TLS_CLIENT_CA      who asks has to show a certificate of this authority
      LEDGER_HELLO_ONLY=1       serve answers the hello applications alone
      LEDGER_PAGES              private: the gate's pages need a token
      LEDGER_LOG                public: entries, and pages about them, need no token
      LEDGER_VKEY               the log's public key, for prove --check and verify
      LEDGER_DEV=1              allows a short webhook secret
      VERSION                   what GET /version says
      LEDGER_URL                as LEDGER_SERVER
      LEDGER_PAGER, PAGER       what turns the pages; empty for none
      NO_COLOR, CLICOLOR, CLICOLOR_FORCE, COLUMNS, XDG_CACHE_HOME
      """
    case .formatting:
      """
      -o table    columns, cut to the terminal       -o json    one object with items
      -o wide     columns, nothing cut               -o ndjson  an item a line, then a trailer
      -o csv      RFC 4180, with a header            -o tsv     TABs; --header names the columns
      -o md       a table for GitHub

      entries and follow print an item a line for json, too, without a trailer: nobody knows their end.

      --fields id,outcome prints these columns alone, --fields list names all.

      A terminal gets a table with relative times, a pipe gets tsv with RFC 3339 times in UTC; see
      --relative, --absolute, --utc and --local. What is longer than the screen goes through
      LEDGER_PAGER or PAGER, less -FRX by default.

      ✓ good   ✗ failed   ● under way   ↺ rolled back   ⊘ refused, cancelled   ? unknown
      ! beside an outcome: a report contradicts it.

      Control characters from outside are shown as \\u{1b}.
      """
    }
  }
}
