import Ledger

/// Carries bytes to a server: an HTTP client, or a server under test in the same process.
public protocol WebhookTransport: Sendable {
  func post(
    _ body: [UInt8], to url: String, headers: [(name: String, value: String)]
  ) async throws -> (status: Int, body: [UInt8])
}

/// Signs deliveries and sends them, as GitHub does.
public struct WebhookSender: Sendable {
  /// The whole address: `http://127.0.0.1:8080/webhooks/github`.
  public var url: String
  public var secret: String
  private let transport: any WebhookTransport

  public init(url: String, secret: String, transport: any WebhookTransport) {
    self.url = url
    self.secret = secret
    self.transport = transport
  }

  public func send(_ delivery: WebhookDelivery) async throws -> WebhookAnswer {
    let answer = try await transport.post(
      delivery.body, to: url, headers: delivery.headers(secret: secret))
    return WebhookAnswer(status: answer.status, body: answer.body)
  }
}

/// What the server said.
public struct WebhookAnswer: Hashable, Sendable {
  public struct Receipt: Hashable, Sendable {
    public let index: Int64
    /// The leaf hash, as the server wrote it.
    public let leaf: String
    public let duplicate: Bool
  }

  public let status: Int
  public let body: [UInt8]

  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  /// `nil` when the answer holds none, as a refusal does.
  public var receipt: Receipt? {
    get throws(JSONError) {
      let json = try JSON.parse(body)
      guard let index = json["index"]?.int, let leaf = json["leaf"]?.string,
        let duplicate = json["duplicate"]?.bool
      else { return nil }
      return Receipt(index: index, leaf: leaf, duplicate: duplicate)
    }
  }

  public var text: String { String(decoding: body, as: UTF8.self) }
}
