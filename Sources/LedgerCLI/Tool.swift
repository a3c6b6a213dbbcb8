import Subprocess

/// A command that operators know: its credentials, its settings, its retries.
enum Tool {
  typealias Result = ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>

  private static let largestComplaint = 1 << 20

  /// The caller's environment, without what is meant for the ledger alone: a token is nobody else's
  /// business.
  private static var environment: Subprocess.Environment {
    .inherit.updating(
      Dictionary(
        uniqueKeysWithValues: Configuration.ownVariables.compactMap { name in
          Subprocess.Environment.Key(rawValue: name).map { ($0, String?.none) }
        }))
  }

  /// - Parameters:
  ///   - limit: bytes of what it prints.
  ///   - hint: how to get it.
  /// - Throws: `Failure` where it cannot be run at all.
  static func run(
    _ name: String, _ arguments: [String],
    with variables: [Subprocess.Environment.Key: String?] = [:], limit: Int, hint: String? = nil
  ) async throws -> Result {
    do {
      return try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), environment: environment.updating(variables),
        output: .string(limit: limit), error: .string(limit: largestComplaint))
    } catch let error as SubprocessError {
      guard error.code == .executableNotFound else {
        throw Failure("\(name) cannot be run: \(error)")
      }
      throw Failure("there is no \(name) command on the PATH", hint: hint)
    }
  }
}
