import ArgumentParser
import Foundation

/// The only reader of the environment. Most flags have a variable, `--db` has `LEDGER_DB`; a flag
/// wins. Secrets have no flag: a command line is shown to everyone on the machine.
enum Configuration {
  private static let environment = ProcessInfo.processInfo.environment

  /// `nil` when the variable is unset or empty.
  static func text(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  static func flag(_ name: String) -> Bool {
    ["1", "true", "yes"].contains(text(name)?.lowercased())
  }

  /// The value of a variable that stands for a flag, read as the flag would be.
  static func parsed<Value: ExpressibleByArgument>(_ name: String) throws -> Value? {
    guard let text = text(name) else { return nil }
    guard let value = Value(argument: text) else {
      throw Failure.usage("\(name)=\(text) cannot be read", hint: "See ledger topic environment.")
    }
    return value
  }

  /// The values of a repeated flag; the variable holds one.
  static func list(_ values: [String], _ name: String) -> [String] {
    values.isEmpty ? text(name).map { [$0] } ?? [] : values
  }

  /// Relaxes what protects production; the server says so when it starts.
  static var isDevelopment: Bool { flag("LEDGER_DEV") }

  static var apiToken: String? {
    get throws { try secret("LEDGER_TOKEN").flatMap(token) }
  }

  /// `nil` when it is empty. What cannot stand in a header (RFC 9110, 5.5) ends here, unsaid: further
  /// on it would be taken for a server that cannot be reached.
  static func token(_ text: String) throws -> String? {
    guard !text.isEmpty else { return nil }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Failure.usage(
        "LEDGER_TOKEN is no token",
        hint: "It must be one line without spaces, also in a file that LEDGER_TOKEN_FILE names.")
    }
    return text
  }

  /// A secret from `NAME`, or from the file that `NAME_FILE` names; surrounding white space is cut.
  static func secret(_ name: String) throws -> String? {
    let path = text(name + "_FILE")
    guard environment[name] == nil || path == nil else {
      throw Failure("\(name) and \(name)_FILE are both set", hint: "Keep one of them.")
    }
    guard let path else {
      return environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw Failure(
        "cannot read the file that \(name)_FILE names: \(path)", hint: "Is it there, and readable?")
    }
  }

  /// One secret, or two while one is being replaced: on two lines, or separated by a comma.
  static func secrets(_ name: String) throws -> [String] {
    guard let text = try secret(name) else { return [] }
    return text.split { $0.isNewline || $0 == "," }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// In the current directory.
  static let defaultDatabase = "ledger.sqlite"

  /// The names of all variables that are meant for the ledger.
  static var ownVariables: [String] { environment.keys.filter { $0.hasPrefix("LEDGER_") } }

  /// Where `names` are kept for a minute; `nil` where there is no home.
  static var cache: URL? {
    let home = text("HOME").map { URL(filePath: $0).appending(path: ".cache") }
    return (text("XDG_CACHE_HOME").map { URL(filePath: $0) } ?? home)?.appending(path: "ledger")
  }

  static var pager: String? {
    Pager.command(own: environment["LEDGER_PAGER"], common: environment["PAGER"])
  }

  // What other programs set, too.
  static var sqsEndpoint: String? { text("AWS_ENDPOINT_URL_SQS") ?? text("AWS_ENDPOINT_URL") }
  static var awsRegion: String? { text("AWS_REGION") ?? text("AWS_DEFAULT_REGION") }
  static var columns: Int? { text("COLUMNS").flatMap { Int($0) } }
  static var refusesColor: Bool { text("NO_COLOR") != nil || text("CLICOLOR") == "0" }
  static var forcesColor: Bool { text("CLICOLOR_FORCE").map { $0 != "0" } ?? false }
  static var hostname: String { ProcessInfo.processInfo.hostName }

  /// `nil` outside of GitHub Actions.
  static var workflow: WorkflowEnvironment? { WorkflowEnvironment(variable: text) }
}
