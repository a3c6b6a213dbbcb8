import Foundation
import FoundationXML

/// Follows the parser through the file.
final class JUnitReader: NSObject, XMLParserDelegate {
  private(set) var counts = JUnitFile.Counts()
  private(set) var error: JUnitError?

  /// Attributes of the outermost suites: they include those within.
  private var said: [[String: String]] = []
  private var root: [String: String] = [:]
  private var caseTime: Double?
  private var path: [String] = []
  private var result: Result?

  /// How one test case ended; of several words the worst counts.
  private enum Result: Int { case passed, skipped, failure, error }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    guard error == nil else { return }
    switch (path.last, element) {
    case (nil, "testsuites"): root = attributes
    case (nil, "testsuite"), ("testsuites", "testsuite"): said.append(attributes)
    case ("testsuite", "testsuite"): break
    case ("testsuite", "testcase"): startCase(attributes)
    case ("testcase", "failure"): raise(.failure)
    case ("testcase", "error"): raise(.error)
    case ("testcase", "skipped"): raise(.skipped)
    case (nil, _): fail(parser, "begins with <\(element)>, not with <testsuites> or <testsuite>")
    case (_, "testcase"): fail(parser, "has a <testcase> outside of a <testsuite>")
    default: break
    }
    path.append(element)
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    if !path.isEmpty { path.removeLast() }
    if element == "testcase", path.last == "testsuite" { endCase() }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
    guard error == nil else { return }
    fail(parser, "is not well-formed XML")
  }

  private func fail(_ parser: XMLParser, _ reason: String) {
    error = JUnitError(line: max(1, parser.lineNumber), reason: reason)
    parser.abortParsing()
  }

  // MARK: elements

  private func startCase(_ attributes: [String: String]) {
    counts.tests += 1
    // GoogleTest marks a disabled test by its status alone.
    let isLeftOut = ["notrun", "disabled", "skipped"].contains(attributes["status"] ?? "")
    result = isLeftOut ? .skipped : .passed
    if let time = JUnitReader.seconds(attributes["time"]) { caseTime = (caseTime ?? 0) + time }
  }

  private func raise(_ other: Result) {
    if let result, other.rawValue > result.rawValue { self.result = other }
  }

  private func endCase() {
    switch result {
    case .failure: counts.failures += 1
    case .error: counts.errors += 1
    case .skipped: counts.skipped += 1
    case .passed, nil: break
    }
    result = nil
  }

  // MARK: what the suites say

  /// Of several suites without a common name none is the name of all.
  var name: String? {
    [root["name"], said.count == 1 ? said[0]["name"] : nil].compactMap(\.self)
      .first { !$0.isEmpty }
  }

  var milliseconds: Int64? {
    let rootTime = JUnitReader.seconds(root["time"])
    let times = said.compactMap { JUnitReader.seconds($0["time"]) }
    let suites = times.isEmpty ? nil : times.reduce(0, +)
    return (rootTime ?? suites ?? caseTime).map { Int64(($0 * 1_000).rounded()) }
  }

  var differences: [String] {
    let counted = [
      ("tests", counts.tests), ("failures", counts.failures), ("errors", counts.errors),
      ("skipped", counts.skipped),
    ]
    return counted.compactMap { (name, count) -> String? in
      let numbers = said.compactMap { $0[name] }.compactMap { Int64($0) }
      guard !numbers.isEmpty, numbers.count == said.count else { return nil }
      let sum = numbers.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
      return sum == count ? nil : "says \(sum) \(name) and has \(count)"
    }
  }

  /// `12.345`, also `1,234.5`; `nil` for what is no length of time of at most a year.
  private static func seconds(_ text: String?) -> Double? {
    guard let text else { return nil }
    let digits = text.filter { $0 != "," }
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let seconds = Double(digits), seconds <= 366 * 86_400
    else { return nil }
    return seconds
  }
}
