import Ledger
import Service

/// One thing that is to be recorded.
struct Report {
  let kind: Kind
  /// As it goes over the wire; what is unknown is left out.
  let body: [String: JSON]
  /// What a person calls it: `image sha256:6c62fb45fe66…`.
  let label: String

  /// Where a server takes one of this kind.
  var path: String {
    get throws {
      let known = RecordsAPI.kinds + SnapshotsAPI.kinds
      guard let path = known.first(where: { $0.kind == kind })?.path else {
        throw Failure("nothing takes reports of the kind \(kind)")
      }
      return path
    }
  }

  /// Whether the ledger makes as many entries of it as it needs.
  var hasParts: Bool { kind == .resourceSnapshot }

  /// A line of a batch.
  var line: [UInt8] {
    JSON.object(body.merging(["kind": .string(kind.name)]) { $1 }).canonicalBytes
  }
}

/// Reports that are recorded together or not at all.
struct ReportBatch {
  let reports: [Report]

  /// What is sent, and where to.
  var request: (path: String, contentType: String, body: [UInt8]) {
    get throws {
      guard let report = reports.first, reports.count == 1 else {
        return ("/v1/entries", "application/x-ndjson", lines)
      }
      return (try report.path, "application/json", JSON.object(report.body).canonicalBytes)
    }
  }

  /// How many receipts there are; `nil` when the ledger decides.
  var count: Int? { reports.contains(where: \.hasParts) ? nil : reports.count }

  private var lines: [UInt8] { Array(reports.map(\.line).joined(separator: [10])) + [10] }
}

/// What the ledger answered about one report.
struct ReportReceipt {
  let index: Int64
  let leaf: String
  let isDuplicate: Bool
  /// What became of an attestation's signature, and why.
  private(set) var verification: String?
  private(set) var reason: String?

  init?(_ json: JSON) {
    guard let index = json["index"]?.int, let leaf = json["leaf"]?.string,
      let duplicate = json["duplicate"]?.bool
    else { return nil }
    (self.index, self.leaf, isDuplicate) = (index, leaf, duplicate)
    (verification, reason) = (json["verification"]?.string, json["reason"]?.string)
  }

  init(_ receipt: Receipt, of entry: Entry) {
    (index, leaf) = (receipt.index, receipt.leaf.hex)
    isDuplicate = receipt.result == .duplicate
    guard entry.kind == .attestationRecorded else { return }
    verification = entry.data["verification"]?.string
    reason = entry.data["reason"]?.string
  }

  var json: [String: JSON] {
    var members: [String: JSON] = [
      "index": .int(index), "leaf": .string(leaf), "duplicate": .bool(isDuplicate),
    ]
    if let verification {
      members["verification"] = .string(verification)
      members["reason"] = .optional(reason)
    }
    return members
  }
}
