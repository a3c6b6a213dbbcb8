import Attestations
import Ledger
import Merkle

/// Signs what the deploy gate concluded. The signature stands for the log, so nothing is taken from
/// whoever answers: each entry has to be under a checkpoint that the same key signed.
struct DeployAttestation {
  private let prover: Prover
  private let signer: NoteSigner
  private let ledger: any LedgerSource

  init(ledger: any LedgerSource, signer: NoteSigner) {
    (self.ledger, self.signer) = (ledger, signer)
    prover = Prover(ledger, trusting: [signer.verifier])
  }

  /// - Parameters:
  ///   - index: of the verdict.
  ///   - resource: what it was verified for; by default service and environment.
  func envelope(of index: Int64, resource: String? = nil) async throws -> Envelope {
    try await checkKey()
    let verdict = try await entry(index)
    var inputs: [VerificationSummary.Input] = []
    for cited in VerificationSummary.cited(by: verdict) {
      let attestation = try await entry(cited)
      if let input = VerificationSummary.Input(attestation, at: cited, of: verdict) {
        inputs.append(input)
      }
    }
    let summary: VerificationSummary
    do { summary = try VerificationSummary(verdict, inputs: inputs) } catch {
      let isVerdict = verdict.kind == .deployVerdict
      throw Failure(
        "entry \(index) \(error.reason)",
        hint: isVerdict ? nil : "ledger gate deploy --json names it as decision.",
        code: isVerdict ? Exit.denied : Exit.usage)
    }
    let statement = summary.statement(verifier: signer.verifier.name, resource: resource)
    return try VerificationSummary.signed(statement, by: signer)
  }

  /// Only for a better word than that a proof does not hold.
  private func checkKey() async throws {
    let log = try await ledger.log()
    let keys = log.list("keys").compactMap { $0.text("vkey") }
    guard !keys.isEmpty else { throw Failure.unsigned(log) }
    guard keys.last == signer.verifier.vkey else {
      throw Failure(
        "the signing key is not this log's", hint: "ledger key show prints the log's key.")
    }
  }

  private func entry(_ index: Int64) async throws -> Entry {
    let bytes = try await prover.proof(of: index).entry
    do { return try Entry(decoding: bytes) } catch {
      throw Failure("entry \(index) cannot be read", code: Exit.integrity)
    }
  }
}
