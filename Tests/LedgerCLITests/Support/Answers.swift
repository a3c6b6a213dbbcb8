import Ledger
import Testing

@testable import LedgerCLI

/// Answers as a server gives them, made by hand.
enum Answers {
  static let asOf = "2026-11-20T23:41:07Z"
  static let gap: JSON = ["from": nil, "to": nil, "reason": "nobody compared"]

  /// - Parameter ago: seconds before `asOf`.
  static func time(_ ago: Int64) -> JSON {
    .string((Instant(asOf) ?? Instant(seconds: 0)).adding(seconds: -Double(ago)).description)
  }

  static func envelope(
    _ name: String, _ members: [String: JSON], gaps: [JSON] = []
  ) -> JSON {
    JSON.object(members).with([
      "schema": .string("ledger.\(name)/1"), "as_of": .string(asOf),
      "complete": .bool(gaps.isEmpty), "gaps": .array(gaps),
    ])
  }

  static func sha(_ start: String) -> JSON {
    .string(start + String(repeating: "0", count: 40 - start.count))
  }

  static func digest(_ start: String) -> JSON {
    .string("sha256:" + start + String(repeating: "0", count: 64 - start.count))
  }

  static func person(_ login: String) -> JSON { ["id": "7001", "login": .string(login)] }

  /// A deployment of api to prod; members may be given otherwise.
  static func row(_ id: Int, _ ago: Int64, _ outcome: JSON, _ other: [String: JSON] = [:]) -> JSON {
    let row: JSON = [
      "id": .string(String(id)), "kind": "deploy", "subject": "1/2", "at": time(ago),
      "outcome": outcome, "finished_at": nil, "took_seconds": nil, "note": nil, "service": "api",
      "environment": "prod", "repository": ["id": "640100200", "name": "acme/api"],
      "origin": "repository:640100200", "entries": [.string(String(id))], "conflict": nil,
      "previous_revision": nil, "commit": nil, "pull": nil, "digest": nil, "revision": nil,
      "actor": nil,
    ]
    return row.with(other)
  }

  /// The sample of the reference manual.
  static var history: JSON {
    let rows = [
      deployed(418, 720, "success", "9f3c2ab", "1287", "6c62fb45fe66", "api:57", "mia", 221),
      deployed(
        411, 7_200, "rolled-back", "51e0d77", "1279", "a90bd1173c02", "api:55", "deploybot", 62
      ).with(["previous_revision": "api:56"]),
      deployed(409, 7_800, "failure", "51e0d77", "1279", "a90bd1173c02", "api:56", "jon", 598),
      row(
        402, 90_000, "refused",
        [
          "commit": sha("c41aa90"), "pull": "1270", "actor": person("jon"),
          "note": "gate: tests missing",
        ]),
      deployed(397, 180_000, "success", "e77b1f0", "1266", "77d0aa5b1c9e", "api:55", "mia", 200),
      deployed(
        390, 260_000, "success", "0c9d311", "1261", "f1140be2d3aa", "api:54", "renovate", 213),
    ]
    return envelope(
      "history",
      [
        "items": .array(rows), "next_cursor": "390", "total": 132, "total_is_minimum": false,
        "deliveries_to": "2026-11-20T23:40:55Z",
        "deliveries_complete_to": "2026-11-20T23:40:52Z",
      ])
  }

  private static func deployed(
    _ id: Int, _ ago: Int64, _ outcome: JSON, _ commit: String, _ pull: JSON, _ image: String,
    _ revision: JSON, _ by: String, _ took: Int64
  ) -> JSON {
    row(
      id, ago, outcome,
      [
        "commit": sha(commit), "pull": pull, "digest": digest(image), "revision": revision,
        "actor": person(by), "took_seconds": .int(took),
      ])
  }
}

/// How a terminal shows it, unless told otherwise.
func terminal(_ format: OutputFormat = .table, _ edit: (inout OutputStyle) -> Void = { _ in })
  -> OutputStyle
{
  var style = OutputStyle(format: format)
  (style.isTerminal, style.isRelative, style.width) = (true, true, 200)
  edit(&style)
  return style
}

/// How a pipe gets it.
func pipe(_ format: OutputFormat = .tsv, _ edit: (inout OutputStyle) -> Void = { _ in })
  -> OutputStyle
{
  var style = OutputStyle(format: format)
  edit(&style)
  return style
}

/// Compares line by line, and prints everything where they differ.
func expectText(
  _ sheet: Sheet, _ style: OutputStyle, _ expected: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let text = try Rendering(sheet: sheet, style: style).text()
  #expect(text == expected + "\n", "\n\(text)", sourceLocation: sourceLocation)
}
