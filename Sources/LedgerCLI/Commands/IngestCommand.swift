import ArgumentParser
import Ledger

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Brings events to a server that cannot be sent to it.",
    subcommands: [IngestAWSCommand.self])
}

struct IngestAWSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aws",
    abstract: "Empties an SQS queue of EventBridge events into a server.",
    discussion: """
      EXAMPLES
        ledger ingest aws --server https://ledger.example.com \\
          --sqs-url https://sqs.us-east-1.amazonaws.com/123456789012/ledger
        ledger ingest aws --once --server http://127.0.0.1:8080 --sqs-url URL

      Runs the aws command, with its own credentials and settings (AWS_PROFILE, AWS_ENDPOINT_URL, \
      …); it needs sqs:ReceiveMessage and sqs:DeleteMessage. LEDGER_TOKEN is a token with the scope \
      record. \
      A message is deleted when the server acknowledged it. One that the server refuses is named and \
      stays in the queue: give the queue a dead-letter queue.
      """)

  @Option(name: .customLong("sqs-url"), help: "The URL of the queue.") var queue: String
  @Option(help: "The server; its token is taken from LEDGER_TOKEN.") var server: String?
  @Option(help: "The queue's region, when the aws command does not know it.") var region: String?
  @Option(help: "Seconds to wait for messages, 0 to 20.") var wait = 20
  @Flag(help: "Stop when the queue is empty.") var once = false

  func validate() throws {
    guard queue.hasPrefix("https://") || queue.hasPrefix("http://") else {
      throw ValidationError("--sqs-url must be the URL of a queue")
    }
    guard (0...20).contains(wait) else { throw ValidationError("--wait must be 0 to 20") }
  }

  func run() async throws {
    let server =
      self.server ?? Configuration.text("LEDGER_SERVER") ?? Configuration.text("LEDGER_URL")
    guard let server else {
      throw Failure.usage(
        "ingest needs a server", hint: "Give --server URL: the events are entered through it.")
    }
    let drain = QueueDrain(
      queue: SQSQueue(
        url: queue, region: region, endpoint: Configuration.sqsEndpoint, wait: wait),
      server: try ServerSource(url: server, token: Configuration.apiToken))
    guard once else { try await drain.forever() }
    Console.write("\(try await drain.once())\n")
  }
}
