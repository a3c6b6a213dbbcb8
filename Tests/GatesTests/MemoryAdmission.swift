import Ledger

/// Nobody asks it for answers to clusters.
extension MemoryLedger {
  func admissionVerdict(_ key: AdmissionKey) throws -> Int64? { throw NotAsked() }
  func deployVerdicts(
    of digest: String, in environments: Set<String>
  ) throws -> [ImageVerdictRow] { throw NotAsked() }
  func images(tagged tag: String, limit: Int) throws -> [TaggedImageRow] { throw NotAsked() }
}
