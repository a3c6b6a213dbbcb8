import Gates
import Ledger

/// One request as it is about to be sent.
struct Call {
  enum Method: String {
    case get = "GET"
    case post = "POST"
    case patch = "PATCH"
  }

  var method = Method.get
  /// Absolute.
  var url: String
  var body: [UInt8]?
  let party: Party
  /// Refusals that answer the question: they are returned instead of thrown.
  var answers: Set<Int> = []
}

extension GitHubClient {
  func url(_ path: Path, _ query: KeyValuePairs<String, String> = [:]) -> String {
    let fields = query.map { "\($0.key)=\(percentEncoded($0.value))" }
    return "\(address)\(path.text)" + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
  }

  func get(_ path: Path, as party: Party, answers: Set<Int> = []) -> Call {
    Call(url: url(path), party: party, answers: answers)
  }

  func post(_ body: JSON, to path: Path, as party: Party) -> Call {
    Call(method: .post, url: url(path), body: body.canonicalBytes, party: party)
  }
}
