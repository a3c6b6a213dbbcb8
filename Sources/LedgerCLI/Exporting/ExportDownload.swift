import AsyncHTTPClient
import Ledger
import NIOCore
import Reports

/// Takes an export from a server, as it comes.
struct ExportDownload {
  /// The server looks through its whole log before the first line.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(10), read: .seconds(300))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(configuration: configuration)
  }()
  private static let longestRefusal = 1 << 20

  let server: ServerSource
  let request: ExportRequest

  func run(_ target: inout ExportTarget) async throws {
    var message = server.request(.post, "/v1/exports")
    message.headers.replaceOrAdd(name: "Accept", value: "application/x-ndjson")
    message.headers.add(name: "Content-Type", value: "application/json")
    message.body = .bytes(ByteBuffer(bytes: body.canonicalBytes))
    let response: HTTPClientResponse
    do {
      response = try await ExportDownload.client.execute(message, timeout: .hours(24))
    } catch {
      throw Failure(server.unreachable(error), hint: "Is the server running, and the URL right?")
    }
    guard response.status == .ok else { return try await refuse(response) }
    do {
      for try await chunk in response.body { try target.write(Array(chunk.readableBytesView)) }
    } catch let failure as Failure { throw failure } catch {
      throw Failure("the connection ended before the export did", hint: "Try again.")
    }
  }

  private var body: JSON {
    [
      "services": .array(request.services.map(JSON.string)),
      "repositories": .array(request.repositories.map(JSON.string)),
      "since": .optional(request.since), "until": .optional(request.until),
    ]
  }

  private func refuse(_ response: HTTPClientResponse) async throws {
    let body = try await response.body.collect(upTo: ExportDownload.longestRefusal)
    _ = try server.answer(response.status.code, Array(body.readableBytesView))
    throw Failure("\(server.base) makes no exports", hint: "Is it an older version?")
  }
}
