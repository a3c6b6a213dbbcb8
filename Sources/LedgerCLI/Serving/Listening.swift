import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Service
import ServiceLifecycle

/// An address, and what is answered there until SIGTERM.
struct Listening {
  /// From SIGTERM to the end, however slow a client is.
  private static let shutdown: (graceful: Duration, cancelled: Duration) = (
    .seconds(4), .seconds(1)
  )

  let address: ListenAddress
  let logger: Logger

  /// - Parameter secure: what else is answered, over TLS.
  func run(
    _ router: Router<LedgerRequestContext>, _ secure: SecureListening? = nil,
    _ workers: [(any ServiceLifecycle.Service)?] = []
  ) async throws {
    let plain = Listener(
      application: application(router, at: address, "http", .http1(configuration: Listening.http)),
      address: address, flag: "--listen")
    let tls = secure.map {
      Listener(
        application: application($0.router, at: $0.address, "https", $0.server),
        address: $0.address, flag: "--tls-listen")
    }
    let all: [(any ServiceLifecycle.Service)?] = [plain, tls] + workers
    let services = all.compactMap(\.self).map {
      ServiceGroupConfiguration.ServiceConfiguration(service: $0)
    }
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = Listening.shutdown.graceful
    configuration.maximumCancellationDuration = Listening.shutdown.cancelled
    try await ServiceGroup(configuration: configuration).run()
  }

  static let http = HTTP1Channel.Configuration(
    idleTimeout: .seconds(15),
    httpDecoderConfiguration: .init(
      maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))

  private func application(
    _ router: Router<LedgerRequestContext>, at address: ListenAddress, _ scheme: String,
    _ server: HTTPServerBuilder
  ) -> any ServiceLifecycle.Service {
    let logger = logger
    return Application(
      router: router,
      server: server,
      configuration: .init(
        address: .hostname(address.host, port: address.port), backlog: 1_024,
        availableConnectionsDelegate: .maximum(10_000, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        logger.info("listening on \(scheme)://\(ListenAddress(host: address.host, port: port))")
      },
      logger: logger)
  }
}

/// Says which of the addresses was refused.
private struct Listener: ServiceLifecycle.Service {
  let application: any ServiceLifecycle.Service
  let address: ListenAddress
  let flag: String

  func run() async throws {
    do { try await application.run() } catch let error as IOError {
      throw address.refused(error.errnoCode, flag)
    }
  }
}
