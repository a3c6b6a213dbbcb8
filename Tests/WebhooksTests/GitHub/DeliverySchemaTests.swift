import Foundation
import LedgerTesting
import Testing

/// The bodies that this project makes up are such as GitHub would send.
@Suite("Our deliveries, by GitHub's schemas")
struct DeliverySchemaTests {
  private static let folder = "github/webhook-schemas"
  private static let lack = SharedFiles.lack(folder) ?? Python.lack("validate_payloads.py")

  @Test("each is valid", .enabled(if: lack == nil, lack))
  func valid() throws {
    let (status, output) = try validate(Deliveries.samples())
    #expect(status == 0, "\(output)")
    #expect(output.hasSuffix("\(Deliveries.samples().count) bodies are valid\n"))
  }

  @Test("the control: each of the events refuses a damaged body", .enabled(if: lack == nil, lack))
  func control() throws {
    let events = Dictionary(grouping: Deliveries.samples(), by: \.event)
    let damaged = try events.values.compactMap(\.first).map { sample in
      let json = try sample.json.replacing(["sender"], with: 7)
        .replacing(["repository"], with: 7).replacing(["hook_id"], with: "x")
      return WebhookDelivery(event: sample.event, body: json.canonicalBytes, hookID: 1)
    }
    let (status, output) = try validate(damaged)
    #expect(status == 1)
    #expect(output.contains("0 of \(events.count) bodies are valid"), "\(output)")
  }

  private func validate(_ deliveries: [WebhookDelivery]) throws -> (Int32, String) {
    let schemas = try #require(SharedFiles.folder(Self.folder))
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "deliveries-\(UUID().uuidString)")
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    try Deliveries.write(deliveries, to: folder)
    return try Python.run("validate_payloads.py", [folder.path, schemas.path])
  }
}
