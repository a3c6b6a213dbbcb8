import Foundation
import Ledger

/// A directory with a program `aws` in it that knows one queue. It hands out ten messages at most, as
/// SQS does. A message is handed out once, until it is shown again, and is gone once it was deleted.
struct FakeAWS: Sendable {
  let directory: URL

  private static let script = #"""
    #!/bin/sh
    here=${0%/*}
    printf '%s\n' "$*" >>"$here/calls"
    printf '%s\n' "$AWS_ENDPOINT_URL" >>"$here/endpoints"
    env | grep '^LEDGER_' >>"$here/leaked"
    if [ -e "$here/complaint" ]; then
      cat "$here/complaint" >&2
      exit 254
    fi
    case $2 in
    receive-message)
      list= count=0
      for file in "$here"/queue/*; do
        if [ ! -e "$file" ] || [ -e "$here/seen/${file##*/}" ]; then continue; fi
        if [ "$count" -eq 10 ]; then break; fi
        count=$((count + 1))
        if [ ! -e "$here/open" ]; then touch "$here/seen/${file##*/}"; fi
        list="$list${list:+,}$(cat "$file")"
      done
      if [ -n "$list" ]; then printf '{"Messages": [%s]}\n' "$list"; fi
      ;;
    delete-message-batch)
      for file in "$here"/queue/*; do
        case $* in *"\"receipt of ${file##*/}\""*) rm "$file" ;; esac
      done
      printf '{"Successful": []}\n'
      ;;
    esac
    """#

  init(in bench: Bench) throws {
    directory = bench.directory.appending(path: "fake-aws")
    for name in ["queue", "seen"] {
      try FileManager.default.createDirectory(
        at: directory.appending(path: name), withIntermediateDirectories: true)
    }
    let program = directory.appending(path: "aws")
    try Self.script.write(to: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: program.path)
  }

  func put(_ id: String, _ body: String) throws {
    let message: JSON = [
      "MessageId": .string(id), "ReceiptHandle": .string("receipt of \(id)"),
      "Body": .string(body),
    ]
    try Data(message.canonicalBytes).write(to: directory.appending(path: "queue/\(id)"))
  }

  /// As when the time is over in which nobody else may see them.
  func showAgain() throws {
    let seen = directory.appending(path: "seen")
    for name in try FileManager.default.contentsOfDirectory(atPath: seen.path) {
      try FileManager.default.removeItem(at: seen.appending(path: name))
    }
  }

  /// From now on whoever asks sees them all, also those that were handed out.
  func hideNothing() throws { try Data().write(to: directory.appending(path: "open")) }

  func complain(_ text: String) throws {
    try text.write(
      to: directory.appending(path: "complaint"), atomically: true, encoding: .utf8)
  }

  /// Ids of the messages that were not deleted.
  var left: [String] {
    get throws {
      try FileManager.default
        .contentsOfDirectory(atPath: directory.appending(path: "queue").path).sorted()
    }
  }

  /// What every call was told, a line each.
  func lines(_ name: String) throws -> [String] {
    try String(contentsOf: directory.appending(path: name), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }
}
