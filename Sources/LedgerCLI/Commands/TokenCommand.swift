import ArgumentParser
import Ledger
import Service

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "API tokens: makes, lists and revokes them.",
    subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

struct TokenCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes an API token and shows it, once.",
    discussion: """
      EXAMPLES
        ledger token create --db ledger.sqlite --name laptop --scope read
        ledger token create --server https://ledger.example.com --name ci \\
          --scope record --repository acme/api --repository acme/web

      Every scope includes reading: of all entries, about all repositories. --repository binds what \
      a token may report about, and which tokens it may make and revoke; with it the token may neither \
      forget people nor reconcile. Without it that is everything.

      With --db no server may be using the file. With --server the token in LEDGER_TOKEN must have \
      the scope admin.
      """)

  @OptionGroup var source: SourceOptions
  @Option(help: "Whose it is; shown wherever it was used.") var name: String
  @Option(help: "read, record, override or admin; each includes those before it.") var scope: Scope
  @Option(
    help: "What it may report about, not what it may read: OWNER/NAME or an id; repeatable.")
  var repository: [String] = []
  @Flag(help: "Print name, scope, token and repositories as JSON.") var json = false

  func validate() throws {
    guard NewToken.isValid(name: name) else {
      throw ValidationError("--name must be 1 to 100 printable characters")
    }
  }

  func run() async throws {
    let answer = try await source.tokens().create(
      name: name, scope: scope, repositories: repository)
    guard let secret = answer["token"]?.string else {
      throw Failure("the server's answer has no token")
    }
    if json {
      Console.write(answer.canonicalBytes + [10])
    } else {
      Console.write(secret + "\n")
      Console.error("This is the only time it is shown. Use it as LEDGER_TOKEN.")
    }
  }
}

struct TokenListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "The API tokens that were made, and which of them are revoked.",
    discussion: """
      EXAMPLES
        ledger token list --db ledger.sqlite
        ledger token list --server https://ledger.example.com --json \\
          | jq '.items[].name'

      The secrets are not shown: nobody has them. HASH begins the SHA-256 of the secret.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if output.listsFields(of: TokenSheet.columns) { return }
    let style = try output.style()
    let list = try await source.tokens().list()
    Console.show(try Rendering(sheet: TokenSheet.sheet(list), style: style).text(), style)
  }
}

struct TokenRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Ends an API token at once.",
    discussion: """
      EXAMPLES
        ledger token revoke ci --server https://ledger.example.com
        ledger token revoke 3fa92c --db ledger.sqlite

      A name that several valid tokens have exits 2 and lists them: the start of a hash, 6 \
      characters or more, names one. With --db no server may be using the file.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "Its name, or the start of its hash.") var token: String

  func run() async throws {
    let tokens = try source.tokens()
    let chosen = try TokenChoice(token).pick(from: try await tokens.list().items)
    let label = "\(Text.safe(chosen.name)) \(chosen.hash.prefix(TokenSheet.digits))"
    if let before = chosen.revokedAt {
      Console.write("\(label) was revoked before: \(before)\n")
    } else {
      try await tokens.revoke(hash: chosen.hash)
      Console.write("\(label) is revoked\n")
    }
  }
}
