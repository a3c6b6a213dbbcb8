import Merkle

/// What one answer of the admission gate is about. Answers that agree in all of it replace each
/// other.
public struct AdmissionKey: Hashable, Sendable {
  /// `nil` where the server was told of none.
  public let cluster: String?
  public let namespace: String
  /// SHA-256 of the images, in hexadecimal digits.
  public let subject: String

  /// - Parameter images: as the pod names them; their order and repetitions mean nothing.
  public init(cluster: String?, namespace: String, images: [String]) {
    (self.cluster, self.namespace) = (cluster, namespace)
    let names = Set(images).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    subject = Hash.sha256(JSON.array(names.map(JSON.string)).canonicalBytes).hex
  }
}

/// The newest answer of the deploy gate to one question about an image.
public struct ImageVerdictRow: Hashable, Sendable {
  /// Several services of one repository are joined by commas.
  public let service: String
  public let isAllowed: Bool
  public let summary: String
  public let entry: Int64

  public init(service: String, isAllowed: Bool, summary: String, entry: Int64) {
    (self.service, self.isAllowed) = (service, isAllowed)
    (self.summary, self.entry) = (summary, entry)
  }
}

/// An image that was pushed under a tag.
public struct TaggedImageRow: Hashable, Sendable {
  public let origin: Origin
  public let digest: String
  public let entry: Int64

  public init(origin: Origin, digest: String, entry: Int64) {
    (self.origin, self.digest, self.entry) = (origin, digest, entry)
  }
}

/// What the admission gate asks of the tables.
public protocol AdmissionReader {
  /// The entry of the newest answer.
  func admissionVerdict(_ key: AdmissionKey) throws -> Int64?
  /// The newest answer of the deploy gate to each question about this image in an environment that
  /// has, or had, one of these names; newest first.
  func deployVerdicts(
    of digest: String, in environments: Set<String>
  ) throws -> [ImageVerdictRow]
  /// Newest first, at most `limit`; without those that were deleted.
  func images(tagged tag: String, limit: Int) throws -> [TaggedImageRow]
}
