import Crypto
import Foundation
import Ledger

/// Provenance of an image in a DSSE envelope, signed with a key of its own.
public struct SignedProvenance: Sendable {
  /// Ends the encoding of a key of Ed25519 as SubjectPublicKeyInfo (RFC 8410).
  private static let prefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  private let key: Curve25519.Signing.PrivateKey
  public var digest: String
  public var commit: String
  public var repository = "acme/api"

  /// - Parameter seed: any byte; the same one gives the same key.
  public init(seed: UInt8 = 1, digest: String, commit: String) throws {
    key = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: seed, count: 32))
    (self.digest, self.commit) = (digest, commit)
  }

  public var publicKey: [UInt8] {
    SignedProvenance.prefix + Array(key.publicKey.rawRepresentation)
  }

  public var pem: String {
    "-----BEGIN PUBLIC KEY-----\n\(Data(publicKey).base64EncodedString())\n"
      + "-----END PUBLIC KEY-----\n"
  }

  public var statement: JSON {
    [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": [
        ["name": "api", "digest": ["sha256": .string(String(digest.dropFirst("sha256:".count)))]]
      ],
      "predicateType": "https://slsa.dev/provenance/v1",
      "predicate": [
        "buildDefinition": [
          "buildType": "https://ci.example/build/v1", "externalParameters": [:],
          "resolvedDependencies": [
            [
              "uri": .string("git+https://github.com/\(repository)@refs/heads/main"),
              "digest": ["gitCommit": .string(commit)],
            ]
          ],
        ],
        "runDetails": [
          "builder": ["id": "https://ci.example/builder"],
          "metadata": ["invocationId": "https://ci.example/runs/17"],
        ],
      ],
    ]
  }

  /// The envelope as a file holds it.
  public func envelope() throws -> String {
    let (type, payload) = ("application/vnd.in-toto+json", statement.canonicalBytes)
    let message = Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    let signature = try key.signature(for: message)
    let json: JSON = [
      "payloadType": .string(type), "payload": .string(Data(payload).base64EncodedString()),
      "signatures": [["keyid": "anything", "sig": .string(signature.base64EncodedString())]],
    ]
    return json.canonicalString
  }
}
