import Foundation
import FoundationXML
import Ledger
import Merkle

/// Why a file is not JUnit's XML, and the line, counted from 1.
struct JUnitError: Error, Equatable {
  let line: Int?
  let reason: String
}

/// Results of tests in JUnit's XML: `testsuites`, or `testsuite` alone, nested at will. What counts
/// are the test cases; what the suites say about their number is compared with it.
struct JUnitFile {
  struct Counts: Equatable {
    var tests: Int64 = 0
    var failures: Int64 = 0
    var errors: Int64 = 0
    var skipped: Int64 = 0
  }

  let name: String?
  let counts: Counts
  /// As the file says it; else the sum of its test cases.
  let milliseconds: Int64?
  /// Where the file says another number than it has: `says 12 tests and has 11`.
  let differences: [String]
  private let hash: Hash

  init(_ bytes: [UInt8]) throws(JUnitError) {
    try XMLGuard.check(bytes)
    let reader = JUnitReader()
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.delegate = reader
    let isWhole = parser.parse()
    if let error = reader.error { throw error }
    guard isWhole else {
      throw JUnitError(line: max(1, parser.lineNumber), reason: "is not well-formed XML")
    }
    name = reader.name
    counts = reader.counts
    milliseconds = reader.milliseconds
    differences = reader.differences
    hash = .sha256(bytes)
  }

  /// The members of a `test_results.recorded.v1` that the file knows.
  var body: [String: JSON] {
    [
      "suite": .optional(name), "tests": .int(counts.tests), "failures": .int(counts.failures),
      "errors": .int(counts.errors), "skipped": .int(counts.skipped),
      "milliseconds": .optional(milliseconds), "report": .string(hash.hex),
    ]
  }
}
