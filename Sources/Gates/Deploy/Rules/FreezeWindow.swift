import Ledger

/// One time of a freeze.
public struct FreezeWindow: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case open
    case frozen(until: Instant)
    /// Nobody knows this time zone.
    case unknown(zone: String)
  }

  enum Span: Hashable, Sendable {
    /// Moments with their offset, or as the clock of `zone` shows them.
    case once(from: String, until: String)
    /// Begins on these days (0 is Sunday) and ends at `until`, on the next day where that is not
    /// later than `from`. Seconds of the day.
    case weekly(days: [Int], from: Int64, until: Int64)
  }

  let span: Span
  public let zone: String?
  public let reason: String?

  public func state(at now: Instant, _ zones: any TimeZones) -> State {
    switch span {
    case .once(let from, let until):
      guard let start = FreezeWindow.moment(from, zone, zones),
        let end = FreezeWindow.moment(until, zone, zones)
      else {
        return .unknown(zone: zone ?? "")
      }
      return start <= now && now < end ? .frozen(until: end) : .open
    case .weekly(let days, let from, let until):
      return weekly(now, zones, days, from, until)
    }
  }

  private static func moment(
    _ text: String, _ zone: String?, _ zones: any TimeZones
  ) -> Instant? {
    if let instant = Instant(text) { return instant }
    guard let zone else { return nil }
    return WallTime(text)?.instant(in: zone, zones)
  }

  private func weekly(
    _ now: Instant, _ zones: any TimeZones, _ days: [Int], _ from: Int64, _ until: Int64
  ) -> State {
    let zone = zone ?? "UTC"
    guard let offset = zones.offset(of: zone, at: now) else { return .unknown(zone: zone) }
    let wall = WallTime(now, offset: offset)
    // One that began yesterday may reach into today.
    for day in [wall.dayNumber - 1, wall.dayNumber] where days.contains(WallTime.weekday(day)) {
      let start = day * WallTime.day + from
      let end = day * WallTime.day + until + (until <= from ? WallTime.day : 0)
      guard start <= wall.seconds, wall.seconds < end else { continue }
      return WallTime(seconds: end).instant(in: zone, zones).map { .frozen(until: $0) }
        ?? .unknown(zone: zone)
    }
    return .open
  }
}

extension FreezeWindow {
  private static let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> FreezeWindow? {
    let allowed = ["days", "from", "until", "zone", "reason"]
    guard let members = reader.members(node, path, allowed: allowed) else { return nil }
    let zone = members["zone"].flatMap { reader.text($0, "\(path).zone", 1...64) }
    if let zone, let node = members["zone"], let zones = reader.zones,
      zones.offset(of: zone, at: Instant(seconds: 0)) == nil
    {
      reader.report(node, "\(path).zone", "is no time zone, such as Europe/Berlin")
    }
    let reason = members["reason"].flatMap { reader.text($0, "\(path).reason", 1...200) }
    guard let from = bound("from", members, node, path, &reader),
      let until = bound("until", members, node, path, &reader)
    else { return nil }
    let span =
      members["days"].map { weekly($0, from, until, path, &reader) }
      ?? once(from, until, zone, path, &reader)
    return span.map { FreezeWindow(span: $0, zone: zone, reason: reason) }
  }

  private static func bound(
    _ name: String, _ members: ConfigReader.Members, _ node: ConfigNode, _ path: String,
    _ reader: inout ConfigReader
  ) -> (node: ConfigNode, text: String)? {
    guard let member = members[name] else {
      reader.report(node, "\(path).\(name)", "is missing")
      return nil
    }
    return reader.text(member, "\(path).\(name)", 1...40).map { (member, $0) }
  }

  private static func once(
    _ from: (node: ConfigNode, text: String), _ until: (node: ConfigNode, text: String),
    _ zone: String?, _ path: String, _ reader: inout ConfigReader
  ) -> Span? {
    for (name, bound) in [("from", from), ("until", until)] {
      if Instant(bound.text) != nil { continue }
      if WallTime(bound.text) != nil, zone != nil { continue }
      reader.report(
        bound.node, "\(path).\(name)",
        "must be a time with its offset, such as 2026-12-20T18:00:00+01:00, or with zone one "
          + "without: 2026-12-20T18:00")
      return nil
    }
    if isBackwards(from.text, until.text, zone, reader.zones) {
      reader.report(until.node, "\(path).until", "is not after from")
    }
    return .once(from: from.text, until: until.text)
  }

  /// Of a moment and a time of a clock the zone says which comes first. Without its rules, as of a
  /// policy that was checked before, that stays open.
  private static func isBackwards(
    _ from: String, _ until: String, _ zone: String?, _ zones: (any TimeZones)?
  ) -> Bool {
    if let start = Instant(from), let end = Instant(until) { return end <= start }
    if let start = WallTime(from), let end = WallTime(until) {
      return end.seconds <= start.seconds
    }
    guard let zones, let start = moment(from, zone, zones), let end = moment(until, zone, zones)
    else { return false }
    return end <= start
  }

  private static func weekly(
    _ node: ConfigNode, _ from: (node: ConfigNode, text: String),
    _ until: (node: ConfigNode, text: String), _ path: String, _ reader: inout ConfigReader
  ) -> Span? {
    let words = reader.texts(node, "\(path).days")
    let days = words.compactMap { names.firstIndex(of: $0.lowercased()) }
    if days.count != words.count {
      reader.report(node, "\(path).days", "must be of \(names.joined(separator: ", "))")
    }
    guard let start = clock(from, "\(path).from", &reader),
      let end = clock(until, "\(path).until", &reader), !days.isEmpty
    else { return nil }
    return .weekly(days: days, from: start, until: end)
  }

  private static func clock(
    _ bound: (node: ConfigNode, text: String), _ path: String, _ reader: inout ConfigReader
  ) -> Int64? {
    if bound.text.utf8.count == 5, let wall = WallTime("1970-01-01T\(bound.text)") {
      return wall.seconds
    }
    if bound.text == "24:00" { return WallTime.day }
    reader.report(bound.node, path, "must be a time of day, such as \"16:00\"")
    return nil
  }

  var json: JSON {
    var members: [String: JSON] = [:]
    switch span {
    case .once(let from, let until):
      (members["from"], members["until"]) = (.string(from), .string(until))
    case .weekly(let days, let from, let until):
      members["days"] = .array(days.map { .string(Self.names[$0]) })
      (members["from"], members["until"]) = (.string(Self.text(from)), .string(Self.text(until)))
    }
    if let zone { members["zone"] = .string(zone) }
    if let reason { members["reason"] = .string(reason) }
    return .object(members)
  }

  private static func text(_ second: Int64) -> String {
    func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(pad(second / 3_600)):\(pad(second / 60 % 60))"
  }
}
