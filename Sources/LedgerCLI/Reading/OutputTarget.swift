import Foundation

/// A file that a command was told to write, which must not be one that it reads from: neither the
/// ledger, nor its key, nor what was given with another flag.
enum OutputTarget {
  /// What SQLite and the ledger keep beside a database.
  private static let companions = ["-wal", "-shm", "-journal", ".lock", ".key", ".key.next"]

  /// As below, of what a command was told to ask.
  static func refuse(
    writing path: String?, of place: SourceOptions.Place, inputs: [String?] = []
  ) throws {
    var ledger: String?
    if case .file(let path) = place { ledger = path }
    try refuse(writing: path, ofLedger: ledger, inputs: inputs.compactMap(\.self))
  }

  /// - Parameters:
  ///   - path: of the output; `nil` and `-` are no files.
  ///   - ledger: the database; `nil` where a server is asked.
  ///   - inputs: other files that are read.
  static func refuse(
    writing path: String?, ofLedger ledger: String?, inputs: [String] = []
  ) throws {
    guard let path, path != "-", let target = OutputPlace(path) else { return }
    let files = (ledger.map(files(of:)) ?? []) + inputs.map { ($0, "used by the same command") }
    for (source, what) in files where source != "-" && OutputPlace(source) == target {
      throw Failure.usage(
        "\(Text.safe(path)) would be written over: it is \(what)", hint: "Name another file.")
    }
  }

  /// What belongs to a ledger. SQLite's files stand beside the file itself, the others beside the
  /// name that was given, which may be a link.
  private static func files(of ledger: String) -> [(path: String, what: String)] {
    let file = URL(filePath: ledger).resolvingSymlinksInPath().path
    let key = Configuration.text(SigningKey.variable + "_FILE").map { [$0] } ?? []
    return [(ledger, "the ledger itself")]
      + [ledger, file].flatMap { path in companions.map { (path + $0, "a part of the ledger") } }
      + key.map { ($0, "the ledger's key") }
  }
}

/// Where a path leads, however it is written: through links, too. What is not there yet is known by
/// its folder and its name.
private struct OutputPlace: Hashable {
  private let file: FileIdentity
  private let name: String?

  /// `nil` for what can be neither read nor made.
  init?(_ path: String) {
    if let file = Machine.file(path) {
      (self.file, name) = (file, nil)
      return
    }
    let url = URL(filePath: path)
    guard let folder = Machine.file(url.deletingLastPathComponent().path) else { return nil }
    (file, name) = (folder, url.lastPathComponent)
  }
}
