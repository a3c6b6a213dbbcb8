/// Reads server-sent events (HTML Living Standard, 9.2.6) as their bytes come in.
struct EventParser {
  struct Event: Equatable {
    /// `message` where none is named.
    let name: String
    let data: String
  }

  /// Where to go on after a connection broke.
  private(set) var lastID: String?
  /// Of the event that comes in: it counts once that is complete, and stays for those that follow.
  private var id: String?
  private var bytes: [UInt8] = []
  private var (name, data): (String?, [String]) = (nil, [])
  private var isAfterReturn = false

  /// - Parameter lastID: that was sent as `Last-Event-ID`.
  init(lastID: String? = nil) { (self.lastID, id) = (lastID, lastID) }

  /// The events that these bytes complete. A line ends with CR, LF, or both.
  mutating func take(_ chunk: some Sequence<UInt8>) -> [Event] {
    var events: [Event] = []
    for byte in chunk {
      defer { isAfterReturn = byte == 13 }
      if byte == 10, isAfterReturn { continue }
      guard byte == 10 || byte == 13 else {
        bytes.append(byte)
        continue
      }
      if let event = line(String(decoding: bytes, as: UTF8.self)) { events.append(event) }
      bytes.removeAll(keepingCapacity: true)
    }
    return events
  }

  private mutating func line(_ line: String) -> Event? {
    guard !line.isEmpty else { return dispatch() }
    let colon = line.firstIndex(of: ":") ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == " " { value = value.dropFirst() }
    switch line[..<colon] {
    case "event": name = String(value)
    case "data": data.append(String(value))
    case "id" where !value.utf8.contains(0): id = String(value)
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> Event? {
    defer { (name, data) = (nil, []) }
    lastID = id
    return data.isEmpty
      ? nil : Event(name: name ?? "message", data: data.joined(separator: "\n"))
  }
}
