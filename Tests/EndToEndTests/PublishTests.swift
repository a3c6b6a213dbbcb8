import Foundation
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import LedgerDemo

@Suite("ledger checkpoint --publish, and ledger witness", .serialized, .timeLimit(.minutes(5)))
struct PublishTests {
  private func signedBench() async throws -> Bench {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    return bench
  }

  private func note(_ text: String, _ bench: Bench) async throws {
    let made = try await bench.ledger.run(["record", "note", text])
    try #require(made.status == 0, "\(made.errors)")
  }

  private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  @Test("into a folder: a file for each size, and the newest")
  func folder() async throws {
    let bench = try await signedBench()
    let folder = bench.directory.appending(path: "copies")
    let absent = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
    #expect(absent.status == 1 && absent.errors.contains("there is no folder"))
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let backup = bench.ledger.database + ".backup"
    try FileManager.default.copyItem(atPath: bench.ledger.database, toPath: backup)
    for count in 1...2 {
      for _ in 0..<2 {
        let run = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
        #expect(run.status == 0, "\(run.errors)")
      }
      let file = folder.appending(path: "checkpoints/\(count).checkpoint")
      #expect(try text(file) == text(folder.appending(path: "latest")))
      #expect(try Checkpoint(text: SignedNote(text(file)).text).size == count)
      if count == 1 { try await note("more", bench) }
    }
    try FileManager.default.removeItem(atPath: bench.ledger.database)
    try FileManager.default.moveItem(atPath: backup, toPath: bench.ledger.database)
    let behind = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
    #expect(behind.status == 12 && behind.errors.contains("cut or put back"), "\(behind.errors)")
    // The newest is not needed to see it.
    let latest = folder.appending(path: "latest")
    try FileManager.default.removeItem(at: latest)
    let still = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
    #expect(still.status == 12 && still.errors.contains("cut or put back"), "\(still.errors)")
    #expect(!FileManager.default.fileExists(atPath: latest.path))
    try await bench.ended()
  }

  /// What is kept in a folder, and what stays of it.
  private func refuses(
    _ kept: String, in folder: URL, _ bench: Bench, saying reason: String
  ) async throws {
    let latest = folder.appending(path: "latest")
    try kept.write(to: latest, atomically: true, encoding: .utf8)
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let run = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
    #expect(run.status == 12 && run.errors.contains(reason), "\(run.errors)")
    #expect(try text(latest) == kept)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == before)
  }

  /// Whoever takes the newest away, or puts another there, has not changed the older ones.
  private func refusesBeside(
    _ fork: String, _ old: String, in folder: URL, _ bench: Bench
  ) async throws {
    let latest = folder.appending(path: "latest")
    let older = folder.appending(path: "checkpoints/3.checkpoint")
    try fork.write(to: older, atomically: true, encoding: .utf8)
    let reason = "3.checkpoint: the first 3 entries of the log are not"
    try await refuses(old, in: folder, bench, saying: reason)
    try FileManager.default.removeItem(at: latest)
    let run = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
    #expect(run.status == 12 && run.errors.contains(reason), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: latest.path))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/checkpoints/5.checkpoint"))
    try FileManager.default.removeItem(at: older)
    try old.write(to: latest, atomically: true, encoding: .utf8)
  }

