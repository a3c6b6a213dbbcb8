import Ledger

/// Counts the streams again, entry by entry in the order of the log, and checks exports by that.
struct StreamCheck {
  private var last: [ByteText: Int64] = [:]
  /// From here on entries are numbered: what is before it was written by an earlier version.
  private var numberedFrom: Int64 = 0
  private var isNumbering = false
  private var reads = CitedReads()

  /// What is wrong with the numbers of the next entry, or with what it says of the streams.
  mutating func check(_ stored: Stored) -> [VerifyReport.Problem] {
    let left = reads.problem(with: stored)
    let problem = problem(with: stored) ?? left
    return problem.map { [VerifyReport.Problem($0, entry: stored.index)] } ?? []
  }

  private mutating func problem(with stored: Stored) -> String? {
    let entry = stored.entry
    if !entry.streams.isEmpty { isNumbering = true }
    let names = Streams.names(of: entry)
    guard isNumbering else {
      if !names.isEmpty { numberedFrom = stored.index + 1 }
      return nil
    }
    let isRight =
      names.count == entry.streams.count
      && names.allSatisfy { entry.number(in: $0) == end(of: $0) + 1 }
    let expected = isRight ? [:] : next(of: names)
    for (name, number) in entry.streams {
      last[ByteText(name)] = max(end(of: name), number)
    }
    guard isRight else { return StreamCheck.difference(entry, expected) }
    return entry.kind == .exportMade ? problem(withExport: entry.data) : nil
  }

  private func next(of names: Set<String>) -> [ByteText: Int64] {
    Dictionary(uniqueKeysWithValues: names.map { (ByteText($0), end(of: $0) + 1) })
  }

  private func problem(withExport data: JSON) -> String? {
    for (name, end) in data["streams"]?.object ?? [:] where end.int != self.end(of: name) {
      return "it says that \(name) ends at \(end.int ?? -1), which is at \(self.end(of: name))"
    }
    guard data["numbered_from"]?.int == numberedFrom else {
      return "entries are numbered from \(numberedFrom) on, which it does not say"
    }
    return nil
  }

  private func end(of name: String) -> Int64 { last[ByteText(name)] ?? 0 }

  private static func difference(_ entry: Entry, _ expected: [ByteText: Int64]) -> String {
    let found = Dictionary(uniqueKeysWithValues: entry.streams.map { (ByteText($0), $1) })
    let names = Set(found.keys).union(expected.keys).sorted()
    let name = names.first { found[$0] != expected[$0] } ?? ""
    let number = found[name].map(String.init) ?? "not numbered"
    return switch expected[name] {
    case let next?: "in \(name.text) it is \(number) and should be \(next)"
    case nil: "it is numbered in \(name.text), which it is not about"
    }
  }
}
