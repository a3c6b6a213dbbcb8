import Crypto
import Foundation
import Ledger
import Merkle
import SwiftASN1
import X509

@testable import Attestations

/// How one bundle is made; each of its parts can be made wrong.
struct Making: Sendable {
  static let digest = "sha256:" + String(repeating: "6c", count: 32)
  static let commit = String(repeating: "9f", count: 20)
  static let repository = "https://github.com/acme/api"
  static let builder = "\(repository)/.github/workflows/build.yml@refs/heads/main"

  var sigstore: FakeSigstore
  var subject = Making.digest
  var saidCommit = Making.commit
  var saidRepository = Making.repository
  var saidBuilder = Making.builder
  var name = Making.builder
  var extensions: [Int: String] = [
    8: Trust.defaultIssuer, 9: Making.builder, 12: Making.repository, 13: Making.commit,
    14: "refs/heads/main", 15: "640100200", 18: Making.builder, 20: "push",
  ]
  var usages: [ExtendedKeyUsage.Usage] = [.codeSigning]
  /// Seconds after the certificate's beginning.
  var loggedAt: Int64 = 60
  var stampedAt: Int64 = 60
  var isLogged = true
  var isStamped = false
  var hasPromise = true
  var proofIndex: Int64?
  var checkpointKey: P256.Signing.PrivateKey?
  var stampKey: P384.Signing.PrivateKey?
  var stampedBytes: [UInt8]?
  /// Who stamps, where it is not the one that is trusted.
  var stampOffice: FakeSigstore?
  /// What the token brings along beside the stamper's own certificate.
  var stampChain: [Certificate] = []

  init(_ sigstore: FakeSigstore) { self.sigstore = sigstore }

  var statement: JSON {
    [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": [
        ["name": "api", "digest": ["sha256": .string(String(subject.dropFirst(7)))]]
      ],
      "predicateType": "https://slsa.dev/provenance/v1",
      "predicate": [
        "buildDefinition": [
          "externalParameters": [
            "workflow": [
              "ref": "refs/heads/main", "repository": .string(saidRepository),
              "path": ".github/workflows/build.yml",
            ]
          ],
          "resolvedDependencies": [
            [
              "uri": .string("git+\(saidRepository)@refs/heads/main"),
              "digest": ["gitCommit": .string(saidCommit)],
            ]
          ],
        ],
        "runDetails": [
          "builder": ["id": .string(saidBuilder)],
          "metadata": ["invocationId": "https://github.com/acme/api/actions/runs/17/attempts/1"],
        ],
      ],
    ]
  }

  func bundle() throws -> JSON {
    let key = P256.Signing.PrivateKey()
    let certificate = try leaf(key)
    let payload = statement.canonicalBytes
    let message = Envelope.preAuthenticationEncoding(type: Envelope.statementType, body: payload)
    let signature = Array(try key.signature(for: message).derRepresentation)
    let envelope = Envelope(
      payloadType: Envelope.statementType, payload: payload,
      signatures: [.init(keyID: "", bytes: signature)])
    let stamp = try isStamped ? [FakeTimestamp.response(of: stampedBytes ?? signature, self)] : []
    return [
      "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
      "verificationMaterial": [
        "certificate": ["rawBytes": .string(Base64.encoded(try certificate.der))],
        "tlogEntries": isLogged ? [try FakeLog(self, envelope, certificate).entry()] : [],
        "timestampVerificationData": [
          "rfc3161Timestamps": .array(
            stamp.map { ["signedTimestamp": .string(Base64.encoded($0))] })
        ],
      ],
      "dsseEnvelope": envelope.json,
    ]
  }

  private func leaf(_ key: P256.Signing.PrivateKey) throws -> Certificate {
    var all = try Certificate.Extensions {
      KeyUsage(digitalSignature: true)
      if !usages.isEmpty { try ExtendedKeyUsage(usages) }
      Critical(SubjectAlternativeNames([.uniformResourceIdentifier(name)]))
    }
    for (number, text) in extensions.sorted(by: { $0.key < $1.key }) {
      var serializer = DER.Serializer()
      try serializer.serialize(ASN1UTF8String(text))
      try all.append(
        .init(
          oid: ASN1ObjectIdentifier(stringLiteral: "1.3.6.1.4.1.57264.1.\(number)"),
          critical: false, value: serializer.serializedBytes[...]))
    }
    let beginning = Date(timeIntervalSince1970: Double(FakeSigstore.noon))
    return try FakeSigstore.certificate(
      .init(key.publicKey), DistinguishedName(), signedBy: .init(sigstore.authorityKey),
      sigstore.authority.subject, from: beginning, until: beginning.addingTimeInterval(600),
      extensions: all)
  }
}

