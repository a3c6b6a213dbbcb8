import Foundation
import Gates
import SQLiteStore

/// The ledger's file, opened to be written to by a command, while no server uses it.
enum WritableLedger {
  /// Opening makes what is not there: a wrong path must not look like a success.
  static func mustExist(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(
        "there is no ledger at \(path)",
        hint: "Name a server with --server or LEDGER_SERVER, or the ledger's file with --db.")
    }
  }

  /// - Parameter mayBegin: whether a log that has entries and no key is signed from now on.
  static func open(
    _ path: String, policies: Policies = Policies(), mayBegin: Bool = false
  ) throws -> SQLiteLedger {
    let store = try SQLiteLedger(
      path: path, reactor: reactor(policies),
      signers: try SigningKey.read(for: path).map { [$0] } ?? [], mayBegin: mayBegin,
      now: currentInstant)
    if store.hasBegun, !mayBegin { Console.error("warning: \(begun(path))") }
    return store
  }

  /// Of a log that was empty while its key was there: a volume that is not mounted looks like that,
  /// and a second history under the same name contradicts every copy of the first one's heads.
  static func begun(_ path: String) -> String {
    "the log in \(path) is empty, its key was there before: entry 0 is signed with it now. If there "
      + "was a log before, stop, put it back, and go on with that"
  }

  /// Gives the file back once, however that ends.
  static func use<Answer>(
    _ path: String, policies: Policies = Policies(),
    _ body: (SQLiteLedger) async throws -> Answer
  ) async throws -> Answer {
    let store = try open(path, policies: policies)
    let answer: Answer
    do { answer = try await body(store) } catch {
      try await store.close()
      throw error
    }
    try await store.close()
    return answer
  }

  /// Of a command that no server does: to ask the one that has the file is no way out.
  static func refusal(_ error: any Error, of command: String) -> any Error {
    guard case StartupRefused.locked(let path, let holder) = error else { return error }
    return Failure(
      "\(path) is in use by another ledger (\(holder))",
      hint: "Stop it, and start it again afterwards: \(command) needs the file for itself.")
  }

  static func reactor(_ policies: Policies = Policies()) -> Gatehouse {
    Gatehouse(policies, zones: SystemTimeZones())
  }
}
