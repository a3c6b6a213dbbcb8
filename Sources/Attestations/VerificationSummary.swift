import Ledger
import Merkle

/// What the deploy gate concluded, as others can check it: an in-toto statement with a verification
/// summary (SLSA 1.1, https://slsa.dev/spec/v1.1/verification_summary), signed by the ledger.
public struct VerificationSummary: Sendable {
  public static let predicateType = "https://slsa.dev/verification_summary/v1"

  /// An attestation that the verdict rests on.
  public struct Input: Sendable {
    public let entry: Int64
    /// SHA-256 of the bundle, in hexadecimal digits.
    public let bundle: String
    public let isVerified: Bool

    init(entry: Int64, bundle: String, isVerified: Bool) {
      (self.entry, self.bundle, self.isVerified) = (entry, bundle, isVerified)
    }

    /// The rule cites all provenance of the image that it looked at; a pass rests on that of the
    /// commit which the verdict is about.
    ///
    /// - Parameter index: of the attestation.
    /// - Returns: `nil` for one of another commit, and for one without a bundle.
    public init?(_ attestation: Entry, at index: Int64, of verdict: Entry) {
      let data = attestation.data
      guard let bundle = data["bundle"]?.string, let commit = data["commit"]?.string,
        commit == verdict.data["commit"]?.string
      else { return nil }
      self.init(entry: index, bundle: bundle, isVerified: data["verification"] == "verified")
    }
  }

  private let service: String
  private let environment: String
  private let digest: String
  private let policy: String
  private let decidedAt: Instant
  private let inputs: [Input]

  /// - Parameter verdict: an entry of the kind `gate.deploy.v1`.
  /// - Throws: for anything but an allow of an image by the rules of a policy.
  public init(_ verdict: Entry, inputs: [Input]) throws(AttestationError) {
    let data = verdict.data
    guard verdict.kind == .deployVerdict else {
      throw AttestationError("is no verdict of the deploy gate")
    }
    guard data["state"] == "allow" else { throw AttestationError("is no allow") }
    guard data["override"]?.int == nil else {
      throw AttestationError("was let pass by an override: the policy was not met")
    }
    guard let digest = data["digest"]?.string, digest.hasPrefix("sha256:"),
      let policy = data["policy"]?.string, let service = data["service"]?.string,
      let environment = data["environment"]?.string
    else { throw AttestationError("names no image, or no policy") }
    (self.digest, self.policy) = (String(digest.dropFirst("sha256:".count)), policy)
    (self.service, self.environment, self.inputs) = (service, environment, inputs)
    decidedAt = verdict.at ?? verdict.received
  }

  /// The provenance that the rule `attested` passed on. What failed it shows beside that, in a
  /// finding of its own.
  public static func cited(by verdict: Entry) -> [Int64] {
    (verdict.data["findings"]?.array ?? [])
      .filter { $0["rule"] == "attested" && $0["result"] == "pass" }
      .flatMap { $0["entries"]?.array ?? [] }.compactMap(\.int)
  }

  /// - Parameters:
  ///   - verifier: the log's origin.
  ///   - resource: what the image was verified for; by default service and environment.
  public func statement(verifier: String, resource: String? = nil) -> JSON {
    [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": [["name": .string(service), "digest": ["sha256": .string(digest)]]],
      "predicateType": .string(VerificationSummary.predicateType),
      "predicate": [
        // The version that SLSA 1.1 allows here is unknown to strict readers of in-toto's schema.
        "verifier": ["id": .string("https://\(verifier)")],
        "timeVerified": .string(decidedAt.wholeSecond.description),
        "resourceUri": .string(resource ?? ownResource),
        "policy": [
          "uri": .string("urn:release-ledger:policy/\(policy)"),
          "digest": ["sha256": .string(policy)],
        ],
        "inputAttestations": .array(
          inputs.map { input in
            [
              "uri": .string("urn:release-ledger:entries/\(input.entry)"),
              "digest": ["sha256": .string(input.bundle)],
            ]
          }),
        "verificationResult": "PASSED", "verifiedLevels": [.string(level)],
        "slsaVersion": "1.1",
      ],
    ]
  }

  private var ownResource: String {
    "urn:release-ledger:deploy/\(URIText.escaped(service))/\(URIText.escaped(environment))"
  }

  /// Of SLSA's build track: nothing is said of what was not looked at.
  private var level: String {
    inputs.contains(where: \.isVerified) ? "SLSA_BUILD_LEVEL_1" : "SLSA_BUILD_LEVEL_UNEVALUATED"
  }

  /// - Parameter signer: the ledger's own key; its id is the hint in the envelope.
  public static func signed(_ statement: JSON, by signer: NoteSigner) throws -> Envelope {
    let payload = statement.canonicalBytes
    let message = Envelope.preAuthenticationEncoding(
      type: Envelope.statementType, body: payload)
    return Envelope(
      payloadType: Envelope.statementType, payload: payload,
      signatures: [
        .init(keyID: signer.verifier.hexID, bytes: try signer.signature(of: message))
      ])
  }
}

/// RFC 3986, 2.1: all but what is unreserved.
private enum URIText {
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      let isPlain = byte < 0x80 && (character.isLetter || character.isNumber)
      return isPlain || "-._~".contains(character)
        ? String(character) : "%" + byte.hexDigits.uppercased()
    }.joined()
  }
}
