import Attestations
import Foundation
import Gates
import Logging
import Service
import ServiceLifecycle

/// Reads the policy file again on SIGHUP. A valid one is enforced; of any other the log says what is
/// wrong with it, and what was in force stays so.
struct Reloading: ServiceLifecycle.Service {
  let hangups: Hangups
  /// `nil` without a policy file.
  let path: String?
  let confirmation: Policy.Confirmation
  let enforcement: Enforcement
  let recording: RecordingKeeper
  let trust: TrustInForce
  let retention: RetentionInForce
  let copy: HeadCopyPlace
  let announce: @Sendable () -> Void
  let logger: Logger

  func run() async throws {
    for await _ in hangups.stream.cancelOnGracefulShutdown() {
      do { try await reload() } catch {
        logger.error("the policy cannot be replaced now", metadata: ["error": "\(error)"])
      }
    }
  }

  private func reload() async throws {
    guard let path else {
      return logger.warning("SIGHUP, and there is no policy file (--config) to read again")
    }
    let (loaded, trusted): (LoadedPolicy, Trust)
    do {
      loaded = try PolicyFile(path: path).load(confirmation: confirmation)
      try RecordingKeeper.check(loaded.file.recording)
      trusted = try TrustFiles(policy: path).read(loaded.file.attestations)
    } catch let failure as Failure { return try await refuse(failure, path) }
    try await enforcement.enforce(loaded.file, hash: loaded.hash)
    try await recording.enforce(loaded.file.recording)
    trust.replace(trusted)
    retention.replace(loaded.file.retention)
    copy.replace(loaded.file.headCopy)
    announce()
    logger.info("the policy file was read again", metadata: ["file": "\(loaded.hash)"])
  }

  private func refuse(_ failure: Failure, _ path: String) async throws {
    let problems = failure.message.split(separator: "\n").map(String.init)
    for problem in problems {
      logger.error("the policy file is refused", metadata: ["problem": "\(problem)"])
    }
    // Where the file lies on this machine is nobody's business.
    let name = URL(filePath: path).lastPathComponent
    try await enforcement.refuse(
      RefusedPolicy(
        file: PolicyFile(path: path).hash,
        problems: problems.map { $0.replacing(path, with: name) }))
  }
}
