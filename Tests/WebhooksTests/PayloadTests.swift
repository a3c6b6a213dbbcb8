import Foundation
import Ledger
import Testing

/// Bodies that GitHub published. They are not part of the project.
enum Payloads {
  struct Payload: Sendable, CustomTestStringConvertible {
    let event: String
    let file: URL

    var testDescription: String { "\(event)/\(file.lastPathComponent)" }
    var body: [UInt8] { get throws { Array(try Data(contentsOf: file)) } }
  }

  static let directory = SharedFiles.folder("github/payloads/MANIFEST.json")?
    .deletingLastPathComponent()

  static let all: [Payload] = {
    guard let directory,
      let data = try? Data(contentsOf: directory.appending(path: "MANIFEST.json")),
      let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return [] }
    return list.compactMap { item in
      guard let event = item["event"] as? String, let file = item["file"] as? String else {
        return nil
      }
      return Payload(event: event, file: directory.appendingPathComponent(file))
    }
  }()
}

@Suite(
  "Published payloads",
  .enabled(if: Payloads.directory != nil, SharedFiles.lack("github/payloads/MANIFEST.json")))
struct PayloadTests {
  @Test("are all there") func count() { #expect(Payloads.all.count >= 50) }

  @Test("become a submission of their kind", arguments: Payloads.all)
  func kind(_ payload: Payloads.Payload) throws {
    let submission = try submission(payload.event, payload.body)
    #expect(submission.entry.kind == Mapping.kinds[payload.event] ?? .undecoded)
    #expect(try submission.evidence?.bytes == payload.body)
    #expect(try Entry(decoding: submission.entry.bytes) == submission.entry)
    _ = Projections.changes(of: Stored(index: 0, entry: submission.entry))
  }

  @Test("are read as Foundation reads them", arguments: Payloads.all)
  func fields(_ payload: Payloads.Payload) throws {
    let data = try submission(payload.event, payload.body).entry.data
    guard Mapping.kinds[payload.event] != nil else {
      #expect(data == [:])
      return
    }
    let body = try JSONSerialization.jsonObject(with: Data(payload.body))
    for mapping in Mapping.all(payload.event) {
      let said = data[mapping.key]
      #expect(mapping.agrees(said, body), "\(mapping.key): \(String(describing: said))")
    }
  }

  @Test("leave no login and no e-mail address in an entry", arguments: Payloads.all)
  func people(_ payload: Payloads.Payload) throws {
    let body = try JSON.parse(payload.body)
    // A check is named after the App's owner here: Octocoders-linter.
    let owner = body.at("check_run", "app", "owner", "login")?.string ?? ""
    let names = Names.all(in: body).subtracting([owner])
    #expect(Names.found(names, in: try submission(payload.event, payload.body).entry).isEmpty)
  }

  @Test(
    "GitHub's bodies have the signatures that were computed elsewhere",
    arguments: [
      (
        "ping/payload.json", "0781a4c342e19ba538f4541868124c3fc6deb4b56ae69a04a38e6cd5c188806a"
      ),
      (
        "push/payload.json", "27ff3b2dbb02e7c8d6ab08b0d8d6faa2b2be5dba436346ac7616884f476acdc8"
      ),
    ])
  func signature(_ file: String, _ signature: String) throws {
    let directory = try #require(Payloads.directory)
    let body = try Data(contentsOf: directory.appendingPathComponent(file))
    #expect(try SignatureTests.verifies(signature, body))
    #expect(try !SignatureTests.verifies(signature, body.dropLast()))
  }
}
