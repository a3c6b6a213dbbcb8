import Testing

@Suite struct PurityTests {
  /// Clocks, chance, files, processes, sockets and output: all of them come in by the door.
  static let forbidden = [
    "Date(", "Date.now", "Clock.now", "ContinuousClock", "SuspendingClock", "Task.sleep",
    "clock_gettime", "gettimeofday", "FileManager", "FileHandle", "fopen(", "Process(",
    "ProcessInfo", "getenv", "UUID(", ".random(in", ".randomElement()", ".shuffled()",
    "SystemRandomNumberGenerator", "Thread.", "DispatchQueue", "URLSession", "Socket", "print(",
    "debugPrint(", "readLine(", "Task {", "Task.detached",
  ]

  @Test(arguments: Room.all.filter(\.isPure))
  func pureRoomsTouchNothingOutside(room: Room) throws {
    for file in try SourceTree.swift(of: room) {
      for line in file.code {
        for token in Self.forbidden {
          #expect(!names(token, in: line), "\(file.path) uses \(token): \(line)")
        }
      }
    }
  }

  /// The demo is not the ledger: it hands its own environment on to the ledger that it starts.
  @Test func onlyTheConfigurationReadsTheEnvironment() throws {
    let readers = ["ProcessInfo", "getenv", "environ"]
    for file in try SourceTree.files("Sources", extension: "swift")
    where file.path != "Sources/LedgerCLI/Configuration.swift"
      && !file.path.hasPrefix("Sources/LedgerDemo/")
    {
      for line in file.code {
        for token in readers {
          #expect(!names(token, in: line), "\(file.path) reads the environment: \(line)")
        }
      }
    }
  }

  /// A failure that is thrown away cannot be seen, and the others end the service. So does a force
  /// unwrap: the formatter refuses it (NeverForceUnwrap in `.swift-format`).
  @Test func nothingIsHidden() throws {
    for file in try SourceTree.files("Sources", extension: "swift") {
      for line in file.code {
        for token in ["try?", "try!", "as!", "fatalError(", "nonisolated(unsafe)"] {
          #expect(!names(token, in: line), "\(file.path): \(line)")
        }
      }
    }
  }

  @Test func tokensAreFoundAsWords() {
    #expect(names("Date(", in: "let now = Date()"))
    #expect(names("getenv", in: "Glibc.getenv(\"HOME\")"))
    #expect(names("Task.sleep", in: "try await Task.sleep(for: .seconds(1))"))
    #expect(!names("Date(", in: "let day = CivilDate(days: 1)"))
    #expect(!names("try?", in: "func entry() throws -> Entry?"))
    #expect(names("try?", in: "let text = (try? read())"))
    #expect(!names("environ", in: "data[\"environment\"]"))
    #expect(!names("print(", in: "SeenKeys.fingerprint(raw)"))
  }

  /// Whether the token stands in the line and is no part of a longer word.
  private func names(_ token: String, in line: Substring) -> Bool {
    line.ranges(of: token).contains { range in
      let before = line[..<range.lowerBound].last ?? " "
      let after = line[range.upperBound...].first ?? " "
      return !(isWord(before) && isWord(token.first ?? " "))
        && !(isWord(after) && isWord(token.last ?? " "))
    }
  }

  private func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
