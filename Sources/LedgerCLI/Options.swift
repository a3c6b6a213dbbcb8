import ArgumentParser
import Ledger
import Reports
import Service

extension Scope: ExpressibleByArgument {}

struct SourceOptions: ParsableArguments {
  @Option(help: "The ledger's file, also of a server at work. Default: ledger.sqlite")
  var db: String?

  @Option(help: "A server to ask instead; its token is taken from LEDGER_TOKEN.")
  var server: String?

  enum Place {
    case file(String)
    case server(String)
  }

  /// A flag wins over both variables; two of one rank contradict each other.
  func place() throws -> Place {
    let variables = (
      Configuration.text("LEDGER_DB"),
      Configuration.text("LEDGER_SERVER") ?? Configuration.text("LEDGER_URL")
    )
    let (file, url) = db == nil && server == nil ? variables : (db, server)
    switch (file, url) {
    case (_?, _?):
      throw Failure.usage("a file and a server are both given", hint: "Give one of them.")
    case (let path?, nil): return .file(path)
    case (nil, let url?): return .server(url)
    case (nil, nil): return .file(Configuration.defaultDatabase)
    }
  }

  func open() throws -> any LedgerSource {
    switch try place() {
    case .file(let path): try FileSource(path)
    case .server(let url): try ServerSource(url: url, token: Configuration.apiToken)
    }
  }
}

extension TimeExpression: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Digits alone: `Int` would also read a sign.
func plainNumber(_ text: Substring) -> Int64? {
  text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
}
