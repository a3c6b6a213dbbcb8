import Logging
import Service

/// The parts of a server that has no ledger.
struct HelloWiring {
  private let options: ServeCommand
  private let logger: Logger

  init(_ options: ServeCommand) {
    self.options = options
    LoggingSystem.bootstrap(StreamLogHandler.standardError(label:))
    logger = Logger(label: "ledger")
  }

  func serve() async throws {
    let (address, settings) = (try options.address, try options.settings())
    let started = currentInstant()
    logger.info("hello applications only: there is no ledger here")
    let hello = HelloDependencies(
      settings: settings, now: currentInstant, random: { Double.random(in: 0..<1) },
      process: { Machine.process(startedAt: started) }, metrics: Metrics())
    try await Listening(address: address, logger: logger).run(Routes.helloRouter(hello))
    logger.info("stopped")
  }
}

extension ServeCommand {
  func settings() throws -> ServiceSettings {
    ServiceSettings(
      version: Configuration.text("VERSION") ?? "latest", hostname: Configuration.hostname,
      appToken: try Configuration.secret("LEDGER_APP_TOKEN").flatMap { $0.isEmpty ? nil : $0 },
      pagesArePrivate: try pageAccess == .private, logIsPublic: try logAccess == .public)
  }
}
