import Foundation
import LedgerTesting
import Testing

/// The bodies that this project makes up are such as GitHub would send.
@Suite("Our deliveries, by GitHub's schemas")
struct DeliverySchemaTests {
  private static let schemas = SharedFiles.folder("github/webhook-schemas")

  @Test(
    "each is valid",
    .enabled(
      if: schemas != nil,
      "github/webhook-schemas is missing: neither in LEDGER_SHARED_DATA nor in ../shared/data"))
  func valid() throws {
    let (status, output) = try validate(Deliveries.samples())
    guard status != Python.skipped else { return print("SKIPPED: \(output)") }
    #expect(status == 0, "\(output)")
    #expect(output.hasSuffix("\(Deliveries.samples().count) bodies are valid\n"))
  }

  @Test("the control: each of the events refuses a damaged body", .enabled(if: schemas != nil))
  func control() throws {
    let events = Dictionary(grouping: Deliveries.samples(), by: \.event)
    let damaged = try events.values.compactMap(\.first).map { sample in
      let json = try sample.json.replacing(["sender"], with: 7)
        .replacing(["repository"], with: 7).replacing(["hook_id"], with: "x")
      return WebhookDelivery(event: sample.event, body: json.canonicalBytes, hookID: 1)
    }
    let (status, output) = try validate(damaged)
    guard status != Python.skipped else { return print("SKIPPED: \(output)") }
    #expect(status == 1)
    #expect(output.contains("0 of \(events.count) bodies are valid"), "\(output)")
  }

  private func validate(_ deliveries: [WebhookDelivery]) throws -> (Int32, String) {
    let schemas = try #require(Self.schemas)
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "deliveries-\(UUID().uuidString)")
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    try Deliveries.write(deliveries, to: folder)
    return try Python.run("validate_payloads.py", [folder.path, schemas.path])
  }
}
