import Ledger

/// Nobody asks it for answers to clusters.
extension OnePull {
  func admissionVerdict(_ key: AdmissionKey) throws -> Int64? { throw Unexpected() }
  func deployVerdicts(
    of digest: String, in environments: Set<String>
  ) throws -> [ImageVerdictRow] { throw Unexpected() }
  func images(tagged tag: String, limit: Int) throws -> [TaggedImageRow] { throw Unexpected() }
}
