import Foundation
import Ledger
import Reports
import Service

/// `ledger export --proofs`: from the file, which it opens to write the entry about it, or from a
/// server.
struct ExportProofs {
  let place: SourceOptions.Place
  let request: ExportRequest
  /// `nil` for standard output.
  let output: String?

  /// - Returns: what to tell the user.
  func run() async throws -> String {
    try OutputTarget.refuse(writing: output, of: place)
    var target = try ExportTarget(output)
    do {
      switch place {
      case .file(let path): try await write(path, &target)
      case .server(let url):
        try await ExportDownload(
          server: ServerSource(url: url, token: Configuration.apiToken), request: request
        ).run(&target)
      }
      try target.keep()
    } catch {
      target.discard()
      throw error
    }
    return target.advice(knowsKey: Configuration.text("LEDGER_VKEY") != nil)
  }

  private func write(_ path: String, _ target: inout ExportTarget) async throws {
    try WritableLedger.mustExist(path)
    do {
      try await WritableLedger.use(path) { store in
        let maker = ExportMaker(store: store, now: currentInstant)
        let file = try await maker.make(request, by: .token("cli"))
        try await maker.write(file) { try target.write($0) }
      }
    } catch { throw ExportProofs.explained(error) }
  }

  private static func explained(_ error: any Error) -> any Error {
    switch error {
    case is ExportMaker.Unsigned:
      Failure(ExportMaker.Unsigned.sentence, hint: ExportMaker.Unsigned.hint)
    case is ExportMaker.TooMuch:
      Failure.usage(
        "nothing was made: \(ExportMaker.TooMuch.sentence)", hint: ExportMaker.TooMuch.hint)
    case let unknown as UnknownRepositories:
      Failure(
        "nothing was made: \(unknown.sentence)", hint: UnknownRepositories.hint,
        code: Exit.nothing)
    case let bad as BadQuestion:
      Refusal(code: bad.code, sentence: bad.sentence, candidates: bad.candidates ?? [])
    default: error
    }
  }
}

/// Where the lines go. A file appears under its name when all of it is there.
struct ExportTarget {
  private let path: String?
  private let partial: String
  private let file: FileHandle?
  private var header: [UInt8] = []
  private var hasHeader = false

  init(_ path: String?) throws {
    self.path = path
    partial = "\(path ?? "").partial-\(getpid())"
    guard path != nil else {
      file = nil
      return
    }
    guard FileManager.default.createFile(atPath: partial, contents: nil),
      let opened = FileHandle(forWritingAtPath: partial)
    else { throw Failure("cannot make \(partial)", hint: "Is the folder there, and yours?") }
    file = opened
  }

  mutating func write(_ bytes: [UInt8]) throws {
    if !hasHeader {
      header += bytes.prefix { $0 != 10 }
      hasHeader = bytes.contains(10)
    }
    guard let file else { return Console.write(bytes) }
    try file.write(contentsOf: Data(bytes))
  }

  func keep() throws {
    guard let path, let file else { return }
    try file.synchronize()
    try file.close()
    guard rename(partial, path) == 0 else {
      throw Failure("cannot write \(path): \(String(cString: strerror(errno)))")
    }
  }

  /// The failure that led here is told, not this one.
  func discard() {
    guard path != nil else { return }
    unlink(partial)
  }

  /// How to check what was written. Not by the key in the file: whoever made the file could have made
  /// the key, and a check by it would say no more of that.
  ///
  /// - Parameter knowsKey: whether LEDGER_VKEY has one, which the check takes by itself.
  func advice(knowsKey: Bool) -> String {
    let made: ExportHeader?
    do { made = try ExportHeader(line: header) } catch { made = nil }
    let command = "ledger verify --export \(Text.safe(path ?? "FILE"))"
    let check = knowsKey ? "check it with: \(command)" : ExportTarget.anywhere(command)
    return [made?.until.map(ExportTarget.cut), check].compactMap(\.self).joined(separator: "\n")
  }

  private static func anywhere(_ command: String) -> String {
    """
    check it anywhere with: \(command) --vkey "$VKEY"
    VKEY is the log's key from elsewhere than the file: a copy that was kept since the beginning, or \
    what ledger key show prints where the ledger is
    """
  }

  private static func cut(at until: Instant) -> String {
    "each stream ends before its first entry received at or after \(until); what stands behind that "
      + "one is left out, also where a clock that was set back gives it an earlier time"
  }
}
