import Ledger
import Merkle

/// The formats of scanners' files that are understood.
public enum ScanFormat: String, CaseIterable, Sendable {
  /// SARIF 2.1.0, OASIS.
  case sarif
  /// `trivy --format json`.
  case trivy
  /// `grype -o json`.
  case grype
  /// `docker scout cves --format gitlab`, and other scanners' reports for GitLab.
  case scout
  /// `aws ecr describe-image-scan-findings`.
  case ecr
}

/// Why a scanner's file cannot be read.
public struct ScanError: Error, Hashable, Sendable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Findings by severity, as the scanner lists them: one finding at two places counts twice.
public struct SeverityCounts: Hashable, Sendable {
  public var critical: Int64 = 0
  public var high: Int64 = 0
  public var medium: Int64 = 0
  public var low: Int64 = 0
  public var unknown: Int64 = 0

  /// By the names that entries have for them.
  var members: [String: JSON] {
    [
      "critical": .int(critical), "high": .int(high), "medium": .int(medium), "low": .int(low),
      "unknown": .int(unknown),
    ]
  }

  mutating func add(_ severity: Severity) {
    switch severity {
    case .critical: critical += 1
    case .high: high += 1
    case .medium: medium += 1
    case .low: low += 1
    case .unknown: unknown += 1
    }
  }
}

enum Severity {
  case critical, high, medium, low, unknown

  /// A scanner's word, in any case.
  init(_ word: String?) {
    switch word?.lowercased() {
    case "critical": self = .critical
    case "high": self = .high
    case "medium", "moderate": self = .medium
    case "low", "negligible", "info", "minor": self = .low
    default: self = .unknown
    }
  }

  /// CVSS v3.1, 5: qualitative severity rating scale. 0 is no rating.
  init(score: Double) {
    switch score {
    case 9...10: self = .critical
    case 7..<9: self = .high
    case 4..<7: self = .medium
    case 0.1..<4: self = .low
    default: self = .unknown
    }
  }
}

/// What a scanner's file says.
public struct ScanReport: Sendable {
  public let format: ScanFormat
  public let scanner: String
  public let counts: SeverityCounts
  /// Of the scanned image, when the file names exactly one.
  public let digest: String?
  public let scannedAt: Instant?
  /// SHA-256 of the file.
  public let hash: Hash

  /// - Parameter format: `nil` to recognise it by its shape.
  public init(_ bytes: [UInt8], format: ScanFormat? = nil) throws(ScanError) {
    let json: JSON
    do { json = try JSON.parse(bytes, keeping: ScanReport.selection) } catch {
      throw ScanError("is not JSON: \(error)")
    }
    guard let format = format ?? ScanReport.recognised(json) else {
      let known = ScanFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ScanError("is of no known format; known are: \(known)")
    }
    let said =
      switch format {
      case .sarif: try SARIF.read(json)
      case .trivy: try Trivy.read(json)
      case .grype: try Grype.read(json)
      case .scout: try Scout.read(json)
      case .ecr: try ECRFindings.read(json)
      }
    self.format = format
    (scanner, counts, digest, scannedAt) = (said.scanner, said.counts, said.digest, said.at)
    hash = .sha256(bytes)
  }

  /// What the formats have in common.
  struct Said {
    var scanner: String
    var counts = SeverityCounts()
    var digest: String?
    var at: Instant?
  }

  private static let selection = SARIF.selection.union(Trivy.selection).union(Grype.selection)
    .union(Scout.selection).union(ECRFindings.selection)

  private static func recognised(_ json: JSON) -> ScanFormat? {
    if json["runs"]?.array != nil { return .sarif }
    if json["SchemaVersion"] != nil || json["Results"] != nil { return .trivy }
    if json["matches"]?.array != nil { return .grype }
    if json["vulnerabilities"]?.array != nil { return .scout }
    if json["imageScanFindings"] != nil { return .ecr }
    // Trivy before 0.20 wrote its results alone.
    if json.array?.first?["Target"] != nil { return .trivy }
    return nil
  }

  /// `repository@sha256:…`; `nil` unless all of them name one digest.
  static func digest(of names: [JSON]?) -> String? {
    let digests = Set(
      (names ?? []).compactMap(\.string).compactMap { ImageName($0).digest })
    return digests.count == 1 ? digests.first : nil
  }
}

extension ScanReport {
  /// The members of a `scan.recorded.v1` that the file knows.
  public var body: [String: JSON] {
    counts.members.merging([
      "scanner": .string(scanner), "format": .string(format.rawValue), "report": .string(hash.hex),
      "digest": .optional(digest), "scanned_at": .optional(scannedAt),
    ]) { $1 }
  }
}
