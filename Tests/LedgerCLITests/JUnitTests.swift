import Ledger
import Merkle
import Testing

@testable import LedgerCLI

@Suite struct JUnitTests {
  private func read(_ text: String) throws -> JUnitFile { try JUnitFile(Array(text.utf8)) }

  private func refusal(_ text: String) -> JUnitError? { refusal(Array(text.utf8)) }

  private func refusal(_ bytes: [UInt8]) -> JUnitError? {
    do throws(JUnitError) {
      _ = try JUnitFile(bytes)
      return nil
    } catch { return error }
  }

  private static let nested = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- made by a test -->
    <testsuites name="all" time="12.3456">
      <testsuite name="outer" tests="5" failures="1" errors="1" skipped="1" time="3">
        <properties><property name="a" value="b"/></properties>
        <testcase name="passes" classname="A" time="0.5"/>
        <testsuite name="inner" tests="2">
          <testcase name="fails"><failure message="&lt;no&gt;">a &amp; b</failure></testcase>
          <testcase name="both"><failure/><error/>
            <system-out><![CDATA[<!DOCTYPE x>]]></system-out></testcase>
        </testsuite>
        <testcase name="left out"><skipped/></testcase>
        <testcase name="again"><rerunFailure/><flakyFailure/></testcase>
      </testsuite>
    </testsuites>
    """

  @Test func nestedSuitesAreCountedByTheirCases() throws {
    let file = try read(Self.nested)
    #expect(file.counts == .init(tests: 5, failures: 1, errors: 1, skipped: 1))
    #expect(file.name == "all")
    #expect(file.milliseconds == 12_346)
    #expect(file.differences == [])
    #expect(file.body["report"] == .string(Hash.sha256(Self.nested.utf8).hex))
  }

  @Test func aSuiteAlone() throws {
    let file = try read(
      #"""
      <testsuite name="unit" tests="2" skipped="0">
      <testcase time="1,000.25"/><testcase time="0.25" status="notrun"/></testsuite>
      """#)
    #expect(file.counts == .init(tests: 2, failures: 0, errors: 0, skipped: 1))
    #expect(file.name == "unit")
    #expect(file.milliseconds == 1_000_500)
    #expect(file.differences == ["says 0 skipped and has 1"])
  }

  @Test func whatIsCountedWinsOverWhatIsSaid() throws {
    let file = try read(
      #"""
      <testsuites><testsuite name="a" tests="12" failures="0"><testcase><failure/></testcase>
      </testsuite><testsuite name="b" tests="0" failures="0" time="nan"/></testsuites>
      """#)
    #expect(file.counts == .init(tests: 1, failures: 1, errors: 0, skipped: 0))
    #expect(file.differences == ["says 12 tests and has 1", "says 0 failures and has 1"])
    #expect(file.name == nil)
    #expect(file.milliseconds == nil)
  }

  @Test(
    arguments: [
      ("<testsuite>\n<testcase>\n</testsuite>", 3, "well-formed"),
      ("<testsuite>", 1, "well-formed"), ("", 1, "is not XML"), ("{}", 1, "is not XML"),
      ("\n\n<html/>", 3, "begins with <html>"), ("<testcase/>", 1, "begins with <testcase>"),
      ("<testsuites>\n<testcase/></testsuites>", 2, "outside of a <testsuite>"),
      ("<testsuite>&nothing;</testsuite>", 1, "well-formed"),
    ])
  func malformed(_ text: String, _ line: Int, _ reason: String) throws {
    let error = try #require(refusal(text))
    #expect(error.line == line)
    #expect(error.reason.contains(reason), "\(error.reason)")
  }

  /// Entities that grow, or that name a file, need a document type.
  @Test(arguments: [
    """
    <?xml version="1.0"?>
    <!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
    <testsuite name="&c;"/>
    """,
    """
    <!-- first -->
    <!DOCTYPE testsuite SYSTEM "file:///etc/passwd"><testsuite/>
    """,
    "<?style a?>\n<!DOCTYPE testsuite><testsuite/>",
  ])
  func documentTypesAreRefused(_ text: String) throws {
    let error = try #require(refusal(text))
    #expect(error.line == 2)
    #expect(error.reason.contains("DOCTYPE"))
  }

  /// Foundation's parser ends the process on these.
  @Test(arguments: [
    "<?style?><testsuite/>", "<?xml-style?><testsuite/>", "<?xml?><testsuite/>",
    "<?style \n?><testsuite/>", "<testsuite><?x?></testsuite>",
    "<testsuite><testcase/>\n<!-- <?a?> --><![CDATA[ <?b?> ]]><?c ?></testsuite>",
    "<testsuite/><?x?>",
  ])
  func instructionsWithoutDataAreRefused(_ text: String) throws {
    #expect(try #require(refusal(text)).reason.contains("processing instruction"))
  }

  @Test func instructionsAreOtherwisePassedOver() throws {
    let file = try read(
      #"""
      <?xml-stylesheet type="text/css" href="a.css"?><testsuite><?note keep?>
      <!-- <?a?> --><testcase><system-out><![CDATA[<?php?>]]></system-out></testcase></testsuite>
      """#)
    #expect(file.counts.tests == 1)
  }

  /// In another encoding a document type could hide from the check.
  @Test func otherEncodingsAreRefused() throws {
    let wide = #"<?xml version="1.0" encoding="UTF-16"?><testsuite/>"#
    #expect(refusal(Array(wide.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })) != nil)
    let seven = #"<?xml version='1.0' encoding = 'UTF-7'?>+ADwAIQ-DOCTYPE x+AD4-<testsuite/>"#
    #expect(try #require(refusal(seven)).reason.contains("utf-7"))
    #expect(refusal(#"<?xml version="1.0" encoding="ISO-8859-1"?><testsuite/>"#) == nil)
    #expect(refusal("\u{FEFF}<testsuite/>") == nil)
  }

  @Test func deepNestingEndsInAnError() {
    let deep = String(repeating: "<testsuite>", count: 100_000)
    #expect(refusal(deep) != nil)
  }
}
