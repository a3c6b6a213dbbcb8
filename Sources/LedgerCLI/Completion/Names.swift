import Foundation
import Ledger
import Merkle
import NIOCore
import Reports

/// The answer of `names`. A server is asked once a minute at most: a shell asks with every TAB.
enum Names {
  static func answer(
    _ place: SourceOptions.Place, patience: TimeAmount = .seconds(30)
  ) async throws -> JSON {
    switch place {
    case .file(let path): return try await FileSource(path).ask(NamesQuestion.name, [])
    case .server(let url):
      let token = try Configuration.apiToken
      let cache = Configuration.cache.map { NamesCache($0, key: "\(url)\n\(token ?? "")") }
      let now = currentInstant()
      if let kept = cache?.answer(now: now) { return kept }
      let server = try ServerSource(url: url, token: token, patience: patience)
      let answer = try await server.ask(NamesQuestion.name, [])
      cache?.keep(answer, now: now)
      return answer
    }
  }
}

/// One answer in a file of its own. A cache that cannot be read or written is none.
struct NamesCache {
  static let seconds = 60.0
  private let file: URL

  /// - Parameter key: what was asked and who asked. Only its hash is in the file's name.
  init(_ directory: URL, key: String) {
    file = directory.appending(path: "names-\(Hash.sha256(key.utf8).hex.prefix(32)).json")
  }

  func answer(now: Instant) -> JSON? {
    do {
      let kept = try JSON.parse(Data(contentsOf: file))
      guard let at = Instant(json: kept["kept_at"]), let answer = kept["answer"],
        (0..<NamesCache.seconds).contains(now.seconds(since: at))
      else { return nil }
      return answer
    } catch { return nil }
  }

  func keep(_ answer: JSON, now: Instant) {
    let kept: JSON = ["kept_at": .string(now.description), "answer": answer]
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(kept.canonicalBytes).write(to: file, options: .atomic)
    } catch { return }
  }
}
