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
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  @Argument(help: "bash, zsh or fish.") var shell: Shell

  func run() {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    Console.write(LedgerCommand.completionScript(for: kind) + "\n")
  }
}

struct TopicCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topic", abstract: "Explains exit-codes, refs, environment or formatting.")

  enum Topic: String, ExpressibleByArgument, CaseIterable {
    case exitCodes = "exit-codes"
    case refs, environment, formatting
  }

  @Argument(help: "exit-codes, refs, environment or formatting.") var topic: Topic

  func run() { Console.write(text + "\n") }

  private var text: String {
    switch topic {
    case .exitCodes:
      """
       0  ok; a gate allowed
       1  error: a file, a server, the network
       2  usage, or an ambiguous reference
       3  nothing matched (show, and --fail-empty)
       4  a token is needed, or was refused
       8  pending: the gate has not decided
      10  a gate denied
      12  ledger verify found a difference
      """
    case .refs:
      """
      418, '#418'       entry 418 of the log
      acme/api#1287     a pull request
      sha:9f3c2ab       a commit, 6 characters or more
      sha256:6c62fb     an image digest, 6 characters or more
      """
    case .environment:
      """
      Every flag has a variable: --db has LEDGER_DB, --no-trunc has LEDGER_NO_TRUNC. A flag wins.

      Secrets come from a variable or from the file that its _FILE variant names, never from a flag:
        LEDGER_WEBHOOK_SECRET   what GitHub signs deliveries with, 32 bytes or more; two values, on two
                                lines or separated by a comma, while one is being replaced
        LEDGER_GITHUB_TOKEN     reads checks and posts statuses
        LEDGER_APP_TOKEN        what GET /app expects in X-Auth-Token
        LEDGER_TOKEN            the API token that commands send with --server; ledger record asks
                                GitHub Actions for an identity token when it is unset

      LEDGER_GITHUB_API_URL     the API of a GitHub Enterprise server
      LEDGER_PUBLIC_URL         where people reach the server: statuses link to it
      LEDGER_PAGES              private: the gate's pages need a token
      LEDGER_DEV=1              allows a short webhook secret
      VERSION                   what GET /version says
      NO_COLOR, CLICOLOR, CLICOLOR_FORCE, COLUMNS
      """
    case .formatting:
      """
      -o table    columns, cut to the terminal       -o json    one object with items
      -o wide     columns, nothing cut               -o ndjson  an item a line, then a trailer
      -o csv      RFC 4180, with a header            -o tsv     TABs; --header names the columns

      A terminal gets a table with relative times, a pipe gets tsv with RFC 3339 times in UTC.
      Control characters from outside are shown as \\u{1b}.
      """
    }
  }
}
