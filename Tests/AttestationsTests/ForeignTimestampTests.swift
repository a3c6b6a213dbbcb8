import Crypto
import Foundation
import Ledger
import SwiftASN1
import Testing
import X509

@testable import Attestations

/// Timestamps that OpenSSL makes: their reader has to agree with another writer than ours.
@Suite("A timestamp of OpenSSL")
struct ForeignTimestampTests {
  private static let openSSL = "/usr/bin/openssl"
  private static let isThere = FileManager.default.isExecutableFile(atPath: openSSL)

  private static let configuration = """
    [tsa]
    serial = DIR/serial
    signer_digest = sha256
    default_policy = 1.2.3.4
    digests = sha256, sha384
    accuracy = secs:1
    ordering = yes
    tsa_name = yes
    ess_cert_id_chain = no
    ess_cert_id_alg = sha256
    """

  private func run(_ arguments: [String], in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: Self.openSSL)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments)")
  }

  @Test(
    "is read, and holds for what it is about alone",
    .enabled(if: isThere, "NOT CHECKED: there is no openssl"),
    arguments: [true, false])
  func stamped(_ withCertificate: Bool) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "stamp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    let (authority, key) = try office()
    for (name, text) in [
      ("tsa.cnf", Self.configuration.replacing("DIR", with: folder.path)), ("serial", "01\n"),
      ("tsa.key", key), ("tsa.pem", try authority.leaf.serializeAsPEM().pemString),
      ("data", "a signature"),
    ] { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
    try run(
      ["ts", "-query", "-data", "data", "-sha256", "-out", "query"]
        + (withCertificate ? ["-cert"] : []), in: folder)
    try run(
      [
        "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query", "-inkey",
        "tsa.key", "-signer", "tsa.pem", "-out", "reply",
      ], in: folder)
    let reply = Array(try Data(contentsOf: folder.appending(path: "reply")))
    let token = try TimestampToken.read(reply)
    #expect(token.certificates.count == (withCertificate ? 1 : 0))
    let trusted = [try Authority([authority.leaf, authority.root])]
    let time = try #require(try await token.check(Array("a signature".utf8), trusted))
    #expect(abs(time.seconds(since: Instant(seconds: Int64(Date().timeIntervalSince1970)))) < 600)
    await #expect(throws: AttestationError("the timestamp is about another signature")) {
      _ = try await token.check(Array("another".utf8), trusted)
    }
    // Nobody named this authority: what it stamped is not even looked at.
    let others = try Authority([FakeSigstore().stamper, FakeSigstore().root])
    for text in ["a signature", "another"] {
      #expect(try await token.check(Array(text.utf8), [others]) == nil)
    }
  }

  /// Certificates that are valid now, and the leaf's key in PEM.
  private func office() throws -> ((leaf: Certificate, root: Certificate), String) {
    let (key, rootKey) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
    let now = Date()
    let name = try DistinguishedName { OrganizationName("stamps.example") }
    let root = try FakeSigstore.certificate(
      .init(rootKey.publicKey), name, signedBy: .init(rootKey), name,
      from: now.addingTimeInterval(-86_400), until: now.addingTimeInterval(86_400),
      extensions: .init { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) })
    let leaf = try FakeSigstore.certificate(
      .init(key.publicKey), DistinguishedName { CommonName("stamper") }, signedBy: .init(rootKey),
      name, from: now.addingTimeInterval(-86_400), until: now.addingTimeInterval(86_400),
      extensions: .init {
        Critical(KeyUsage(digitalSignature: true))
        Critical(try ExtendedKeyUsage([.timeStamping]))
      })
    return ((leaf, root), key.pemRepresentation)
  }
}
