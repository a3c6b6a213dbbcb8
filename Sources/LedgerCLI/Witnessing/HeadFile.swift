import Merkle

/// A file that holds the newest head of a log, as a signed note.
enum HeadFile {
  /// Never puts an older head, or another one of the same size, in the place of what is there: it
  /// may be all that is left of entries that were lost.
  static func write(_ text: String, to path: String) throws {
    let note = try note(text, path)
    if let kept = try WholeFile.read(path) {
      let old = try self.note(kept, path)
      try check(try checkpoint(note, path), after: try checkpoint(old, path), path)
      if old.text == note.text, old.signatures.count >= note.signatures.count { return }
    }
    try WholeFile.replace(path, with: text)
  }

  private static func check(_ new: Checkpoint, after old: Checkpoint, _ path: String) throws {
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

  private static func note(_ text: String, _ path: String) throws -> SignedNote {
    do { return try SignedNote(text) } catch {
      throw Failure("\(path) is no signed note: \(error)", hint: "Move it away.")
    }
  }

  private static func checkpoint(_ note: SignedNote, _ path: String) throws -> Checkpoint {
    do { return try Checkpoint(text: note.text) } catch {
      throw Failure("\(path) is no checkpoint: \(error)", hint: "Move it away.")
    }
  }
}
