import Ledger
import Reports
import SQLiteStore

/// What witnesses saw of the log, as its file has it: their lines were checked before.
struct OutsideSight {
  private let report: WitnessReport
  private let alarms: [Int64]

  /// `nil` for a file that was damaged: what is wrong with it is said elsewhere.
  init?(of path: String) {
    do {
      (report, alarms) = try SQLiteArchive(path: path).read { tables in
        (
          try WitnessReport(reading: tables),
          try tables.entries(from: 0, limit: 0, kind: .witnessRefused).map(\.index)
        )
      }
    } catch { return nil }
  }

  /// `1 of 2, to entry 41`: how many cosigned a head, and up to where a quorum did.
  var witnesses: String {
    guard !report.members.isEmpty else { return "none is asked" }
    let heads = report.members.compactMap { $0.last?.size }
    let reach = report.quorumSize.map { "to entry \($0 &- 1)" } ?? "without a quorum yet"
    return "\(heads.count) of \(report.members.count), \(reach)"
  }

  var alarmText: String {
    guard !alarms.isEmpty else { return "0" }
    return "\(alarms.count) (\(alarms.map { "#\($0)" }.joined(separator: ", ")))"
  }

  var json: JSON { report.json.with(["alarms": .array(alarms.map(JSON.int))]) }
}
