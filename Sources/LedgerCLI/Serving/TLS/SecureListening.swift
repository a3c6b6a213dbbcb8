import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Service

/// An address that is answered over TLS, and what is answered there.
struct SecureListening {
  let address: ListenAddress
  let certificates: CertificateKeeper
  let router: Router<LedgerRequestContext>

  var server: HTTPServerBuilder {
    let certificates = certificates
    return HTTPServerBuilder { responder in
      SecureChannel(
        base: HTTP1Channel(responder: responder, configuration: Listening.http),
        certificates: certificates)
    }
  }
}

/// Hummingbird's TLS channel has one certificate for its whole life; this one asks with each
/// connection which it is.
private struct SecureChannel: ServerChildChannel {
  let base: HTTP1Channel
  let certificates: CertificateKeeper

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    let context = certificates.context
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }.flatMap { base.setup(channel: channel, logger: logger) }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}
