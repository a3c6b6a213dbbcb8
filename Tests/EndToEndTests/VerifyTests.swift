import Foundation
import GRDB
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Verifying a file", .serialized, .timeLimit(.minutes(3)))
struct VerifyTests {
  private func vkey(_ bench: Bench) async throws -> String {
    try await bench.ledger.run(["key", "show"]).output.trimmingCharacters(in: .newlines)
  }

  @Test("by the key that a variable names, as by the one that a flag does")
  func knownKey() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    let verify = ["verify", "--db", bench.ledger.database]
    for (key, status) in [(try await vkey(bench), 0), (try await other.vkey, 12)]
      as [(String, Int32)]
    {
      #expect(try await bench.run(verify, ["LEDGER_VKEY": key]).status == status)
      #expect(try await bench.run(verify + ["--vkey", key]).status == status)
    }
    let nonsense = try await bench.run(verify, ["LEDGER_VKEY": "nonsense"])
    #expect(nonsense.status == 2)
    try await bench.ended()
  }

  /// Where the file is no whole ledger any more, verifying it did not fail: that is what it found.
  @Test("a file that cannot even be read as a ledger is damaged")
  func damaged() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let file = URL(filePath: bench.ledger.database)
    let honest = try Data(contentsOf: file)
    let queue = try DatabaseQueue(path: file.path)
    let hash = try await queue.read { db in
      try String.fetchOne(db, sql: "SELECT sha256 FROM migrations WHERE number = 2") ?? ""
    }
    try queue.close()
    for text in ["SQLite format 3", "CREATE TABLE entries", "CREATE TABLE migrations", hash] {
      let place = try #require(honest.range(of: Data(text.utf8)), "\(text)")
      var damaged = honest
      damaged[place.lowerBound] ^= 1
      try damaged.write(to: file)
      let found = try await bench.ledger.run(["verify"])
      #expect(found.status == 12, "\(text): \(found.output)\(found.errors)")
    }
    try honest.write(to: file)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    #expect(try await bench.run(["verify", "--db", "nowhere.sqlite"]).status == 1)
    try await bench.ended()
  }

  @Test("whoever asks for JSON gets one object, however it ends")
  func json() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    func file(_ name: String) -> String { bench.directory.appending(path: name).path }
    let honest = try Data(contentsOf: URL(filePath: bench.ledger.database))
    try Data().write(to: URL(filePath: file("empty")))
    try Data(count: 8_192).write(to: URL(filePath: file("zeros")))
    try honest.prefix(2_000).write(to: URL(filePath: file("cut")))
    let other = try DatabaseQueue(path: file("other"))
    try await other.write { try $0.execute(sql: "CREATE TABLE users (id INTEGER)") }
    try other.close()
    for (arguments, status) in [
      ([file("empty")], 12), ([file("zeros")], 12), ([file("cut")], 12), ([file("other")], 12),
      ([file("nowhere")], 1),
      ([bench.directory.path], 1), ([bench.ledger.database, "--vkey", "x"], 2),
      ([bench.ledger.database, "--against", "nowhere"], 1),
    ] as [([String], Int32)] {
      let found = try await bench.run(["verify", "--json", "--db"] + arguments)
      #expect(found.status == status, "\(arguments): \(found.errors)")
      #expect(found.errors.hasPrefix("ledger: "), "\(arguments): \(found.errors)")
      let json = try JSON.parse(Array(found.output.utf8))
      #expect(json["schema"] == "ledger.verify/1" && json["ok"] == false)
      let reason = try #require(json["reason"]?.string)
      #expect(found.errors.contains(reason), "\(arguments)")
      #expect(json["hint"] != nil)
      #expect(try await bench.run(["verify", "--db"] + arguments).output.isEmpty)
    }
    #expect(try await bench.ledger.run(["verify", "--json"]).status == 0)
    try await bench.ended()
  }

  @Test("a command does not write over what it reads")
  func outputs() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let (file, key) = (bench.ledger.database, bench.ledger.database + ".key")
    let before = try [file, key].map { try Data(contentsOf: URL(filePath: $0)) }
    let link = bench.directory.appending(path: "link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: key)
    for output in [file, key, bench.directory.path + "/./ledger.sqlite", link] {
      for arguments in [
        ["verify", "--write-pages", output], ["evidence", "get", "#0", "-o", output],
        ["prove", "#0", "-o", output], ["prove", "#0", "--entry", output],
        ["export", "--proofs", "-s", "api", "-o", output],
      ] {
        let refused = try await bench.ledger.run(arguments)
        #expect(refused.status == 2 && refused.errors.contains("would be written over"))
      }
    }
    #expect(try [file, key].map { try Data(contentsOf: URL(filePath: $0)) } == before)
    try await bench.ended()
  }

  @Test("a rotation that is refused leaves no key behind")
  func rotation() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    #expect(try await bench.ledger.run(["key", "rotate"]).status == 1)
    let next = bench.ledger.database + ".key.next"
    #expect(!FileManager.default.fileExists(atPath: next))
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["key", "rotate"]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: next))
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("a log that begins beside an older key is said, and one that init makes is not")
  func beginning() async throws {
    let bench = try await Bench()
    let (file, said) = (bench.ledger.database, "its key was there before")
    let made = try await bench.ledger.run(["init", "--origin", "demo.example/ledger"])
    #expect(made.status == 0 && !made.errors.contains(said))
    for isServed in [false, true] {
      for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: file + suffix)
      {
        try FileManager.default.removeItem(atPath: file + suffix)
      }
      if isServed {
        let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
        #expect(server.log.contains(said), "\(server.log)")
        #expect(await server.stop() == 0)
      } else {
        let token = try await bench.ledger.run([
          "token", "create", "--name", "x", "--scope", "read",
        ])
        #expect(token.status == 0 && token.errors.contains(said), "\(token.errors)")
      }
      let later = try await bench.ledger.run(["token", "create", "--name", "y", "--scope", "read"])
      #expect(later.status == 0 && !later.errors.contains(said))
    }
    try await bench.ended()
  }

  @Test("a file that its server keeps to itself is verified after a stop")
  func rollbackJournal() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let server = try await bench.start(["LEDGER_JOURNAL": "delete", "LEDGER_GITHUB_TOKEN": ""])
    let refused = try await bench.ledger.run(["verify"])
    #expect(refused.status == 1 && refused.errors.contains("keeps it to itself"))
    #expect(refused.errors.contains("hint: Stop it first, or have it make an export"))
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("to forget ends the same in a file and on a server")
  func forgetting() async throws {
    let bench = try await Bench()
    let made = try await bench.ledger.run(["token", "create", "--name", "x", "--scope", "admin"])
    let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let wrong = [["", "--yes"], ["7", "--yes", "--reason", ""], ["nobody", "--yes"]]
    var files: [Int32] = []
    for arguments in wrong {
      files.append(try await bench.ledger.run(["forget"] + arguments).status)
    }
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    var answers: [Int32] = []
    for arguments in wrong {
      let run = try await bench.run(
        ["forget"] + arguments + ["--server", server.url], ["LEDGER_TOKEN": token])
      answers.append(run.status)
    }
    #expect(await server.stop() == 0)
    #expect(files == [2, 2, 3] && answers == files, "\(files) \(answers)")
    try await bench.ended()
  }

  @Test("a log that was made without a key gets one by init alone")
  func laterKey() async throws {
    let bench = try await Bench()
    func file(_ name: String) -> String { bench.directory.appending(path: name).path }
    let token = ["token", "create", "--name", "x", "--scope", "read", "--db", file("old.sqlite")]
    #expect(try await bench.run(token).status == 0)
    _ = try await PublishedLog(bench: bench, name: "other").initialize()
    let key = ["LEDGER_SIGNING_KEY_FILE": file("other.sqlite.key")]
    let refused = try await bench.run(token, key)
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(refused.errors.contains("hint: Is it the log that you mean? Then ledger init --db"))
    #expect(try await bench.run(["init", "--db", file("old.sqlite")], key).status == 0)
    #expect(try await bench.run(token, key).status == 0)
    let verified = try await bench.run(["verify", "--db", file("old.sqlite")])
    #expect(verified.status == 0, "\(verified.output)")
    // Whoever takes the heads away does not get new ones.
    let queue = try DatabaseQueue(path: file("old.sqlite"))
    try await queue.write { try $0.execute(sql: "DELETE FROM checkpoints") }
    try queue.close()
    for command in [token, ["init", "--db", file("old.sqlite")]] {
      let stripped = try await bench.run(command, key)
      #expect(stripped.status == 12 && stripped.errors.contains("are not signed"))
    }
    try await bench.ended()
  }
}
