import Foundation
import Ledger
import NIOSSL

/// Where a certificate and its key lie. Kubernetes swaps the folder that a link leads to, so the
/// files are read by their names each time.
struct CertificateFiles: Sendable {
  let certificate: String
  let key: String
  /// `nil` when anybody may ask.
  let clientCA: String?

  /// What is in them.
  struct Content: Hashable, Sendable {
    let certificate: Data
    let key: Data
    let clientCA: Data?
  }

  /// A certificate that can be shown.
  struct Loaded: Sendable {
    let context: NIOSSLContext
    let expires: Instant
  }

  /// - Throws: `Failure`; it says nothing of what is in the key.
  func content() throws -> Content {
    Content(
      certificate: try CertificateFiles.bytes(certificate, "the certificate"),
      key: try CertificateFiles.bytes(key, "the private key"),
      clientCA: try clientCA.map { try CertificateFiles.bytes($0, "the clients' authority") })
  }

  private static func bytes(_ path: String, _ what: String) throws -> Data {
    do { return try Data(contentsOf: URL(filePath: path)) } catch {
      throw Failure("cannot read \(what): \(path)", hint: "Is it there, and readable?")
    }
  }

  func load(_ content: Content) throws -> Loaded {
    let chain = try certificates(content.certificate, certificate)
    guard let leaf = chain.first else {
      throw Failure("there is no certificate in \(certificate)", hint: CertificateFiles.form)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(try privateKey(content.key)))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    // For the client's farewell: without one the connection just ends, well before `Listening` gives up.
    configuration.shutdownTimeout = .milliseconds(250)
    if let clientCA, let roots = content.clientCA {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(try certificates(roots, clientCA))
    }
    return Loaded(
      context: try context(configuration), expires: Instant(seconds: Int64(leaf.notValidAfter)))
  }

  private static let form = "PEM: one or more blocks of -----BEGIN CERTIFICATE-----."

  private func certificates(_ bytes: Data, _ path: String) throws -> [NIOSSLCertificate] {
    do { return try NIOSSLCertificate.fromPEMBytes(Array(bytes)) } catch {
      throw Failure("no certificate can be read from \(path)", hint: CertificateFiles.form)
    }
  }

  private func privateKey(_ bytes: Data) throws -> NIOSSLPrivateKey {
    do { return try NIOSSLPrivateKey(bytes: Array(bytes), format: .pem) } catch {
      throw Failure(
        "no private key can be read from \(key)", hint: "PEM: -----BEGIN PRIVATE KEY-----.")
    }
  }

  private func context(_ configuration: TLSConfiguration) throws -> NIOSSLContext {
    do { return try NIOSSLContext(configuration: configuration) } catch {
      throw Failure(
        "\(certificate) and \(key) do not belong together",
        hint: "The first certificate of the chain has to be that of the key.")
    }
  }
}
