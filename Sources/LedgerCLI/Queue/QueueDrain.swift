import Ledger

/// Carries messages from a queue to a server. Each is delivered at least once: it leaves the queue
/// after the server acknowledged it, and the server knows a repetition.
struct QueueDrain: Sendable {
  private static let longestPause = 60
  /// Ids of messages that stay in the queue, of one run.
  private static let longestMemory = 100_000

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

  /// Until the queue is empty, or holds nothing that the server takes: a batch that stays says so
  /// only when it was seen before, because others may wait behind it.
  func once() async throws -> Count {
    var (total, seen) = (Count(), Set<String>())
    while true {
      let messages = try await queue.receive()
      let (count, left) = try await carry(messages)
      total += count
      let isNews = seen.count < QueueDrain.longestMemory && !seen.isSuperset(of: left)
      guard left.count < messages.count || isNews else { return total }
      seen.formUnion(left)
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
        let (count, _) = try await carry(messages)
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
  ///
  /// - Returns: the ids of those that stay in the queue beside the count.
  private func carry(_ messages: [SQSQueue.Message]) async throws -> (Count, left: [String]) {
    var (count, taken, left) = (Count(), [SQSQueue.Message](), [String]())
    var failure: Failure?
    for message in messages where failure == nil {
      switch try await server.deliver(Array(message.body.utf8), to: "/webhooks/aws") {
      case .acknowledged: taken.append(message)
      case .refused(let reason):
        count.refused += 1
        left.append(message.id)
        Console.error("ledger: message \(Text.safe(message.id)) was refused: \(Text.safe(reason))")
      case .failed(let reason): failure = reason
      }
    }
    count.acknowledged = taken.count
    for id in try await queue.delete(taken) {
      left.append(id)
      Console.error("ledger: message \(Text.safe(id)) could not be deleted, and will come again")
    }
    if let failure { throw failure }
    return (count, left)
  }
}
