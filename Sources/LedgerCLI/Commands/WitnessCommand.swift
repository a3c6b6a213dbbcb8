import ArgumentParser
import Foundation
import Hummingbird
import Ledger
import Logging
import Merkle
import NIOCore

struct WitnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "witness",
    abstract: "Vouches for the logs of others, as they vouch for this one.",
    subcommands: [WitnessInitCommand.self, WitnessServeCommand.self])
}

struct WitnessInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Makes the key of a witness and prints its public half.",
    discussion: """
      EXAMPLES
        ledger witness init --key witness.key --name witness.example.com

      The public key goes into the ledger.yaml of those who are to be witnessed.
      """)

  @Option(help: "The file for the secret; made, for its owner alone.") var key: String
  @Option(help: "The witness's name: an address without https://, which need not exist.")
  var name: String

  func run() throws {
    try SigningKey.checkName(name, flag: "--name")
    let signer = try SigningKey.make(named: name, for: .cosignature)
    try SigningKey.write(signer, to: key)
    Console.write(signer.verifier.vkey + "\n")
  }
}

struct WitnessServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Cosigns the heads of logs that only grow (C2SP tlog-witness).",
    discussion: """
      EXAMPLES
        ledger witness serve --key witness.key --state witness.json \\
          --log "$(ledger key show --server https://ledger.example.com)" \\
          --listen 0.0.0.0:8081

      It takes POST /add-checkpoint. What it saw stands in the state file before it answers: who loses \
      that file loses the proof. A key that replaced another is named beside it, with a second --log.
      """)

  @Option(help: "The file of its secret key.") var key: String
  @Option(help: "The public key of a log. May be repeated.") var log: [String]
  @Option(help: "The file that keeps what it saw; made when it is not there.") var state: String
  @Option(help: "HOST:PORT. Default: 127.0.0.1:8081")
  var listen = ListenAddress(host: "127.0.0.1", port: 8_081)

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError(label:))
    let logger = Logger(label: "witness")
    let desk = try desk()
    let router = WitnessRoutes.router(desk, logger: logger)
    let application = Application(
      router: router,
      configuration: .init(address: .hostname(listen.host, port: listen.port)),
      onServerRunning: { [listen] channel in
        let port = channel.localAddress?.port ?? listen.port
        logger.info("witnessing on http://\(ListenAddress(host: listen.host, port: port))")
      },
      logger: logger)
    do { try await application.runService() } catch let error as IOError {
      throw listen.refused(error.errnoCode, "--listen")
    }
  }

  private func desk() throws -> WitnessDesk {
    let signer = try SigningKey.read(key, for: .cosignature)
    let logs = try log.map { text in
      do {
        let verifier = try NoteVerifier(text)
        if verifier.algorithm == .ed25519 { return verifier }
        throw NoteError.malformed("it is a witness's key")
      } catch let error as NoteError {
        throw Failure.usage(
          "--log \(Text.safe(text)): \(error)", hint: "As ledger key show has it.")
      }
    }
    let lock = try WitnessState.lock(state)
    let notes = try WitnessState.read(state)
    do {
      return try WitnessDesk(Witness(signer: signer, logs: logs), notes: notes) { [state] notes in
        try withExtendedLifetime(lock) { try WitnessState.write(notes, to: state) }
      }
    } catch {
      throw Failure("\(state) is damaged: \(error)", code: Exit.integrity)
    }
  }
}

/// What a witness saw, in a file: the newest note of each log.
enum WitnessState {
  static func read(_ path: String) throws -> [String: String] {
    guard let text = try WholeFile.read(path) else { return [:] }
    do {
      return (try JSON.parse(Array(text.utf8)).object ?? [:]).compactMapValues(\.string)
    } catch { throw Failure("\(path) is damaged: \(error)", code: Exit.integrity) }
  }

  static func write(_ notes: [String: String], to path: String) throws {
    let json = JSON.object(notes.mapValues(JSON.string))
    try WholeFile.replace(path, with: json.canonicalString + "\n")
  }

  /// Two witnesses with one state would each cosign what the other did not see.
  static func lock(_ path: String) throws -> WitnessLock { try WitnessLock(path + ".lock") }
}

enum WitnessRoutes {
  private static let maximumBody = 64 << 10

  static func router(_ desk: WitnessDesk, logger: Logger) -> Router<BasicRequestContext> {
    let router = Router()
    router.post("add-checkpoint") { request, _ in
      let body = try await request.body.collect(upTo: maximumBody)
      let time = UInt64(max(0, currentInstant().microseconds / 1_000_000))
      let answer: Witness.Answer
      do { answer = try await desk.add(Array(body.readableBytesView), at: time) } catch {
        logger.error("cannot keep what was seen", metadata: ["error": "\(error)"])
        throw HTTPError(.internalServerError)
      }
      logger.info("asked", metadata: WitnessRoutes.what(body, answer))
      return Response(
        status: .init(code: answer.status), headers: [.contentType: answer.contentType],
        body: .init(byteBuffer: .init(string: answer.body)))
    }
    router.get("{log}/checkpoint") { request, _ in
      guard let note = await desk.shown(at: request.uri.path) else { throw HTTPError(.notFound) }
      return Response(
        status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
        body: .init(byteBuffer: .init(string: note)))
    }
    return router
  }

  /// Which log, of which size; what cannot be read says neither.
  private static func what(_ body: ByteBuffer, _ answer: Witness.Answer) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["status": "\(answer.status)"]
    do {
      let request = try WitnessRequest(String(buffer: body))
      let head = try Checkpoint(text: request.note.text)
      metadata["log"] = "\(Text.safe(head.origin))"
      metadata["size"] = "\(head.size)"
    } catch { metadata["error"] = "\(error)" }
    return metadata
  }
}
