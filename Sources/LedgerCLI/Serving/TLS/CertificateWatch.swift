import Ledger
import Logging
import Service
import ServiceLifecycle

/// Looks every few seconds whether there is another certificate: a mounted Secret tells nobody that
/// it changed.
struct CertificateWatch: ServiceLifecycle.Service {
  let keeper: CertificateKeeper
  let metrics: Metrics
  let logger: Logger
  var pace: Duration = .seconds(2)

  func run() async throws {
    tell()
    await repeatedly(every: pace, startsWithPause: true) { look() }
  }

  private func look() {
    switch keeper.look() {
    case .same: return
    case .replaced: tell()
    case .refused(let reason):
      logger.error(
        "the new certificate is refused, the old one stays", metadata: ["reason": "\(reason)"])
    }
  }

  private func tell() {
    let expires = keeper.expires
    metrics.certificate(expires: expires)
    let end: Logger.Metadata = ["expires": "\(expires)"]
    if expires < currentInstant() {
      logger.error("the certificate in use is over", metadata: end)
    } else {
      logger.info("certificate in use", metadata: end)
    }
  }
}
