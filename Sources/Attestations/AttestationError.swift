/// Why an attestation, or what it is checked with, cannot be read or does not hold: a sentence that
/// begins with what is meant, without a full stop.
public struct AttestationError: Error, Hashable, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}

extension AttestationError: CustomStringConvertible {
  public var description: String { reason }
}
