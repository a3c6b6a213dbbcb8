import Ledger

/// Services by environments, now or at an instant.
struct Matrix {
  struct Row {
    let service: String
    let cells: [MatrixCell]
    let behind: Behind?
  }

  let environments: [String]
  let rows: [Row]

  /// - Parameter at: `nil` for now, with what is seen running.
  init(
    _ tables: any LedgerReader, services: [String], environments: [String], at instant: Instant?
  ) throws {
    let cells = try Cells(tables)
    let wanted = environments.map(cells.catalog.canonical)
    let shown = cells.environments().filter { wanted.isEmpty || wanted.contains($0) }
    rows = try cells.services.filter { services.isEmpty || services.contains($0) }.compactMap {
      service in
      let timeline = Timeline(tables, service: service)
      let row = try cells.environments(of: service).filter(shown.contains).map {
        try MatrixCell(timeline, $0, cells.origins(service, $0), at: instant)
      }.filter { !$0.isEmpty }
      guard !row.isEmpty else { return nil }
      return Row(service: service, cells: row, behind: try Behind(row, tables))
    }
    let used = Set(rows.flatMap { $0.cells.map(\.environment) })
    self.environments = shown.filter(used.contains)
  }
}

/// One service in one environment.
struct MatrixCell {
  let environment: String
  /// What was last deployed there with success.
  let deployment: HistoryRow?
  /// A later attempt, that still runs or failed.
  let newest: HistoryRow?
  let observed: Observed?

  init(
    _ timeline: Timeline, _ environment: String, _ origins: [Origin], at instant: Instant?
  ) throws {
    self.environment = environment
    let live = try timeline.deployment(
      in: environment, instant.map(Reference.Which.at) ?? .current)
    deployment = live
    guard instant == nil else {
      newest = nil
      observed = nil
      return
    }
    let last = try timeline.newest(in: environment)
    newest = last.flatMap { $0.entry == live?.entry ? nil : $0 }
    observed = try Observed(origins, timeline.tables)
  }

  var isEmpty: Bool { deployment == nil && newest == nil && observed == nil }

  /// What is seen differs from what was deployed. While an attempt runs, its own image is no drift.
  var drift: String? {
    guard let deployment, let observed else { return nil }
    let coming = newest?.outcome == "in_progress" ? newest : nil
    if let digest = deployment.digest, !observed.digests.isEmpty {
      return Observed.difference(
        observed.digests, [digest], coming?.digest.map { [$0] } ?? [])
    }
    guard let revision = deployment.revision, !observed.revisions.isEmpty else { return nil }
    return Observed.difference(
      observed.revisions, [revision], coming?.revision.map { [$0] } ?? [])
  }

  var json: JSON {
    [
      "environment": .string(environment), "deployment": deployment?.json ?? .null,
      "newest": newest?.json ?? .null,
      "since": .optional(deployment.map { $0.finishedAt ?? $0.at }),
      "observed": observed?.json ?? .null, "drift": .optional(drift),
    ]
  }
}

/// What the platforms say that runs.
struct Observed {
  let instances: [InstanceRow]

  init?(_ origins: [Origin], _ tables: any LedgerReader) throws {
    instances = try origins.flatMap { try tables.running($0) }
    guard !instances.isEmpty else { return nil }
  }

  var digests: [String] { Set(instances.compactMap(\.digest)).sorted() }
  var revisions: [String] { Set(instances.compactMap(\.revision)).sorted() }

  /// `nil` when only what may run does, and something of what should.
  static func difference(
    _ seen: [String], _ deployed: [String], _ coming: [String]
  ) -> String? {
    let allowed = Set(deployed + coming)
    let strange = seen.filter { !allowed.contains($0) }
    guard !strange.isEmpty else { return nil }
    return "runs \(strange.map(short).joined(separator: ", ")), "
      + "the ledger says \(deployed.map(short).joined(separator: ", "))"
  }

  private static func short(_ text: String) -> String {
    text.hasPrefix("sha256:") ? String(text.prefix(19)) : text
  }

  var json: JSON {
    [
      "instances": .int(Int64(instances.count)), "digests": .array(digests.map(JSON.string)),
      "revisions": .array(revisions.map(JSON.string)),
      "as_of": .optional(instances.compactMap(\.seenAt).max()),
    ]
  }
}

/// How far the last environment of a service is behind the one before it.
struct Behind {
  let environment, than: String
  let distance: Distance

  init?(_ cells: [MatrixCell], _ tables: any LedgerReader) throws {
    let deployed = cells.filter { $0.deployment != nil }
    guard deployed.count > 1, let last = deployed.last,
      let from = last.deployment, let to = deployed[deployed.count - 2].deployment
    else { return nil }
    environment = last.environment
    than = deployed[deployed.count - 2].environment
    distance = try Distance(from: Landing(from, tables), to: Landing(to, tables), tables)
  }

  var json: JSON {
    [
      "environment": .string(environment), "than": .string(than),
      "pulls": distance.direction == .unknown
        ? .null : .int(distance.direction == .backward ? 0 : Int64(distance.pulls.count)),
      "commits": .null, "reason": .optional(distance.reason),
    ]
  }
}

extension Matrix.Row {
  var json: JSON {
    [
      "service": .string(service), "cells": .array(cells.map(\.json)),
      "behind": behind?.json ?? .null,
    ]
  }
}
