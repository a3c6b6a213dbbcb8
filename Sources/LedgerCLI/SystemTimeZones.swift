import Foundation
import Gates
import Ledger

/// The time zones of this machine. What it does not know is unknown to every gate.
struct SystemTimeZones: TimeZones {
  func offset(of zone: String, at instant: Instant) -> Int64? {
    let date = Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000)
    return TimeZone(identifier: zone).map { Int64($0.secondsFromGMT(for: date)) }
  }
}
