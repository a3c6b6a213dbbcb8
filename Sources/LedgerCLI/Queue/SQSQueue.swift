import Ledger
import Subprocess

/// A queue of SQS, through the `aws` command: its chain of credentials and its retries are the ones
/// that operators know.
struct SQSQueue: Sendable {
  struct Message: Sendable {
    let id: String
    let receipt: String
    let body: String
  }

  /// SQS hands out ten at most, of 1 MiB each; as JSON in JSON each byte may take six.
  private static let batch = 10
  private static let largestOutput = 64 << 20

  let url: String
  let region: String?
  /// Version 1 of the command does not look at `AWS_ENDPOINT_URL` when it talks to SQS.
  let endpoint: String?
  /// Seconds.
  let wait: Int

  func receive() async throws -> [Message] {
    let output = try await aws(
      "receive-message",
      ["--max-number-of-messages", String(SQSQueue.batch), "--wait-time-seconds", String(wait)])
    // The command prints nothing at all for an empty queue.
    guard !output.allSatisfy(\.isWhitespace) else { return [] }
    let json: JSON
    do { json = try JSON.parse(Array(output.utf8)) } catch {
      throw Failure("aws sqs receive-message did not print JSON: \(error.description)")
    }
    return try (json["Messages"]?.array ?? []).map { message in
      guard let id = message["MessageId"]?.string, let body = message["Body"]?.string,
        let receipt = message["ReceiptHandle"]?.string
      else { throw Failure("aws sqs receive-message printed a message without its members") }
      return Message(id: id, receipt: receipt, body: body)
    }
  }

  /// What cannot be deleted comes again, and is a duplicate then.
  ///
  /// - Returns: the ids of messages that are still there.
  func delete(_ messages: [Message]) async throws -> [String] {
    guard !messages.isEmpty else { return [] }
    let entries = messages.enumerated().map { number, message -> JSON in
      ["Id": .string(String(number)), "ReceiptHandle": .string(message.receipt)]
    }
    let output = try await aws(
      "delete-message-batch", ["--entries", JSON.array(entries).canonicalString])
    guard !output.allSatisfy(\.isWhitespace) else { return [] }
    let json: JSON
    do { json = try JSON.parse(Array(output.utf8)) } catch {
      throw Failure("aws sqs delete-message-batch did not print JSON: \(error.description)")
    }
    return (json["Failed"]?.array ?? []).compactMap { failed in
      failed["Id"]?.string.flatMap { Int($0) }.flatMap {
        messages.indices.contains($0) ? messages[$0].id : nil
      }
    }
  }
}

extension SQSQueue {
  private func aws(_ verb: String, _ more: [String]) async throws -> String {
    let arguments =
      ["sqs", verb, "--queue-url", url, "--output", "json"]
      + (region.map { ["--region", $0] } ?? [])
      + (endpoint.map { ["--endpoint-url", $0] } ?? []) + more
    let result = try await Tool.run(
      "aws", arguments, limit: SQSQueue.largestOutput,
      hint: "Install the AWS CLI, version 2: https://aws.amazon.com/cli/")
    guard result.terminationStatus.isSuccess else {
      throw SQSQueue.failure(verb, result.standardError, result.terminationStatus)
    }
    return result.standardOutput
  }

  private static func failure(
    _ verb: String, _ complaint: String, _ status: TerminationStatus
  ) -> Failure {
    let line = complaint.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    let words = line.map { Text.safe(String($0)) } ?? "it said nothing (\(status))"
    return Failure("aws sqs \(verb) failed: \(words)", hint: hint(complaint))
  }

  private static func hint(_ complaint: String) -> String? {
    let known = [
      ("AccessDenied", "It needs sqs:ReceiveMessage and sqs:DeleteMessage on the queue."),
      ("NonExistentQueue", "Is --sqs-url the URL of the queue, and --region its region?"),
      ("Unable to locate credentials", "aws sts get-caller-identity says who you are to AWS."),
      ("ExpiredToken", "The credentials have expired; aws sso login may renew them."),
      ("InvalidClientTokenId", "aws sts get-caller-identity says who you are to AWS."),
      ("must specify a region", "Give --region, or set AWS_REGION."),
    ]
    return known.first { complaint.contains($0.0) }?.1
  }
}
