import Ledger
import X509

/// Sigstore's `trusted_root.json`, one or several as JSON lines: `gh attestation trusted-root`
/// prints those of GitHub.
public struct TrustedRoot: Sendable {
  public private(set) var authorities: [Authority] = []
  public private(set) var logs: [TransparencyLog] = []
  public private(set) var timestampAuthorities: [Authority] = []

  public init(_ text: String) throws(AttestationError) {
    for json in try TrustedRoot.documents(text) { try add(json) }
    guard !authorities.isEmpty else {
      throw AttestationError("names no certificate authority")
    }
  }

  private static func documents(_ text: String) throws(AttestationError) -> [JSON] {
    do { return [try JSON.parse(Array(text.utf8))] } catch {
      let lines = text.split(whereSeparator: \.isNewline)
      guard lines.count > 1 else { throw AttestationError("is not JSON: \(error)") }
      return try lines.map { line throws(AttestationError) in
        try JSON.parsed(Array(line.utf8), "a line of it")
      }
    }
  }

  private mutating func add(_ json: JSON) throws(AttestationError) {
    authorities += try TrustedRoot.authorities(json["certificateAuthorities"])
    timestampAuthorities += try TrustedRoot.authorities(json["timestampAuthorities"])
    for log in json["tlogs"]?.array ?? [] {
      guard let key = log.at("publicKey", "rawBytes")?.bytes else {
        throw AttestationError("has a log without a key")
      }
      logs.append(
        TransparencyLog(
          key: try VerificationKey(subjectPublicKeyInfo: key),
          validity: TrustedRoot.validity(log.at("publicKey", "validFor"))))
    }
  }

  private static func authorities(_ json: JSON?) throws(AttestationError) -> [Authority] {
    try (json?.array ?? []).map { authority throws(AttestationError) in
      let list = authority.at("certChain", "certificates")?.array ?? []
      let certificates = try list.map { element throws(AttestationError) in
        try Certificate.read(element["rawBytes"]?.bytes ?? [])
      }
      return try Authority(certificates, validity: validity(authority["validFor"]))
    }
  }

  private static func validity(_ json: JSON?) -> Validity {
    Validity(start: Instant(json: json?["start"]), end: Instant(json: json?["end"]))
  }
}

extension Trust {
  public mutating func add(_ root: TrustedRoot) {
    authorities += root.authorities
    logs += root.logs
    timestampAuthorities += root.timestampAuthorities
  }
}
