import Merkle

/// A file that holds the newest head of a log, as a signed note.
enum HeadFile {
  /// Never puts an older head, or another one of the same size, in the place of what is there: it
  /// may be all that is left of entries that were lost. Whether the log leads to it, and whose it
  /// is, only who has the log can say (`HeadLineage`, `HeadCopy`).
  static func write(_ text: String, to path: String) throws {
    let (note, new) = try head(text, path)
    if let (kept, old) = try read(path) {
      try check(new, after: old, path)
      if kept.text == note.text, kept.signatures.count >= note.signatures.count { return }
    }
    try WholeFile.replace(path, with: text)
  }

  /// What the file has; `nil` where there is none.
  static func read(_ path: String) throws -> (SignedNote, Checkpoint)? {
    try WholeFile.read(path).map { try head($0, path) }
  }

  static func check(_ new: Checkpoint, after old: Checkpoint, _ path: String) throws {
    guard new.origin == old.origin else {
      throw Failure("\(path) is the head of another log: \(Text.safe(old.origin))")
    }
    guard new.size > old.size || new == old else {
      let what = new.size < old.size ? "has \(old.size) entries" : "has another root"
      throw Failure(
        "\(path) \(what), the log now has \(new.size): the log was cut or put back",
        hint: "Keep both, and look for the newest copy of the database.", code: Exit.integrity)
    }
  }

  private static func head(_ text: String, _ path: String) throws -> (SignedNote, Checkpoint) {
    let note: SignedNote
    do { note = try SignedNote(text) } catch {
      throw Failure("\(path) is no signed note: \(error)", hint: "Move it away.")
    }
    do { return (note, try Checkpoint(text: note.text)) } catch {
      throw Failure("\(path) is no checkpoint: \(error)", hint: "Move it away.")
    }
  }
}
