import Ledger
import Merkle
import Testing

@testable import Webhooks

@Suite("Scanners' files")
struct ScanTests {
  static let sarif = """
    {"version": "2.1.0", "runs": [{
      "tool": {"driver": {"name": "CodeQL", "rules": [
        {"id": "a", "properties": {"security-severity": "9.8"}},
        {"id": "b", "defaultConfiguration": {"level": "error"}},
        {"id": "c", "properties": {"security-severity": 6.9}}]},
        "extensions": [{"rules": [{"id": "e", "properties": {"security-severity": "7.0"}}]}]},
      "invocations": [{"endTimeUtc": "2026-11-18T09:00:00Z"}],
      "results": [
        {"ruleId": "a"}, {"ruleId": "b"}, {"ruleIndex": 2}, {"ruleId": "e"},
        {"ruleId": "?"}, {"ruleId": "?", "level": "note"}, {"ruleId": "?", "level": "none"},
        {"ruleId": "a", "properties": {"security-severity": "0.1"}},
        {"ruleId": "a", "suppressions": [{"kind": "external"}]},
        {"ruleId": "a", "suppressions": [{"kind": "external", "status": "rejected"}]},
        {"ruleId": "a", "kind": "pass"}, {"ruleId": "a", "baselineState": "absent"},
        {"ruleIndex": -1, "level": "warning"}, {"ruleIndex": 99}]}]}
    """
  static let trivy = """
    {"SchemaVersion": 2, "CreatedAt": "2026-11-18T10:00:00.123456789+01:00", "ArtifactName": "api",
     "Metadata": {"RepoDigests": ["r.example.com/api@\(RecordSamples.digest)"]},
     "Results": [
       {"Target": "debian", "Vulnerabilities": [
         {"Severity": "CRITICAL"}, {"Severity": "HIGH"}, {"Severity": "UNKNOWN"}, {}]},
       {"Target": "Dockerfile", "Misconfigurations": [
         {"Severity": "LOW", "Status": "FAIL"}, {"Severity": "HIGH", "Status": "PASS"}]},
       {"Target": "key", "Secrets": [{"Severity": "CRITICAL"}]},
       {"Target": "go", "Vulnerabilities": null}]}
    """
  static let grype = """
    {"matches": [{"vulnerability": {"severity": "High"}}, {"vulnerability": {"severity": "Medium"}},
       {"vulnerability": {"severity": "Negligible"}}, {"vulnerability": {}}],
     "source": {"target": {"repoDigests": []}},
     "descriptor": {"name": "grype", "timestamp": "2026-11-18T09:00:00Z"}}
    """
  static let scout = """
    {"version": "15.0.0", "vulnerabilities": [{"severity": "Critical"}, {"severity": "Info"}],
     "scan": {"scanner": {"name": "Docker Scout"}, "end_time": "2026-11-18T09:00:00"}}
    """

  static let ecr = """
    {"imageScanFindings": {"findings": [], "imageScanCompletedAt": "2026-11-18T10:00:00+01:00",
       "findingSeverityCounts": {"HIGH": 3, "MEDIUM": 2, "INFORMATIONAL": 9, "UNDEFINED": 1,
         "UNTRIAGED": 4}},
     "imageId": {"imageDigest": "\(RecordSamples.digest)", "imageTag": "1.4.0"},
     "imageScanStatus": {"status": "COMPLETE"}}
    """

  private func read(_ text: String, _ format: ScanFormat? = nil) throws -> ScanReport {
    try ScanReport(Array(text.utf8), format: format)
  }

  private func counts(_ report: ScanReport) -> [Int64] {
    let counts = report.counts
    return [counts.critical, counts.high, counts.medium, counts.low, counts.unknown]
  }

