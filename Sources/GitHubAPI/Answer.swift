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

  init(_ response: HTTPClientResponse, body: ByteBuffer) {
    status = Int(response.status.code)
    self.body = body
    location = response.headers.first(name: "location")
    link = response.headers["link"].joined(separator: ", ")
    rateLimit = RateLimit(
      retryAfter: response.headers.first(name: "retry-after"),
      remaining: response.headers.first(name: "x-ratelimit-remaining"),
      reset: response.headers.first(name: "x-ratelimit-reset"))
  }

  var isRedirect: Bool { [301, 302, 307, 308].contains(status) }

  func json(_ selection: Selection) throws(JSONError) -> JSON {
    try JSON.parse(body.readableBytesView, keeping: selection)
  }
}
