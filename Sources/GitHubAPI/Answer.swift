import AsyncHTTPClient
import Ledger
import NIOCore

/// What GitHub answered, as far as this module reads it.
struct Answer: Sendable {
  let status: Int
  let body: ByteBuffer
  let location: String?
  /// All `Link` fields, as one.
  let link: String
  let rateLimit: RateLimit
  /// What names this very answer: its `ETag`.
  let tag: String?

  init(_ response: HTTPClientResponse, body: ByteBuffer) {
    status = Int(response.status.code)
    self.body = body
    location = response.headers.first(name: "location")
    tag = response.headers.first(name: "etag")
    link = response.headers["link"].joined(separator: ", ")
    rateLimit = RateLimit(
      retryAfter: response.headers.first(name: "retry-after"),
      remaining: response.headers.first(name: "x-ratelimit-remaining"),
      reset: response.headers.first(name: "x-ratelimit-reset"))
  }

  var isRedirect: Bool { [301, 302, 307, 308].contains(status) }

  /// GitHub's sentence in an answer that refuses. It may repeat what it was sent: not for errors.
  var message: String? {
    guard case .success(let json) = Result(catching: { try json(Selection("message")) }) else {
      return nil
    }
    return json["message"]?.string
  }

  func json(_ selection: Selection) throws(JSONError) -> JSON {
    try JSON.parse(body.readableBytesView, keeping: selection)
  }
}
