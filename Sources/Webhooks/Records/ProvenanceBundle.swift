import Ledger

public struct ProvenanceError: Error, Hashable, Sendable {
  public let reason: String
}

/// The file that `actions/attest-build-provenance` writes: a Sigstore bundle with a DSSE envelope
/// around an in-toto statement. Signatures are not checked.
public enum ProvenanceBundle {
  private static let payloadType = "application/vnd.in-toto+json"

  /// The members of an `attestation.recorded.v1` that it knows. The file has one bundle, as JSON or
  /// as the one line of JSON lines.
  public static func body(_ bytes: [UInt8]) throws(ProvenanceError) -> [String: JSON] {
    let bundle = try parse(bytes, "is not JSON")
    let envelope = bundle["dsseEnvelope"] ?? bundle
    guard envelope["payloadType"]?.string == payloadType,
      let payload = envelope["payload"]?.string.flatMap(Base64.decoded)
    else { throw ProvenanceError(reason: "has no DSSE envelope with an in-toto statement") }
    return try statement(try parse(payload, "holds a payload that is not JSON"))
  }

  private static func statement(_ json: JSON) throws(ProvenanceError) -> [String: JSON] {
    guard let type = json["predicateType"]?.string,
      type.hasPrefix("https://slsa.dev/provenance/")
    else { throw ProvenanceError(reason: "is no SLSA provenance") }
    let subjects = (json["subject"]?.array ?? []).compactMap {
      $0.at("digest", "sha256")?.string.map { JSON.string("sha256:\($0)") }
    }
    let sources = json.at("predicate", "buildDefinition", "resolvedDependencies")?.array ?? []
    let commits = Set(sources.compactMap { $0.at("digest", "gitCommit")?.string })
    guard commits.count == 1, let commit = commits.first else {
      throw ProvenanceError(reason: "names \(commits.count) commits, not one")
    }
    let details = json.at("predicate", "runDetails")
    return [
      "predicate_type": .string(type), "subjects": .array(subjects), "commit": .string(commit),
      "builder": details?.at("builder", "id") ?? .null,
      "invocation": details?.at("metadata", "invocationId") ?? .null,
    ]
  }

  private static func parse(_ bytes: [UInt8], _ reason: String) throws(ProvenanceError) -> JSON {
    do { return try JSON.parse(bytes) } catch {
      throw ProvenanceError(reason: "\(reason): \(error)")
    }
  }
}

/// RFC 4648, 4, with padding and without white space.
enum Base64 {
  static func decoded(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count.isMultiple(of: 4) else { return nil }
    let padding = bytes.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
    var (result, buffer, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
    for byte in bytes.dropLast(padding) {
      guard let value = value(byte) else { return nil }
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
    }
    return result
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