  @Test(
    "are recognised by their shape, and counted",
    arguments: [
      (sarif, ScanFormat.sarif, "CodeQL", [2, 2, 4, 2, 1]),
      (trivy, .trivy, "trivy", [2, 1, 0, 1, 2]), (grype, .grype, "grype", [0, 1, 1, 1, 1]),
      (scout, .scout, "Docker Scout", [1, 0, 0, 1, 0]), (ecr, .ecr, "ecr", [0, 3, 2, 0, 5]),
      (
        #"{"imageScanFindings": {}, "imageScanStatus": {"status": "COMPLETE"}}"#, .ecr, "ecr",
        [0, 0, 0, 0, 0]
      ),
      (#"{"SchemaVersion": 2, "ArtifactName": "clean"}"#, .trivy, "trivy", [0, 0, 0, 0, 0]),
      (
        #"[{"Target": "a", "Vulnerabilities": [{"Severity": "LOW"}]}]"#, .trivy, "trivy",
        [0, 0, 0, 1, 0]
      ),
    ] as [(String, ScanFormat, String, [Int64])])
  func formats(
    _ text: String, _ format: ScanFormat, _ scanner: String, _ expected: [Int64]
  ) throws {
    let report = try read(text)
    #expect(report.format == format)
    #expect(report.scanner == scanner)
    #expect(counts(report) == expected)
    #expect(report.hash == Hash.sha256(text.utf8))
    #expect(RecordSamples.problems(.scanRecorded, report.body) == [])
    #expect(report.body["report"] == .string(Hash.sha256(text.utf8).hex))
  }

  @Test("when it was, and of which image, where the file says so beyond doubt")
  func facts() throws {
    #expect(try read(Self.sarif).scannedAt == Instant("2026-11-18T09:00:00Z"))
    #expect(try read(Self.scout).scannedAt == nil)
    #expect(try read(Self.trivy).digest == RecordSamples.digest)
    #expect(try read(Self.grype).digest == nil)
    #expect(try read(Self.ecr).digest == RecordSamples.digest)
    #expect(try read(Self.ecr).scannedAt == Instant("2026-11-18T09:00:00Z"))
    let two = Self.trivy.replacing(
      "[\"r.example", with: "[\"r.example.com/api@sha256:\(RecordSamples.hash)\", \"r.example")
    #expect(try read(two).digest == nil)
  }

  @Test("several runs of SARIF are added up, and each tool is named once")
  func runs() throws {
    let run = #"{"tool": {"driver": {"name": "T"}}, "results": [{"level": "error"}]}"#
    let other = #"{"tool": {"driver": {"name": "U"}}, "results": []}"#
    let report = try read(#"{"version": "2.1.0", "runs": [\#(run), \#(run), \#(other)]}"#)
    #expect(report.scanner == "T, U")
    #expect(counts(report) == [0, 2, 0, 0, 0])
  }

  @Test(
    "a score has its CVSS rating",
    arguments: [
      ("10.0", 0), ("9", 0), ("8.9", 1), ("7.0", 1), ("6.9", 2), ("4.0", 2), ("3.9", 3), ("0.1", 3),
      ("0.0", 4),
      // No score at all: then the level counts, which is warning where nobody says.
      ("11", 2), ("-1", 2), ("nan", 2), ("high", 2), ("", 2),
    ])
  func scores(_ score: String, _ place: Int) throws {
    let result = #"{"properties": {"security-severity": "\#(score)"}}"#
    let run = #"{"tool": {"driver": {"name": "T"}}, "results": [\#(result)]}"#
    let text = #"{"version": "2.1.0", "runs": [\#(run)]}"#
    #expect(counts(try read(text)).firstIndex(of: 1) == place)
  }

  @Test(
    "ECR's answer without a result is none, and a count that is none is not zero",
    arguments: [
      ("COMPLETE", "FAILED"), ("COMPLETE", "IN_PROGRESS"), (#""HIGH": 3"#, #""HIGH": "3""#),
      (#""HIGH": 3"#, #""CRITICAL": -1"#), (#""UNDEFINED": 1"#, #""UNDEFINED": 9007199254740993"#),
      (#""UNDEFINED": 1"#, #""UNDEFINED": 9223372036854775807"#),
      (#""findingSeverityCounts": {"#, #""findingSeverityCounts": 3, "x": {"#),
    ])
  func unfinished(_ part: String, _ other: String) {
    let text = Self.ecr.replacing(part, with: other)
    #expect(text != Self.ecr)
    #expect(throws: ScanError.self) { try read(text) }
  }

  @Test("a format that was named is not guessed")
  func named() throws {
    #expect(try read(Self.scout, .scout).format == .scout)
    #expect(throws: ScanError.self) { try read(Self.scout, .trivy) }
    #expect(throws: ScanError.self) { try read(Self.trivy, .sarif) }
  }

  @Test("an answer of ECR that says nothing is none")
  func empty() throws {
    #expect(throws: ScanError.self) { try read(#"{"imageScanFindings": {}}"#) }
    #expect(throws: ScanError.self) { try read(Self.grype, .scout) }
    #expect(throws: ScanError.self) { try read(Self.sarif, .grype) }
  }

  @Test(
    "anything else is refused",
    arguments: [
      ("", "is not JSON"), ("{}", "is of no known format"), ("[]", "is of no known format"),
      ("null", "is of no known format"), (#"{"runs": []}"#, "has no runs"),
      (#"{"version": "2.0.0", "runs": [{}]}"#, "another version than 2.1"),
      (#"{"vulnerabilities": {}}"#, "is of no known format"),
    ])
  func others(_ text: String, _ reason: String) {
    do throws(ScanError) {
      _ = try ScanReport(Array(text.utf8))
      Issue.record("was read")
    } catch { #expect(error.reason.contains(reason), "\(error.reason)") }
  }
}
