import Merkle
import Synchronization

/// A witness on a socket of this machine: does what C2SP's tlog-witness asks, and fails as it is
/// told. Thread-safe; scripting it does not wait.
public final class FakeWitness: Sendable {
  public enum Fault: Sendable {
    /// Cuts the connection instead of doing anything.
    case refuse
    /// Keeps what it saw and cuts the connection instead of answering, after this.
    case cut(after: @Sendable () async -> Void = {})
    /// Runs this first.
    case perform(@Sendable () async -> Void)
    /// Answers so instead.
    case answer(Witness.Answer)
    /// Answers so instead: the head at once, then the body a byte at a time, each after this.
    case drip(Witness.Answer, every: Duration)
    /// 409 with this size, whatever was sent.
    case conflict(Int)
    /// Cosigns under its name with another key.
    case wrongKey
    /// Cosigns another text.
    case otherText
    /// Adds lines below its own.
    case extraLines(String)
  }

  struct State {
    var faults: [Fault] = []
    /// Until it is brought up again.
    var isDown = false
    var requests: [WitnessRequest] = []
    var statuses: [Int] = []
    var concurrent = 0
    var mostConcurrent = 0
  }

  let signer: NoteSigner
  let desk: WitnessDesk
  let time: @Sendable () -> UInt64
  let state = Mutex(State())
  private let server = Mutex(FakeServer?.none)

  /// Listens on 127.0.0.1 when this returns, until `stop()`.
  ///
  /// - Parameters:
  ///   - name: also the seed of its key, so that two of one name are one witness.
  ///   - logs: keys of the logs that it knows.
  ///   - time: seconds since 1970.
  public static func start(
    name: String, logs: [NoteVerifier], port: Int = 0,
    time: @escaping @Sendable () -> UInt64 = { 1_790_000_000 }
  ) async throws -> FakeWitness {
    let fake = try FakeWitness(name, logs, time)
    let server = try await FakeServer(on: port) { try await fake.respond(to: $0, on: $1) }
    fake.server.withLock { $0 = server }
    return fake
  }

  private init(
    _ name: String, _ logs: [NoteVerifier], _ time: @escaping @Sendable () -> UInt64
  ) throws {
    signer = try NoteSigner(
      name: name, seed: Hash.sha256(name.utf8).bytes, algorithm: .cosignature)
    desk = try WitnessDesk(Witness(signer: signer, logs: logs))
    self.time = time
  }

  public var vkey: String { signer.verifier.vkey }
  public var verifier: NoteVerifier { signer.verifier }
  public var port: Int { server.withLock { $0?.port ?? 0 } }
  public var url: String { "http://127.0.0.1:\(port)" }

  /// Cuts every connection.
  public func stop() async {
    await server.withLock { $0.take() }?.stop()
  }
}

extension FakeWitness {
  /// The next requests meet these, one each.
  public func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

  public var isDown: Bool {
    get { state.withLock { $0.isDown } }
    set { state.withLock { $0.isDown = newValue } }
  }

  /// All that could be read, oldest first.
  public var requests: [WitnessRequest] { state.withLock { $0.requests } }

  public var statuses: [Int] { state.withLock { $0.statuses } }

  /// The most requests that it had at one time.
  public var mostConcurrent: Int { state.withLock { $0.mostConcurrent } }

  /// Entries of the newest head that it saw of a log.
  public func size(of origin: String) async -> Int { await desk.size(of: origin) }
}
