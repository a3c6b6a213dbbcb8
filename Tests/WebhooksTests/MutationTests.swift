import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// Signed nonsense: bodies that were damaged after GitHub made them. Each becomes an entry or is
/// refused; none stops the process.
@Suite("Damaged bodies")
struct MutationTests {
  static let parts: [UInt64] = Array(0..<10)

  @Test("A4 10,000 of them: an entry or a refusal, never a trap", arguments: parts)
  func mutants(_ part: UInt64) throws {
    var random = SeededGenerator(seed: 0xDA7A + part)
    var (entries, refusals) = (0, 0)
    for _ in 0..<1_000 {
      let sample = random.pick(MutationTests.bodies)
      let body = Mutant.bytes(of: sample, &random)
      do {
        try check(submission(sample.event, body))
        entries += 1
      } catch is BodyRefusal { refusals += 1 }
    }
    #expect(entries > 200 && refusals > 200)
  }

  private func check(_ submission: Submission) throws {
    #expect(submission.entry.bytes.count <= Entry.maximumSize)
    #expect(try Entry(decoding: submission.entry.bytes) == submission.entry)
    let stored = Stored(index: 0, entry: submission.entry)
    _ = Projections.changes(of: stored)
    _ = Projections.subjects(of: stored)
  }

  /// The smallest sample of each event, without what no entry reads: more mutants hit a field.
  static let bodies: [(event: String, json: JSON)] = {
    var smallest: [String: JSON] = [:]
    for sample in SampleTests.samples {
      guard let json = try? sample.json else { continue }
      smallest[sample.event] = smallest[sample.event] ?? Mutant.lean(json)
    }
    return smallest.sorted { $0.key < $1.key }.map { (event: $0.key, json: $0.value) }
  }()
}

private enum Mutant {
  static let strange: [JSON] = [
    nil, true, false, 0, -1, .int(.max), .int(.min), .int(1 << 53), .int(1 << 53 + 1),
    .int(10_000_000_000_000), .int(-10_000_000_000_000),
    .number("1.5"), .number("1e999"), .number("99999999999999999999"), "", "\u{0}", "☃",
    "9999-12-31T23:59:60Z", "0001-01-01T00:00:00Z", "2026-02-31T00:00:00-23:59", [], [[]], [:],
    .string(String(repeating: "x", count: 70_000)), "sha256:", "-9223372036854775808",
  ]

  static func bytes(of sample: (event: String, json: JSON), _ random: inout SeededGenerator)
    -> [UInt8]
  {
    if random.below(2) == 0 { return twisted(sample.json, &random).canonicalBytes }
    var bytes = sample.json.canonicalBytes
    for _ in 0...random.below(3) { damage(&bytes, &random) }
    return bytes
  }

  /// Without addresses and the members that hold the same in every event.
  static func lean(_ json: JSON) -> JSON {
    switch json {
    case .array(let elements): return .array(elements.prefix(2).map(lean))
    case .object(let members):
      return .object(
        members.filter { !$0.key.hasSuffix("url") && !["permissions", "events"].contains($0.key) }
          .mapValues(lean))
    default: return json
    }
  }

  /// Another value somewhere: the body stays JSON.
  private static func twisted(_ json: JSON, _ random: inout SeededGenerator) -> JSON {
    if random.below(5) == 0 { return random.pick(strange) }
    switch json {
    case .object(var members):
      guard let key = members.keys.sorted().randomElement(using: &random) else { return json }
      members[key] = random.below(12) == 0 ? nil : members[key].map { twisted($0, &random) }
      return .object(members)
    case .array(var elements):
      guard !elements.isEmpty else { return json }
      let index = random.below(elements.count)
      elements[index] = twisted(elements[index], &random)
      return .array(elements)
    default: return random.pick(strange)
    }
  }

  private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let index = random.below(bytes.count)
    let end = min(bytes.count, index + random.below(40))
    switch random.below(6) {
    case 0: bytes[index] ^= UInt8(1 << random.below(8))
    case 1: bytes[index] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(index..<end)
    case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
    case 4: bytes.removeLast(bytes.count - index)
    default: bytes[index] = random.pick(Array(#"{}[]",:\0-9eE.tfn "#.utf8))
    }
  }
}