/// A log like Rekor v1 with nine entries, of which the bundle's is the sixth.
struct FakeLog {
  private let making: Making
  private let body: [UInt8]
  private let key: P256.Signing.PrivateKey

  init(_ making: Making, _ envelope: Envelope, _ certificate: Certificate) throws {
    self.making = making
    key = making.sigstore.logKey
    let pem = try certificate.serializeAsPEM().pemString
    let json: JSON = [
      "apiVersion": "0.0.1", "kind": "dsse",
      "spec": [
        "payloadHash": [
          "algorithm": "sha256", "value": .string(Hash.sha256(envelope.payload).hex),
        ],
        "signatures": .array(
          envelope.signatures.map {
            [
              "signature": .string(Base64.encoded($0.bytes)),
              "verifier": .string(Base64.encoded(Array(pem.utf8))),
            ]
          }),
      ],
    ]
    body = json.canonicalBytes
  }

  func entry() throws -> JSON {
    let id = Hash.sha256(key.publicKey.derRepresentation)
    let time = FakeSigstore.noon + making.loggedAt
    let promised: JSON = [
      "body": .string(Base64.encoded(body)), "integratedTime": .int(time),
      "logID": .string(id.hex), "logIndex": 105,
    ]
    let promise = try key.signature(for: promised.canonicalBytes).derRepresentation
    var json: [String: JSON] = [
      "logIndex": "105", "logId": ["keyId": .string(Base64.encoded(id.bytes))],
      "kindVersion": ["kind": "dsse", "version": "0.0.1"],
      "integratedTime": .string(String(time)), "inclusionProof": try proof(id),
      "canonicalizedBody": .string(Base64.encoded(body)),
    ]
    if making.hasPromise {
      json["inclusionPromise"] = [
        "signedEntryTimestamp": .string(Base64.encoded(Array(promise)))
      ]
    }
    return .object(json)
  }

  private func proof(_ id: Hash) throws -> JSON {
    var (frontier, nodes): (Frontier, [NodePosition: Hash]) = (Frontier(), [:])
    for index in 0..<9 {
      let leaf = Hash.leaf(index == 5 ? body : Array("entry \(index)".utf8))
      nodes[NodePosition(level: 0, index: index)] = leaf
      for node in frontier.append(leaf) { nodes[node.position] = node.hash }
    }
    let hashes = try Proof.inclusion(of: 5, in: 9) { try Missing.unwrap(nodes[$0]) }
    let text = "rekor.example - 17\n9\n\(Base64.encoded(frontier.root.bytes))\n"
    let signer = making.checkpointKey ?? key
    let line = NoteSignature(
      name: "rekor.example",
      id: Hash.sha256(signer.publicKey.derRepresentation).bytes.prefix(4)
        .reduce(0) { $0 << 8 | UInt32($1) },
      bytes: Array(try signer.signature(for: Array(text.utf8)).derRepresentation))
    return [
      "logIndex": .string(String(making.proofIndex ?? 5)), "treeSize": "9",
      "rootHash": .string(Base64.encoded(frontier.root.bytes)),
      "hashes": .array(hashes.map { .string(Base64.encoded($0.bytes)) }),
      "checkpoint": ["envelope": .string(SignedNote(text: text, signatures: [line]).description)],
    ]
  }
}

struct Missing: Error {
  static func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
  }
}
