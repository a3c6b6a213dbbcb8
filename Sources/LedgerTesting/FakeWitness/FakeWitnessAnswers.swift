import HTTPTypes
import Hummingbird
import Merkle
import NIOCore

extension FakeWitness {
  /// The connection was cut.
  public struct Cut: Error {}

  /// The answer comes byte by byte, which only a socket shows.
  struct Drip: Error {
    let answer: Witness.Answer
    let pause: Duration
  }

  /// The same as a request to its socket.
  public func add(_ body: [UInt8]) async throws -> Witness.Answer {
    let fault = begin(body)
    defer { state.withLock { $0.concurrent -= 1 } }
    let answer = try await answer(to: body, fault)
    state.withLock { $0.statuses.append(answer.status) }
    return answer
  }

  func respond(to request: Request, on connection: FakeServer.Connection) async throws -> Response {
    guard request.method == .post, request.uri.path == "/add-checkpoint" else {
      return Response(status: .notFound)
    }
    let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
    do {
      let answer = try await add(body)
      return Response(
        status: .init(code: answer.status), headers: [.contentType: answer.contentType],
        body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
    } catch let drip as Drip {
      return Response(
        status: .init(code: drip.answer.status),
        headers: [.contentType: drip.answer.contentType], body: FakeWitness.body(of: drip))
    } catch is Cut {
      try await connection.channel.close()
      throw Cut()
    }
  }

  private static func body(of drip: Drip) -> ResponseBody {
    ResponseBody(contentLength: drip.answer.body.utf8.count) { writer in
      for byte in drip.answer.body.utf8 {
        try await Task.sleep(for: drip.pause)
        try await writer.write(ByteBuffer(bytes: [byte]))
      }
      try await writer.finish(nil)
    }
  }

  private func begin(_ body: [UInt8]) -> Fault? {
    let request: WitnessRequest?
    do { request = try WitnessRequest(String(decoding: body, as: UTF8.self)) } catch {
      request = nil
    }
    return state.withLock { state in
      if let request { state.requests.append(request) }
      state.concurrent += 1
      state.mostConcurrent = max(state.mostConcurrent, state.concurrent)
      if state.isDown { return .refuse }
      return state.faults.isEmpty ? nil : state.faults.removeFirst()
    }
  }

  private func answer(to body: [UInt8], _ fault: Fault?) async throws -> Witness.Answer {
    switch fault {
    case .refuse: throw Cut()
    case .cut(let after):
      _ = try await desk.add(body, at: time())
      await after()
      throw Cut()
    case .perform(let work):
      await work()
      return try await desk.add(body, at: time())
    case .answer(let answer): return answer
    case .drip(let answer, let pause): throw Drip(answer: answer, pause: pause)
    case .conflict(let size):
      return Witness.Answer(status: 409, contentType: Witness.sizeType, body: "\(size)\n")
    case .wrongKey:
      let other = try NoteSigner(
        name: signer.verifier.name, seed: Array(repeating: 7, count: 32), algorithm: .cosignature)
      return try forged(body, by: other) { $0 }
    case .otherText: return try forged(body, by: signer) { "x" + $0 }
    case .extraLines(let lines):
      let answer = try await desk.add(body, at: time())
      return Witness.Answer(status: answer.status, body: answer.body + lines)
    case nil: return try await desk.add(body, at: time())
    }
  }

  private func forged(
    _ body: [UInt8], by signer: NoteSigner, _ change: (String) -> String
  ) throws -> Witness.Answer {
    let request = try WitnessRequest(String(decoding: body, as: UTF8.self))
    let signature = try signer.cosign(change(request.note.text), at: time())
    let line = NoteSignature(
      name: self.signer.verifier.name, id: self.signer.verifier.id, bytes: signature.bytes)
    return Witness.Answer(status: 200, body: line.line + "\n")
  }
}
