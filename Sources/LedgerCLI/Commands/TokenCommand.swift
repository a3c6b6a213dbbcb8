import ArgumentParser
import Gates
import Ledger
import SQLiteStore
import Service

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "API tokens.", subcommands: [TokenCreateCommand.self])
}

struct TokenCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes an API token and shows it, once.",
    discussion: """
      EXAMPLES
        ledger token create --db ledger.sqlite --name laptop --scope read
        ledger token create --server https://ledger.example.com --name ci --scope record

      With --db no server may be using the file. With --server the token in LEDGER_TOKEN must have
      the scope admin.
      """)

  @OptionGroup var source: SourceOptions
  @Option(help: "Whose it is; shown wherever it was used.") var name: String
  @Option(help: "read, record or admin.") var scope: Scope
  @Flag(help: "Print name, scope and token as JSON.") var json = false

  func validate() throws {
    guard NewToken.isValid(name: name) else {
      throw ValidationError("--name must be 1 to 100 printable characters")
    }
  }

  func run() async throws {
    let secret: String =
      switch try source.place() {
      case .file(let path): try await create(inFile: path)
      case .server(let url): try await create(onServer: url)
      }
    if json {
      let answer: JSON = [
        "name": .string(name), "scope": .string(scope.rawValue), "token": .string(secret),
      ]
      Console.write(answer.canonicalBytes + [10])
    } else {
      Console.write(secret + "\n")
      Console.error("This is the only time it is shown. Use it as LEDGER_TOKEN.")
    }
  }

  private func create(inFile path: String) async throws -> String {
    let store = try SQLiteLedger(path: path, reactor: MergeGate(), now: currentInstant)
    let token = NewToken(name: name, scope: scope)
    _ = try await store.append([Submission(entry: token.entry(received: currentInstant()))])
    try await store.close()
    return token.secret
  }

  private func create(onServer url: String) async throws -> String {
    let server = try ServerSource(url: url, token: Configuration.apiToken)
    let answer = try await server.createToken(name: name, scope: scope.rawValue)
    guard let secret = answer["token"]?.string else {
      throw Failure("the server's answer has no token")
    }
    return secret
  }
}
