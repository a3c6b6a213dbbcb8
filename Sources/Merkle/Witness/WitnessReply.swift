/// What a witness's answer means to the log that asked.
public enum WitnessReply: Hashable, Sendable {
  /// Lines below the checkpoint that the witness made; one at least was checked.
  case cosigned([NoteSignature])
  /// It has another size than we believed: to be asked again from there.
  case from(Int)
  /// It saw a log that ours does not lead to.
  case contradicted(size: Int?)
  /// It will say the same again until somebody changes something.
  case refused(reason: String)
  /// It may be better later.
  case failed(reason: String)

  /// More lines than one witness has keys.
  private static let maximumLines = 16
  /// A sentence of a witness, for people.
  private static let longestReason = 200

  /// - Parameters:
  ///   - head: entries of our log now: what the witness has seen cannot be more.
  public init(
    status: Int, body: String, to request: WitnessRequest, witness: NoteVerifier, head: Int
  ) {
    switch status {
    case 200: self = WitnessReply.lines(body, request.note.text, witness)
    case 409: self = WitnessReply.conflict(body, request, head)
    case 422: self = .contradicted(size: request.old)
    case 400, 401, 403, 404, 405, 410, 413, 415:
      self = .refused(reason: "\(status): \(WitnessReply.sentence(body))")
    case 300..<400: self = .refused(reason: "\(status): it redirects, which is not followed")
    default: self = .failed(reason: "\(status): \(WitnessReply.sentence(body))")
    }
  }

  /// Lines under its own name alone: a line under another one could make a good note a bad one for
  /// those who know that key.
  private static func lines(
    _ body: String, _ text: String, _ witness: NoteVerifier
  ) -> WitnessReply {
    let lines = body.split(separator: "\n")
    guard body.hasSuffix("\n"), lines.count <= maximumLines else {
      return .failed(reason: "the answer is no list of cosignatures")
    }
    var own: [NoteSignature] = []
    for line in lines {
      do throws(NoteError) {
        let signature = try NoteSignature(line: line)
        if signature.name == witness.name { own.append(signature) }
      } catch { return .failed(reason: "the answer is no list of cosignatures") }
    }
    do throws(NoteError) {
      _ = try SignedNote(text: text, signatures: own).signatures(by: [witness])
    } catch { return .refused(reason: "its cosignature is not one: \(error)") }
    return .cosigned(own)
  }

  private static func conflict(
    _ body: String, _ request: WitnessRequest, _ head: Int
  ) -> WitnessReply {
    let size = body.hasSuffix("\n") ? Int(decimal: body.dropLast()) : nil
    if let size, size != request.old {
      return size > head ? .contradicted(size: size) : .from(size)
    }
    // Begins like a size, and is none that can be read: it may be another one.
    let isUnreadable = size == nil && body.first?.isNumber == true
    guard !isUnreadable, repeatsItsSize(request) else {
      return .failed(reason: "409 without another size")
    }
    return .contradicted(size: request.old)
  }

  /// Whether the old size is that of the checkpoint itself. tlog-witness 1.0.0 has 409 for two
  /// things: the witness has another size, which it must name; or it has this very size and another
  /// root, for which no body is prescribed, and some send none (later texts have 422 for that). The
  /// old size is one that the witness cosigned or named before, so a 409 that names no other one can
  /// only be the second. To any other request that answer makes no sense and may be a broken
  /// proxy's: a root that differs is 422 there. Of 0 entries no witness confirmed anything.
  private static func repeatsItsSize(_ request: WitnessRequest) -> Bool {
    guard request.old > 0 else { return false }
    do throws(NoteError) {
      return try Checkpoint(text: request.note.text).size == request.old
    } catch { return false }
  }

  private static func sentence(_ body: String) -> String {
    let line = body.split(whereSeparator: \.isNewline).first ?? "no reason"
    let plain = line.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }
    return String(String(String.UnicodeScalarView(plain)).prefix(longestReason))
  }
}
