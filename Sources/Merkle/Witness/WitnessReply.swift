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
    case 409: self = WitnessReply.conflict(body, request.old, head)
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

  private static func conflict(_ body: String, _ old: Int, _ head: Int) -> WitnessReply {
    guard body.hasSuffix("\n"), let size = Int(decimal: body.dropLast()), size != old else {
      return .failed(reason: "409 without another size")
    }
    return size > head ? .contradicted(size: size) : .from(size)
  }

  private static func sentence(_ body: String) -> String {
    let line = body.split(whereSeparator: \.isNewline).first ?? "no reason"
    let plain = line.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }
    return String(String(String.UnicodeScalarView(plain)).prefix(longestReason))
  }
}
