import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// A folder with a certificate and its key, as Kubernetes mounts a Secret: the names lead through a
/// link, which is swapped when the Secret changes.
struct TestCertificates {
  let folder: URL

  var certificate: String { folder.appending(path: "tls.crt").path }
  var key: String { folder.appending(path: "tls.key").path }

  init(in directory: URL) throws {
    folder = directory.appending(path: "tls")
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["tls.crt", "tls.key"] {
      try files.createSymbolicLink(
        atPath: folder.appending(path: name).path, withDestinationPath: "..data/\(name)")
    }
  }

  /// Puts this in place at once, as the kubelet does.
  func mount(_ certificate: String, _ key: String) throws {
    let files = FileManager.default
    let name = UUID().uuidString
    let data = folder.appending(path: name)
    try files.createDirectory(at: data, withIntermediateDirectories: true)
    try Data(certificate.utf8).write(to: data.appending(path: "tls.crt"))
    try Data(key.utf8).write(to: data.appending(path: "tls.key"))
    let link = folder.appending(path: "..new").path
    try files.createSymbolicLink(atPath: link, withDestinationPath: name)
    guard rename(link, folder.appending(path: "..data").path) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }
}

/// A self-signed certificate for this machine.
struct SelfSigned {
  let certificate: String
  let key: String

  init(_ name: String, days: Double = 1) throws {
    let key = P256.Signing.PrivateKey()
    let subject = try DistinguishedName { CommonName(name) }
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      SubjectAlternativeNames([
        .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
      ])
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
      notValidBefore: Date(timeIntervalSinceNow: -86_400 * 2),
      notValidAfter: Date(timeIntervalSinceNow: 86_400 * days), issuer: subject, subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: .init(key))
    self.certificate = try certificate.serializeAsPEM().pemString + "\n"
    self.key = key.pemRepresentation + "\n"
  }

  /// What a client shows and believes.
  func client(believing other: SelfSigned) throws -> TLSConfiguration {
    var configuration = try other.believed()
    configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
      .map { .certificate($0) }
    configuration.privateKey = .privateKey(
      try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
    return configuration
  }

  func believed() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
    return configuration
  }
}
