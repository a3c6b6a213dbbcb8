import ArgumentParser
import Ledger

/// What a shell offers where a name of the ledger can stand. The scripts of `ledger completion` call
/// the program back; whatever goes wrong then offers nothing.
enum Completions {
  static let services = kind { $0.names("services") }
  static let environments = kind { $0.names("environments") }
  static let repositories = kind { $0.names("repositories") }
  static let references = kind { names in
    let services = names.names("services")
    let places = services.flatMap { service in
      names.names("environments").map { "\(service)@\($0)" }
    }
    return services + places + ["sha:", "sha256:", "pr:", "td:"]
  }

  private static func kind(_ choose: @escaping @Sendable (JSON) -> [String]) -> CompletionKind {
    .custom { words, _, prefix in
      do {
        let answer = try await Names.answer(try place(words), patience: .seconds(3))
        return choose(answer).filter { prefix.isEmpty || $0.hasPrefix(prefix) }
      } catch { return [] }
    }
  }

  /// The place that the line so far names.
  static func place(_ words: [String]) throws -> SourceOptions.Place {
    var options = SourceOptions()
    options.db = value(of: "--db", words)
    options.server = value(of: "--server", words)
    return try options.place()
  }

  private static func value(of flag: String, _ words: [String]) -> String? {
    for (place, word) in words.enumerated() {
      if word == flag, place + 1 < words.count { return words[place + 1] }
      if word.hasPrefix(flag + "=") { return String(word.dropFirst(flag.count + 1)) }
    }
    return nil
  }
}

extension JSON {
  fileprivate func names(_ member: String) -> [String] { list(member).compactMap(\.string) }
}
