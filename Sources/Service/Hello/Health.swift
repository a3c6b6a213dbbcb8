import Hummingbird
import Ledger
import Reports

/// `/health` for people and load balancers, `/livez` and `/readyz` for Kubernetes.
struct Health: Sendable {
  static let minimumFreeBytes: Int64 = 256 << 20
  /// Seconds that a status may wait for GitHub.
  static let maximumOutboxAge = 900.0

  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  private struct Check {
    let name: String
    let isGood: Bool
    let text: String
  }

  @Sendable func health(_ request: Request, _ context: LedgerRequestContext) async -> Response {
    let checks = [await database(), disk(), await outbox()] + (await policy().map { [$0] } ?? [])
    let isGood = checks.allSatisfy(\.isGood)
    let result = Dictionary(uniqueKeysWithValues: checks.map { ($0.name, JSON.string($0.text)) })
    return .json(
      Health.document(isGood: isGood, result: result, service.hello),
      status: isGood ? .ok : .internalServerError)
  }

  static func document(isGood: Bool, result: [String: JSON], _ service: HelloDependencies) -> JSON {
    [
      "application": "ledger", "status": isGood ? "success" : "error",
      "hostname": .string(service.settings.hostname),
      "timestamp": .string(service.now().description), "result": .object(result),
    ]
  }

  /// The process answers.
  @Sendable func live(_ request: Request, _ context: LedgerRequestContext) -> Response {
    .text("ok\n")
  }

  /// Deliveries can be stored.
  @Sendable func ready(_ request: Request, _ context: LedgerRequestContext) async -> Response {
    let database = await database()
    return database.isGood
      ? .text("ok\n") : .text("database: \(database.text)\n", status: .serviceUnavailable)
  }

  /// An append of nothing takes the write lock and passes through the writer.
  private func database() async -> Check {
    guard service.isDatabaseThere() else {
      return Check(name: "database", isGood: false, text: "its file is gone")
    }
    do {
      _ = try await service.store.append([])
      return Check(name: "database", isGood: true, text: "writable")
    } catch StoreError.busy {
      return Check(name: "database", isGood: false, text: "too much is waiting to be written")
    } catch {
      return Check(name: "database", isGood: false, text: "not writable")
    }
  }

  private func disk() -> Check {
    let disk = service.disk()
    let free = "\(disk.freeBytes >> 20) MiB free"
    if disk.isReadOnly { return Check(name: "disk", isGood: false, text: "read-only") }
    return Check(name: "disk", isGood: disk.freeBytes >= Health.minimumFreeBytes, text: free)
  }

  /// Only where the file on disk is not the one in force: that stops nothing.
  private func policy() async -> Check? {
    do {
      return try await service.store.read { try PolicyReport.warning($0) }
        .map { Check(name: "policy", isGood: true, text: $0) }
    } catch { return nil }
  }

  /// What GitHub refused for good is named by the metrics and the doctor: waiting mends nothing.
  private func outbox() async -> Check {
    let refused = service.metrics.refused
    do {
      let due = try await service.store.read { try $0.dueStatuses(limit: refused.count + 1) }
      guard let oldest = due.first(where: { !refused.contains($0.key) }) else {
        let text = due.isEmpty ? "nothing is due" : "nothing is due but \(due.count) refused"
        return Check(name: "outbox", isGood: true, text: text)
      }
      let age = service.now().seconds(since: oldest.wantedAt)
      return Check(
        name: "outbox", isGood: age < Health.maximumOutboxAge,
        text: "a status waits for GitHub since \(Int(age)) s")
    } catch { return Check(name: "outbox", isGood: false, text: "not readable") }
  }
}
