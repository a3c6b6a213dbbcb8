import HTTPTypes
import Hummingbird
import Ledger
import Webhooks

/// `POST /webhooks/github`: verify, append, acknowledge. Everything else comes after, from the log.
struct GitHubWebhook: Sendable {
  private let service: ServiceDependencies
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    bodies = RequestBodies(service.settings.deliveries)
  }

  @Sendable func receive(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    let headers = try self.headers(request)
    let body = try await bodies.read(request, context)
    let delivery = Delivery(headers: headers, body: body)
    guard let verified = delivery.verified(by: service.secrets) else {
      // Its event is a stranger's word: a series of its own would push out GitHub's.
      service.metrics.count(event: "unverified", result: "forged")
      throw Problem(
        .unauthorized, "signature", "X-Hub-Signature-256 does not match the body.",
        hint: "Is the secret of the webhook the one in LEDGER_WEBHOOK_SECRET?")
    }
    let receipt = try await append(verified, context)
    service.metrics.count(event: verified.event, result: receipt.result.name)
    service.announce()
    return receipt.response
  }

  private func append(
    _ delivery: VerifiedDelivery, _ context: LedgerRequestContext
  ) async throws -> Receipt {
    let submission: Submission
    do {
      submission = try Events.submission(for: delivery, received: service.now())
    } catch {
      context.logger.warning(
        "a signed body was refused",
        metadata: ["delivery": "\(delivery.guid)", "reason": "\(error.reason)"])
      service.metrics.count(event: delivery.event, result: "malformed")
      throw Problem(
        .badRequest, "body", "The body is not JSON as GitHub sends it: \(error.reason).")
    }
    guard let receipt = try await service.store.append([submission]).first else {
      throw StoreError.failed("no receipt")
    }
    return receipt
  }

  private func headers(_ request: Request) throws -> DeliveryHeaders {
    do {
      return try DeliveryHeaders { name in
        HTTPField.Name(name).map { request.headers[values: $0] } ?? []
      }
    } catch {
      switch error {
      case .signature(let reason):
        throw Problem(
          .unauthorized, "signature", "\(reason).", hint: "Set a secret for the webhook on GitHub.")
      case .header(let reason): throw Problem(.badRequest, "header", "\(reason).")
      case .contentType:
        throw Problem(
          .unsupportedMediaType, "content_type", "The body must be application/json.",
          hint: "Set the content type of the webhook on GitHub to application/json.")
      }
    }
  }
}

extension Receipt.Result {
  fileprivate var name: String {
    switch self {
    case .appended: "appended"
    case .duplicate: "duplicate"
    case .conflict: "conflict"
    }
  }
}

extension Receipt {
  var json: JSON {
    [
      "index": .int(index), "leaf": .string(leaf.hex), "duplicate": .bool(result == .duplicate),
    ]
  }

  fileprivate var response: Response {
    switch result {
    case .appended: .json(json, status: .accepted)
    case .duplicate: .json(json)
    case .conflict:
      Problem(
        .conflict, "delivery_conflict",
        "This delivery was received before with another body. Both are kept, as entry \(index).",
        hint: "GitHub repeats a delivery unchanged: someone else may know the secret."
      ).response
    }
  }
}
