import Foundation

/// What the command line asks for.
enum DemoOptions: Equatable {
  case help
  /// Write webhook bodies to a directory and leave.
  case payloads(URL)
  case play(ledger: URL, exits: Bool)

  static let usage = """
    usage: ledger-demo [--ledger PATH] [--exit]
           ledger-demo --payloads DIR

    Plays a short story over HTTP: a fake GitHub on one side, the real ledger on the other.

      --ledger PATH   the ledger binary (default: the one beside this program)
      --exit          leave after the story instead of serving until Ctrl-C
      --payloads DIR  write the webhook bodies that it sends to DIR, and leave
    """

  init(_ arguments: some Sequence<String>) throws {
    var ledger = try DemoOptions.neighbour()
    var exits = false
    var iterator = arguments.makeIterator()
    while let argument = iterator.next() {
      switch argument {
      case "--exit": exits = true
      case "--ledger": ledger = URL(fileURLWithPath: try value(of: argument, &iterator))
      case "--payloads":
        self = .payloads(URL(fileURLWithPath: try value(of: argument, &iterator)))
        return
      case "-h", "--help":
        self = .help
        return
      default: throw DemoError.usage("unknown argument \(argument)")
      }
    }
    self = .play(ledger: ledger, exits: exits)
  }

  private static func neighbour() throws -> URL {
    guard let own = Bundle.main.executableURL else {
      throw DemoError.usage("say with --ledger where the ledger binary is")
    }
    return own.deletingLastPathComponent().appendingPathComponent("ledger")
  }
}

private func value(
  of argument: String, _ iterator: inout some IteratorProtocol<String>
) throws -> String {
  guard let value = iterator.next() else { throw DemoError.usage("\(argument) needs a value") }
  return value
}
