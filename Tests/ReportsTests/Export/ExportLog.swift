import Ledger
import LedgerTesting
import Merkle

@testable import Reports

/// A signed log in memory, numbered as a store numbers it.
struct ExportLog {
  static let origin = "ledger.example/log1"
  static let start = Instant(seconds: 1_795_000_000)

  let signer: NoteSigner
  private(set) var entries: [Stored] = []
  private(set) var ends: [ByteText: Int64] = [:]
  private var frontier = Frontier()
  private var nodes: [NodePosition: Hash] = [:]
  /// Entries before this place have no numbers.
  let numberedFrom: Int64

  init(numberedFrom: Int64 = 0, seed: UInt8 = 1) throws {
    signer = try NoteSigner(name: Self.origin, seed: Array(repeating: seed, count: 32))
    self.numberedFrom = numberedFrom
    try add(key: signer.verifier)
  }

  mutating func add(key: NoteVerifier, origin: String = origin) throws {
    try append(
      .logKey, ["origin": .string(origin), "vkey": .string(key.vkey), "previous": nil],
      source: .ledger)
  }

  static func at(_ seconds: Double) -> Instant { start.adding(seconds: seconds) }

  /// - Parameter seconds: when it was received; as many as entries by default.
  @discardableResult
  mutating func append(
    _ kind: Kind, _ data: JSON, at seconds: Double? = nil, source: Source = .token("ci")
  ) throws -> Stored {
    try append(
      Entry(
        kind: kind, at: nil, received: Self.at(seconds ?? Double(entries.count)), source: source,
        data: data))
  }

  @discardableResult
  mutating func append(_ entry: Entry) throws -> Stored {
    var entry = entry
    if Int64(entries.count) >= numberedFrom {
      var numbers: [String: Int64] = [:]
      for name in Streams.names(of: entry) {
        ends[ByteText(name), default: 0] += 1
        numbers[name] = ends[ByteText(name)]
      }
      entry = try entry.numbered(numbers)
    }
    return keep(entry)
  }

  /// As it is, whatever its numbers are.
  @discardableResult
  mutating func keep(_ entry: Entry) -> Stored {
    let stored = Stored(index: Int64(entries.count), entry: entry)
    nodes[NodePosition(level: 0, index: entries.count)] = stored.leaf
    for node in frontier.append(stored.leaf) { nodes[node.position] = node.hash }
    entries.append(stored)
    return stored
  }

  func checkpoint(_ signers: [NoteSigner]? = nil) throws -> SignedNote {
    try Checkpoint(origin: Self.origin, size: frontier.size, root: frontier.root)
      .signed(by: signers ?? [signer])
  }

  func node(_ position: NodePosition) -> Hash { nodes[position] ?? .emptyRoot }

  /// The export as a ledger makes it: the entry about it is appended first.
  ///
  /// - Parameters:
  ///   - madeAt: when that entry was received; as many as entries by default.
  ///   - forging: what that entry says instead.
  ///   - behind: entries that are appended before the checkpoint is signed.
  mutating func export(
    _ names: [String], since: Instant? = nil, until: Instant? = nil, madeAt: Double? = nil,
    cites: [Int64] = [0], behind: Int = 0, signedBy signers: [NoteSigner]? = nil,
    forging: (inout ExportMade) -> Void = { _ in }
  ) throws -> [[UInt8]] {
    var made = ExportMade(
      services: ["api"], repositories: [],
      ends: Dictionary(
        uniqueKeysWithValues: names.map { (ByteText($0), ends[ByteText($0)] ?? 0) }), since: since,
      until: until, numberedFrom: numberedFrom, cites: cites)
    let honest = made
    forging(&made)
    let last = try append(
      made.entry(received: Self.at(madeAt ?? Double(entries.count)), source: .token("me")))
    for _ in 0..<behind { try append(.buildRecorded, ["service": "api", "id": "late"]) }
    var scan = ExportScan(honest, at: last.index)
    for stored in entries where stored.index < last.index { scan.look(at: stored) }
    let vkeys = entries.filter { $0.entry.kind == .logKey && cites.contains($0.index) }
      .compactMap { $0.entry.data["vkey"]?.string }
    let file = try ExportFile(
      honest, scan, checkpoint: try checkpoint(signers), vkeys: vkeys)
    return [file.header.bytes]
      + (try file.places.map { try file.line(entries[Int($0)], nodes: node) })
  }
}

func verify(
  _ lines: [[UInt8]], trusting verifiers: [NoteVerifier] = []
) throws(ExportFault) -> ExportSummary {
  var verifier = ExportVerifier(trusting: verifiers)
  for line in lines { try verifier.take(line) }
  return try verifier.end()
}

extension ExportLog {
  /// A log over some streams, with clocks that now and then go back.
  static func random(_ random: inout SeededGenerator, count: Int) throws -> ExportLog {
    var log = try ExportLog(numberedFrom: Bool.random(using: &random) ? 0 : 4)
    for _ in 0..<count {
      let seconds =
        Double(log.entries.count) + (Int.random(in: 0..<5, using: &random) == 0 ? -3 : 0)
      var data: [String: JSON] = ["id": .string(String(log.entries.count))]
      if Bool.random(using: &random) {
        data["service"] = .string(["api", "worker", "ü \"x\""].randomElement(using: &random) ?? "")
      }
      if Bool.random(using: &random) {
        data["repository_id"] = .int(.random(in: 1...3, using: &random))
      }
      try log.append(.buildRecorded, .object(data), at: seconds)
    }
    return log
  }
}
