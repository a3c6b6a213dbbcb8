/// The version of this ledger. A released image also has it in `VERSION`.
enum Version {
  static let current = "0.1.0"
}
