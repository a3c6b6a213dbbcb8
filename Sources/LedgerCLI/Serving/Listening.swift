import Hummingbird
import Logging
import NIOCore
import Service
import ServiceLifecycle

/// An address, and what is answered there until SIGTERM.
struct Listening {
  /// From SIGTERM to the end, however slow a client is.
  private static let shutdown: (graceful: Duration, cancelled: Duration) = (
    .seconds(4), .milliseconds(500)
  )

  let address: ListenAddress
  let logger: Logger

  func run(
    _ router: Router<LedgerRequestContext>, _ workers: [(any ServiceLifecycle.Service)?] = []
  ) async throws {
    let services =
      [ServiceGroupConfiguration.ServiceConfiguration(service: application(router))]
      + workers.compactMap(\.self).map { .init(service: $0) }
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = Listening.shutdown.graceful
    configuration.maximumCancellationDuration = Listening.shutdown.cancelled
    do { try await ServiceGroup(configuration: configuration).run() } catch let error as IOError {
      throw address.refused(error.errnoCode)
    }
  }

  private func application(_ router: Router<LedgerRequestContext>) -> some ApplicationProtocol {
    let (address, logger) = (address, logger)
    return Application(
      router: router,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(15),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(address.host, port: address.port), backlog: 1_024,
        availableConnectionsDelegate: .maximum(10_000, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        logger.info("listening on http://\(ListenAddress(host: address.host, port: port))")
      },
      logger: logger)
  }
}
