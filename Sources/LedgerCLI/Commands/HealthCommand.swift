import ArgumentParser

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Asks a server whether it is ready, as a container's health check does.",
    discussion: """
      EXAMPLES
        ledger health
        ledger health https://ledger.example.com

      It asks for /readyz: whether deliveries can be stored. Without an address: the server on \
      this machine that LEDGER_LISTEN names. Exit 0 when it is ready, 1 when not.
      """)

  @Argument(help: "The server's address. Default: http://127.0.0.1:8080, or LEDGER_LISTEN's")
  var url: String?

  @Option(help: "Seconds to wait for the answer.") var timeout = 4

  func run() async throws {
    guard (1...3_600).contains(timeout) else {
      throw Failure.usage("--timeout \(timeout) must be 1 to 3600")
    }
    let server = try ServerConnection(url: try url ?? HealthCommand.ownAddress())
    let request = server.request(.get, "/readyz", token: nil)
    let answer: ServerConnection.Answer
    do {
      answer = try await server.execute(request, timeout: .seconds(Int64(timeout)))
    } catch let failure as Failure { throw failure } catch {
      throw Failure(server.unreachable(error))
    }
    let text = Text.safe(
      String(decoding: answer.body.prefix(200).filter { $0 != 10 }, as: UTF8.self))
    guard answer.status == 200 else {
      throw Failure("\(server.base) is not ready: \(answer.status) \(text)")
    }
    Console.write("\(text)\n")
  }

  /// An address that stands for all of a machine's is no address to connect to.
  private static func ownAddress() throws -> String {
    let listen: ListenAddress =
      try Configuration.parsed("LEDGER_LISTEN") ?? ListenAddress(host: "127.0.0.1", port: 8_080)
    let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][listen.host] ?? listen.host
    return "http://\(ListenAddress(host: host, port: listen.port))"
  }
}
