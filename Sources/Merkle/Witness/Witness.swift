/// Vouches for the heads of other logs: cosigns a checkpoint only when it adds to the one that it
/// cosigned before (C2SP tlog-witness). It keeps nothing itself: what it saw comes in, and has to be
/// on disk before its answer goes out.
public struct Witness: Sendable {
  /// What a witness saw of a log last.
  public struct Sight: Hashable, Sendable {
    public let size: Int
    public let root: Hash

    public init(size: Int, root: Hash) {
      self.size = size
      self.root = root
    }

    /// Of a log that it never saw.
    public static let none = Sight(size: 0, root: .emptyRoot)
  }

  public enum Decision: Hashable, Sendable {
    /// Keep this, and then cosign.
    case cosign(Checkpoint)
    /// It has another size than the request says.
    case conflict(size: Int)
    case refuse(status: Int, reason: String)
  }

  /// What goes over HTTP.
  public struct Answer: Hashable, Sendable {
    public let status: Int
    public let contentType: String
    public let body: String

    public init(status: Int, contentType: String = "text/plain; charset=utf-8", body: String) {
      self.status = status
      self.contentType = contentType
      self.body = body
    }

    /// To what cannot be read at all.
    public static let malformed = Answer(status: 400, body: "not an add-checkpoint request\n")
  }

  public static let sizeType = "text/x.tlog.size"

  /// More than one key of a log while it is being replaced.
  private let logs: [String: [NoteVerifier]]
  private let signer: NoteSigner

  /// - Precondition: `signer` is one for `cosignature`.
  public init(signer: NoteSigner, logs: [NoteVerifier]) {
    precondition(signer.verifier.algorithm == .cosignature, "a witness signs with a time")
    self.signer = signer
    self.logs = Dictionary(grouping: logs, by: \.name)
  }

  public var vkey: String { signer.verifier.vkey }

  /// The log that a request is about; `nil` for none that it knows.
  public func origin(of request: WitnessRequest) -> String? {
    guard let line = request.note.text.split(separator: "\n").first else { return nil }
    return logs[String(line)].map { _ in String(line) }
  }

  /// The checks of the specification, in its order.
  public func decide(_ request: WitnessRequest, seen: Sight) -> Decision {
    guard let origin = origin(of: request), let keys = logs[origin] else {
      return .refuse(status: 404, reason: "this log is not known here")
    }
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(request.note, signedBy: keys) } catch {
      return .refuse(status: 403, reason: error.description)
    }
    guard request.old <= checkpoint.size else {
      return .refuse(status: 400, reason: "the old size is greater than that of the checkpoint")
    }
    guard request.old == seen.size else { return .conflict(size: seen.size) }
    let adds = Proof.verifyConsistency(
      request.proof, from: seen.size, root: seen.root, to: checkpoint.size, root: checkpoint.root)
    guard adds else {
      return .refuse(status: 422, reason: "it does not add to what was seen before")
    }
    return .cosign(checkpoint)
  }

  /// - Parameter time: seconds since 1970.
  public func answer(
    _ decision: Decision, to request: WitnessRequest, at time: UInt64
  ) throws -> Answer {
    switch decision {
    case .conflict(let size):
      return Answer(status: 409, contentType: Witness.sizeType, body: "\(size)\n")
    case .refuse(let status, let reason): return Answer(status: status, body: reason + "\n")
    case .cosign:
      let signature = try signer.cosign(request.note.text, at: time)
      return Answer(status: 200, body: signature.line + "\n")
    }
  }

  /// Where its newest checkpoint of a log is shown: hex of the origin's SHA-256, below the prefix.
  public static func monitoringPath(of origin: String) -> String {
    "/\(Hash.sha256(origin.utf8).hex)/checkpoint"
  }
}
