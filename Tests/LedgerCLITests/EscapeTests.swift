import Ledger
import Testing

@testable import LedgerCLI

/// What people outside may write must not move a cursor, end a cell, or make a link.
@Suite struct EscapeTests {
  private static let hostile = "\u{1B}[2J\u{9B}31m\u{202E}a|b\n\u{2066}`<x>[l]\\\u{E0001}\u{7F}"

  private static var sheet: Sheet {
    let row = Answers.row(
      1, 60, .string(hostile),
      [
        "service": .string(hostile), "environment": .string(hostile), "note": .string(hostile),
        "conflict": .string(hostile), "actor": ["id": "1", "login": .string(hostile)],
      ])
    return HistorySheet.sheet(Answers.envelope("history", ["items": [row]]))
  }

  private func isClean(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || Text.isSafe($0) }
  }

  @Test("A19 nothing reaches a terminal", arguments: OutputFormat.allCases)
  func nothingReachesATerminal(_ format: OutputFormat) throws {
    let text = try Rendering(sheet: Self.sheet, style: terminal(format)).text()
    #expect(isClean(text.replacing("\t", with: "")))
  }

  /// Environments are the headings there.
  private static var running: Sheet {
    let cell: JSON = [
      "environment": .string(hostile), "deployment": Answers.row(1, 60, "success"), "newest": nil,
      "since": Answers.time(60), "observed": nil, "drift": nil,
    ]
    let item: JSON = ["service": "api", "cells": [cell], "behind": nil]
    return RunningSheet.sheet(
      Answers.envelope("running", ["environments": [.string(hostile)], "items": [item]]))
  }

  @Test("A19 headings reach no terminal either", arguments: OutputFormat.allCases)
  func headings(_ format: OutputFormat) throws {
    let text = try Rendering(sheet: Self.running, style: terminal(format)).text()
    #expect(isClean(text.replacing("\t", with: "")))
    #expect(format != .md || text.split(separator: "\n").count == 3)
  }

  @Test(arguments: [OutputFormat.json, .ndjson])
  func escapedJSONMeansTheSame(_ format: OutputFormat) throws {
    let shown = try Rendering(sheet: Self.sheet, style: terminal(format)).text()
    #expect(shown.contains("\\u009b31m\\u202ea|b"))
    #expect(shown.contains("\\udb40\\udc01\\u007f"))
    let raw = try Rendering(sheet: Self.sheet, style: pipe(format)).text()
    #expect(raw.contains("\u{9B}31m\u{202E}"))
    for (left, right) in zip(shown.split(separator: "\n"), raw.split(separator: "\n")) {
      #expect(try JSON.parse(Array(left.utf8)) == JSON.parse(Array(right.utf8)))
    }
  }

  @Test("A19 a cell of Markdown stays one") func aCellOfMarkdownStaysOne() throws {
    let text = try Rendering(sheet: Self.sheet, style: pipe(.md)).text()
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2].contains(#"a\|b\\u{a}\\u{2066}\`\<x>\[l]\\"#))
    // Bars that are not escaped are those between the cells.
    let bars = lines.map { line in
      line.indices.count {
        line[$0] == "|" && ($0 == line.startIndex || line[line.index(before: $0)] != "\\")
      }
    }
    #expect(Set(bars).count == 1)
  }

  @Test func refusalsAreSafeToo() {
    let failure = Refusal(code: "ambiguous", sentence: Self.hostile, candidates: [Self.hostile])
      .failure
    #expect(isClean(failure.message))
    #expect(
      isClean(Refusal(code: "nothing", sentence: Self.hostile, candidates: []).failure.message))
  }
}

@Suite struct RefusalTests {
  @Test(arguments: [
    ("invalid_parameter", Exit.usage), ("ambiguous", Exit.usage), ("nothing", Exit.nothing),
  ])
  func exitCodes(_ code: String, _ expected: Int32) {
    let failure = Refusal(code: code, sentence: "s", candidates: ["sha:1", "sha:2"]).failure
    #expect(failure.code == expected)
    #expect(failure.message.contains("\n  sha:1\n  sha:2") == (code == "ambiguous"))
  }
}
