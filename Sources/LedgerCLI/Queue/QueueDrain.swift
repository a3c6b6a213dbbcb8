import Ledger

/// Carries messages from a queue to a server. Each is delivered at least once: it leaves the queue
/// after the server acknowledged it, and the server knows a repetition.
struct QueueDrain: Sendable {
  private static let longestPause = 60

  let queue: SQSQueue
  let server: ServerSource

  struct Count: CustomStringConvertible {
    var acknowledged = 0
    var refused = 0

    var description: String { "acknowledged \(acknowledged), refused \(refused)" }

    static func += (total: inout Count, more: Count) {
      total.acknowledged += more.acknowledged
      total.refused += more.refused
    }
  }

  /// Until the queue is empty, or holds nothing that the server takes.
  func once() async throws -> Count {
    var total = Count()
    while true {
      let count = try await carry(try await queue.receive())
      total += count
      guard count.acknowledged > 0 else { return total }
    }
  }

  /// Until the process is stopped. A queue that cannot be read from the start is a mistake and ends
  /// it, as does a token that is refused; anything else is tried again after a pause that doubles.
  func forever() async throws -> Never {
    var (isReadable, pause) = (false, 1)
    while true {
      do {
        let messages = try await queue.receive()
        isReadable = true
        let count = try await carry(messages)
        pause = 1
        if count.acknowledged == 0 { try await Task.sleep(for: .seconds(pause)) }
      } catch let failure as Failure where isReadable && failure.code == Exit.error {
        Console.error("ledger: \(Text.safe(failure.message)); again in \(pause) s")
        try await Task.sleep(for: .seconds(pause))
        pause = min(pause * 2, QueueDrain.longestPause)
      }
    }
  }

  /// Throws when the server could not take a message; the ones before it are deleted.
  private func carry(_ messages: [SQSQueue.Message]) async throws -> Count {
    var (count, taken) = (Count(), [SQSQueue.Message]())
    var failure: Failure?
    for message in messages where failure == nil {
      switch try await server.deliver(Array(message.body.utf8), to: "/webhooks/aws") {
      case .acknowledged: taken.append(message)
      case .refused(let reason):
        count.refused += 1
        Console.error("ledger: message \(Text.safe(message.id)) was refused: \(Text.safe(reason))")
      case .failed(let reason): failure = reason
      }
    }
    count.acknowledged = taken.count
    for id in try await queue.delete(taken) {
      Console.error("ledger: message \(Text.safe(id)) could not be deleted, and will come again")
    }
    if let failure { throw failure }
    return count
  }
}
