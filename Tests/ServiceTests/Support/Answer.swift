import HTTPTypes
import Ledger
import Testing

/// What a service said.
struct Answer: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSON { get throws { try JSON.parse(body) } }
  var contentType: String? { headers[.contentType] }

  /// The code of a problem document whose form is right.
  func problem(
    _ status: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    #expect(self.status == status, "\(text)", sourceLocation: sourceLocation)
    #expect(contentType == "application/problem+json", sourceLocation: sourceLocation)
    let json = try json
    #expect(json["status"]?.int == Int64(status), sourceLocation: sourceLocation)
    #expect(json["detail"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(json["hint"] != nil, sourceLocation: sourceLocation)
    return try #require(json["code"]?.string, sourceLocation: sourceLocation)
  }

  var detail: String { get throws { try json["detail"]?.string ?? "" } }
}
