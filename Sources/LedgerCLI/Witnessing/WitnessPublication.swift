import Ledger
import SQLiteStore
import Service

/// Has the newest head cosigned by one witness now, with the file itself.
struct WitnessPublication {
  let url: String

  func publish(_ database: String) async throws -> String {
    // Opening makes what is not there.
    _ = try SQLiteArchive(path: database)
    let store = try WritableLedger.open(database)
    let result: Swift.Result<String, any Error>
    do { result = .success(try await publish(store)) } catch { result = .failure(error) }
    try await store.close()
    return try result.get()
  }

  private func publish(_ store: SQLiteLedger) async throws -> String {
    guard let head = try await store.keepCheckpoint() else { throw Failure.unsigned }
    let members = try await store.read { try $0.witnesses().members }
    guard let member = members.first(where: { $0.url == url }) else {
      throw Failure.usage(
        "\(url) is no witness of this log", hint: "Name it in ledger.yaml, under witnesses.")
    }
    let last = try await store.read { try $0.lastCosignature(by: member.verifier)?.size ?? 0 }
    let call = WitnessCall(store: store, host: WitnessClient(), now: currentInstant)
    switch try await call.carry(head, to: member, from: Int(min(last, head.size))) {
    case .cosigned: return "\(head.size) entries, cosigned by \(member.verifier.name)"
    case .failed(let reason), .refused(let reason):
      throw Failure("\(member.verifier.name) did not cosign: \(Text.safe(reason))")
    case .contradicted(let status, _):
      throw Failure(
        "\(member.verifier.name) saw a log that this one does not lead to (\(status))",
        hint: "The database was put back, cut or used twice: look for the newest copy of it.",
        code: Exit.integrity)
    }
  }
}