  @Test("never over a head that the log does not lead to, or that it did not sign")
  func fork() async throws {
    let bench = try await signedBench()
    let folder = bench.directory.appending(path: "copies")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let backup = bench.ledger.database + ".backup"
    try FileManager.default.copyItem(atPath: bench.ledger.database, toPath: backup)
    for number in 0..<2 { try await note("kept \(number)", bench) }
    let fork = try await bench.ledger.run(["checkpoint"]).output
    try FileManager.default.removeItem(atPath: bench.ledger.database)
    try FileManager.default.moveItem(atPath: backup, toPath: bench.ledger.database)
    let old = try await bench.ledger.run(["checkpoint"]).output
    for number in 0..<4 { try await note("other \(number)", bench) }
    try await refuses(fork, in: folder, bench, saying: "the first 3 entries of the log are not")
    let stranger = try NoteSigner(name: "demo.example/ledger", seed: Array(0..<32))
    let strange = try Checkpoint(text: SignedNote(old).text).signed(by: [stranger])
    try await refuses(
      strange.description, in: folder, bench, saying: "no key of this log signed it")
    var damaged = try SignedNote(old)
    damaged.signatures = try SignedNote(fork).signatures
    try await refuses(damaged.description, in: folder, bench, saying: "is not replaced")
    // What is kept of this size is looked at before the newest is written.
    let sizes = folder.appending(path: "checkpoints")
    try FileManager.default.createDirectory(at: sizes, withIntermediateDirectories: false)
    let same = sizes.appending(path: "5.checkpoint")
    try fork.write(to: same, atomically: true, encoding: .utf8)
    try await refuses(old, in: folder, bench, saying: "5.checkpoint is not replaced")
    try old.write(to: same, atomically: true, encoding: .utf8)
    try await refuses(old, in: folder, bench, saying: "it is the head of 1 entries")
    try FileManager.default.removeItem(at: same)
    try await refusesBeside(fork, old, in: folder, bench)
    // A key that was replaced since is one of this log's, too.
    #expect(try await bench.ledger.run(["key", "rotate"]).status == 0)
    let run = try await bench.ledger.run(["checkpoint", "--publish", "file:\(folder.path)"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Checkpoint(text: SignedNote(text(folder.appending(path: "latest"))).text).size == 6)
    try await bench.ended()
  }

  private func git(_ arguments: [String], _ bench: Bench) async throws -> String {
    let child = try Child(
      URL(filePath: "/usr/bin/git"), arguments,
      environment: ["HOME": bench.directory.path, "PATH": "/usr/bin:/bin"], in: bench.directory,
      name: UUID().uuidString)
    let (status, errors) = (try await child.exit(), try text(child.errors))
    #expect(status == 0, "git \(arguments): \(errors)")
    return try text(child.output)
  }

  @Test("into a Git work tree: a commit for each head, pushed where that is asked for")
  func workTree() async throws {
    let bench = try await signedBench()
    let (tree, remote) = (
      bench.directory.appending(path: "tree").path, bench.directory.appending(path: "remote").path
    )
    _ = try await git(["init", "--quiet", "--bare", remote], bench)
    _ = try await git(["init", "--quiet", tree], bench)
    for (key, value) in [
      ("user.name", "ledger"), ("user.email", "ledger@example.com"), ("push.default", "current"),
    ] { _ = try await git(["-C", tree, "config", key, value], bench) }
    _ = try await git(["-C", tree, "remote", "add", "origin", remote], bench)
    let arguments = ["checkpoint", "--publish", "git:\(tree)", "--push"]
    for round in 1...2 {
      for _ in 0..<2 {
        let run = try await bench.ledger.run(arguments)
        #expect(run.status == 0, "\(run.errors)")
      }
      let log = try await git(["-C", remote, "log", "--all", "--format=%s"], bench)
      #expect(log.split(separator: "\n").count == round)
      #expect(log.hasPrefix("Checkpoint \(round) of demo.example/ledger\n"), "\(log)")
      try await note("\(round)", bench)
    }
    let latest = URL(filePath: tree).appending(path: "checkpoints/demo.example/ledger/latest")
    #expect(try Checkpoint(text: SignedNote(text(latest)).text).size == 2)
    let inIndex = try await git(["-C", tree, "ls-files"], bench)
    #expect(inIndex.split(separator: "\n").count == 3)
    try await forkedTree(tree, latest, bench)
    try "edited".write(to: latest, atomically: true, encoding: .utf8)
    let dirty = try await bench.ledger.run(arguments)
    #expect(dirty.status == 1 && dirty.errors.contains("not committed"), "\(dirty.errors)")
    #expect(try text(latest) == "edited")
    let none = try await bench.ledger.run(["checkpoint", "--publish", "git:/"])
    #expect(none.status == 1 && none.errors.contains("git rev-parse failed"), "\(none.errors)")
    try await bench.ended()
  }

  /// A head of another key, committed by somebody, stays, and whatever its size is.
  private func forkedTree(_ tree: String, _ latest: URL, _ bench: Bench) async throws {
    let stranger = try NoteSigner(name: "demo.example/ledger", seed: Array(0..<32))
    for file in [latest, latest.deletingLastPathComponent().appending(path: "1")] {
      let kept = try text(file)
      let strange = try Checkpoint(text: SignedNote(kept).text).signed(by: [stranger]).description
      try await commit(strange, to: file, tree, bench)
      let run = try await bench.ledger.run(["checkpoint", "--publish", "git:\(tree)"])
      #expect(run.status == 12 && run.errors.contains("no key of this log"), "\(run.errors)")
      #expect(try text(file) == strange)
      try await commit(kept, to: file, tree, bench)
    }
  }

  private func commit(
    _ text: String, to file: URL, _ tree: String, _ bench: Bench
  ) async throws {
    try text.write(to: file, atomically: true, encoding: .utf8)
    _ = try await git(["-C", tree, "commit", "--quiet", "--all", "--message", "other"], bench)
  }

  @Test("on a pull request: one comment for each head")
  func pullRequest() async throws {
    let bench = try await signedBench()
    bench.gitHub.set(
      pull: .init(number: 7, headSHA: String(repeating: "a1", count: 20)), in: "acme/api")
    func publish() async throws -> LedgerBinary.Result {
      try await bench.run(
        ["checkpoint", "--db", bench.ledger.database, "--publish", "pr:acme/api#7"],
        ["LEDGER_GITHUB_TOKEN": Bench.token, "LEDGER_GITHUB_API_URL": bench.gitHub.baseURL])
    }
    for round in 1...2 {
      for _ in 0..<2 {
        let run = try await publish()
        #expect(run.status == 0, "\(run.errors)")
      }
      let comments = bench.gitHub.comments(on: 7, in: "acme/api")
      #expect(comments.count == round)
      #expect(comments.last?.body.contains("\ndemo.example/ledger\n\(round)\n") == true)
      try await note("\(round)", bench)
    }
    let without = try await bench.ledger.run(["checkpoint", "--publish", "pr:acme/api#7"])
    #expect(without.status == 4 && without.errors.contains("no credentials"))
    try await bench.ended()
  }

  /// With the line of the witness below its head, which a check demands of it.
  private func prove(
    _ bench: Bench, _ log: String, _ witness: String, _ flags: [String]
  ) async throws {
    func path(_ name: String) -> String { bench.directory.appending(path: name).path }
    let (proof, entry) = (path("0.tlog-proof"), path("0.json"))
    let made = try await bench.ledger.run(["prove", "0", "-o", proof, "--entry", entry] + flags)
    #expect(made.status == 0, "\(made.errors)")
    let check = ["prove", "--check", proof, "--entry", entry, "--vkey"]
    let good = try await bench.run(check + [log, "--vkey", witness])
    #expect(good.status == 0 && good.output.contains("✓ cosigned by w.example\n"))
    #expect(try await bench.run(check + [witness]).status == 13)
    let name = "\(UUID().uuidString).example"
    let other = try await bench.run(["witness", "init", "--key", path(name), "--name", name])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let absent = try await bench.run(check + [log, "--vkey", other])
    #expect(absent.status == 12 && absent.errors.contains("\(name) did not cosign it"))
  }

  @Test("two installations witness each other")
  func pair() async throws {
    let bench = try await signedBench()
    let log = try await bench.ledger.run(["key", "show"]).output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let (key, state) = (
      bench.directory.appending(path: "w.key").path, bench.directory.appending(path: "w.json").path
    )
    let made = try await bench.run(["witness", "init", "--key", key, "--name", "w.example"])
    let vkey = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(made.status == 0, "\(made.errors)")
    func witness(_ port: Int, _ name: String) throws -> Child {
      try Child(
        bench.ledger.executable,
        [
          "witness", "serve", "--key", key, "--log", log, "--state", state, "--listen",
          "127.0.0.1:\(port)",
        ], environment: Bench.profile, in: bench.directory, name: name)
    }
    let port = try FreePort.preferring(0)
    let url = "http://127.0.0.1:\(port)"
    try (Story.policy + "witnesses: [{vkey: \"\(vkey)\", url: \"\(url)\"}]\n")
      .write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    #expect(await server.stop() == 0)
    for round in 0..<2 {
      let child = try witness(port, "witness-\(round)")
      let running = Running(url: url, child: child)
      try await eventually("the witness is there", within: .seconds(30)) {
        try #require(child.status == nil, "\(running.log)")
        return running.log.contains("witnessing on")
      }
      if round == 0 {
        let second = try witness(try FreePort.preferring(0), "second")
        #expect(try await second.exit() == 1)
      }
      let run = try await bench.ledger.run(["checkpoint", "--publish", "witness:\(url)"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("cosigned by w.example"))
      let note = try SignedNote(try await bench.ledger.run(["checkpoint", "--cosigned"]).output)
      #expect(try note.signatures(by: [NoteVerifier(log), NoteVerifier(vkey)]).count == 2)
      let shown = try await running.get(Witness.monitoringPath(of: "demo.example/ledger"))
      #expect(try SignedNote(shown.body).text == note.text)
      try await prove(bench, log, vkey, ["--cosigned"])
      try await prove(bench, log, vkey, [])
      #expect(running.log.contains("log=demo.example/ledger"))
      #expect(running.log.contains("size=\(try Checkpoint(text: note.text).size)"))
      let verified = try await bench.ledger.run(["verify"]).output
      #expect(verified.contains("witnesses    1 of 1, to entry "), "\(verified)")
      // What it saw is on disk: it is killed, and knows it afterwards.
      await running.crash()
      try await self.note("\(round)", bench)
    }
    // The newest head is not cosigned, the one before still is.
    try await prove(bench, log, vkey, ["--cosigned"])
    let down = try await bench.ledger.run(["checkpoint", "--publish", "witness:\(url)"])
    #expect(down.status == 1 && down.errors.contains("connection refused"), "\(down.errors)")
    let stranger = try await bench.ledger.run(["checkpoint", "--publish", "witness:http://x"])
    #expect(stranger.status == 2 && stranger.errors.contains("is no witness of this log"))
    try await bench.ended()
  }
}
