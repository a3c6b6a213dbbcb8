import Ledger

/// Says what became of each thing, from what the log and the platforms say.
struct Judge {
  private let inventory: Inventory
  private let survey: LiveSurvey?
  private let kept: [KeptRule]
  /// What was listed, by `TYPE ID`.
  private var places: [String: [Int]] = [:]
  /// Services of ECS by the ends of their ARNs: `cluster/name`, `name`.
  private var services: [String: [Int]] = [:]
  private let reach: Reach

  init(_ inventory: Inventory, _ survey: LiveSurvey?, _ kept: [KeptRule]) {
    (self.inventory, self.survey, self.kept) = (inventory, survey, kept)
    reach = Reach(inventory, survey)
    for (place, item) in (survey?.items ?? []).enumerated() {
      for id in item.ids { places["\(item.type) \(id)", default: []].append(place) }
      guard item.type == "aws_ecs_service", let arn = item.ids.first else { continue }
      let steps = arn.split(separator: "/")
      for start in steps.indices.dropFirst() {
        services[steps[start...].joined(separator: "/"), default: []].append(place)
      }
    }
  }

  /// What the reader of the whole should know.
  var notes: [String] { reach.notes }

  // MARK: what was recorded

  /// Where it stands among what the platforms listed.
  func items(of thing: Things.Thing) -> [Int] {
    if thing.row.type == "aws_ecs_service", let id = thing.row.id, !id.hasPrefix("arn:") {
      return services[id] ?? []
    }
    let names = thing.row.type == "aws_ecr_image" ? thing.row.names : Judge.ids(thing.row)
    return Array(Set(names.flatMap { places["\(thing.row.type) \($0)"] ?? [] })).sorted()
  }

  /// Names of other things may be the same.
  private static func ids(_ row: TeardownRow) -> [String] {
    row.id == nil && row.arn == nil ? row.names : [row.id, row.arn].compactMap(\.self)
  }

  func row(_ thing: Things.Thing, _ found: [Int]) -> TeardownRow {
    var row = thing.row
    let items = found.compactMap { survey?.items[$0] }
    if let survey, survey.isAsked(row.type) {
      decide(&row, thing, items, survey)
    } else {
      decide(&row, thing, "no call lists it")
    }
    finish(&row, items.first { $0.isAlive })
    return row
  }

  /// By what a platform listed.
  private func decide(
    _ row: inout TeardownRow, _ thing: Things.Thing, _ items: [LiveItem], _ survey: LiveSurvey
  ) {
    if let alive = items.first(where: \.isAlive) {
      row.status = .left
      let again = thing.end.map { "\($0.evidence), and it is listed" }
      row.reason = [again ?? "it is listed", alive.note].compactMap(\.self)
        .joined(separator: "; ")
      if let end = thing.end?.entry { row.reason = (row.reason ?? "") + " (entry \(end))" }
      return
    }
    if let call = survey.gap(row.type) {
      unknown(&row, "\(call.name) was not answered")
    } else if let elsewhere = reach.elsewhere {
      unknown(&row, elsewhere)
    } else if let ended = items.first?.ended {
      row.status = .gone
      row.gone = TeardownRow.End(at: nil, evidence: "listed as \(ended)", entry: nil)
    } else if let reason = reach.misplaced(row) ?? survey.blindness(row.type, Judge.ids(row)) {
      decide(&row, thing, reason)
    } else {
      row.status = .gone
      row.gone = TeardownRow.End(
        at: thing.end?.at, evidence: "it is listed no more", entry: thing.end?.entry)
    }
  }

  /// By what the log says alone.
  ///
  /// - Parameter silence: why a platform that was asked says nothing about it.
  private func decide(_ row: inout TeardownRow, _ thing: Things.Thing, _ silence: String) {
    if let end = thing.end {
      row.status = .gone
      row.gone = end
    } else if survey != nil {
      unknown(&row, "\(silence); \(thing.reason ?? "nothing says what became of it")")
    } else {
      row.status = .left
      row.reason = thing.reason
    }
  }

  private func unknown(_ row: inout TeardownRow, _ reason: String) {
    row.status = .unknown
    row.reason = reason
  }

  private func finish(_ row: inout TeardownRow, _ item: LiveItem?) {
    guard row.isOpen else { return row.commands = [] }
    if let rule = kept.first(where: { $0.covers(row.type, row.names) }), row.status != .unknown {
      row.status = .kept
      row.reason = rule.reason
      row.commands = []
      return
    }
    let commands = Removal(row, item).commands
    if !commands.isEmpty { row.commands = commands }
    if row.status == .unknown { row.commands = [] }
  }

  // MARK: what goes with what holds it

  /// No command lists these. They are gone when everything is that could hold them.
  private static let holders: [String: String] = [
    "aws_lb_listener": "aws_lb", "aws_lb_listener_rule": "aws_lb",
    "aws_lb_target_group_attachment": "aws_lb_target_group",
    "aws_ecr_lifecycle_policy": "aws_ecr_repository",
    "aws_ecr_repository_policy": "aws_ecr_repository", "aws_ecr_image": "aws_ecr_repository",
    "aws_route_table_association": "aws_subnet", "aws_route": "aws_route_table",
    "aws_route_table": "aws_vpc", "aws_network_acl": "aws_vpc",
    "aws_vpc_security_group_ingress_rule": "aws_security_group",
    "aws_vpc_security_group_egress_rule": "aws_security_group",
    "aws_security_group_rule": "aws_security_group",
    "aws_iam_role_policy": "aws_iam_role", "aws_cloudwatch_log_stream": "aws_cloudwatch_log_group",
    "aws_cloudwatch_event_target": "aws_cloudwatch_event_rule",
    "aws_ecs_cluster_capacity_providers": "aws_ecs_cluster",
    "aws_efs_mount_target": "aws_efs_file_system", "aws_efs_access_point": "aws_efs_file_system",
    "aws_sqs_queue_policy": "aws_sqs_queue",
    "aws_secretsmanager_secret_version": "aws_secretsmanager_secret",
    "aws_s3_bucket_versioning": "aws_s3_bucket", "aws_s3_bucket_policy": "aws_s3_bucket",
    "aws_s3_bucket_public_access_block": "aws_s3_bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration": "aws_s3_bucket",
  ]

  func inherited(_ rows: [TeardownRow]) -> [TeardownRow] {
    let ends = Judge.ends(rows)
    let left = Set(rows.filter { $0.status == .left }.map(\.type))
    return rows.map { row in
      if let holder = Judge.holders[row.type], left.contains(holder), isSilent(row) {
        return held(row, by: holder)
      }
      guard row.isOpen, let holder = Judge.holders[row.type], let end = ends[holder],
        !isListed(row),
        row.status != .unknown || isWithinReach(row)
      else { return row }
      var row = row
      row.status = .gone
      row.reason = nil
      row.commands = []
      row.gone = end
      return row
    }
  }

  /// Whether it was asked for where it is, if there are commands for it.
  private func isWithinReach(_ row: TeardownRow) -> Bool {
    survey?.gap(row.type) == nil && reach.elsewhere == nil && reach.misplaced(row) == nil
  }

  /// Whether nobody can say more about it than the log.
  private func isSilent(_ row: TeardownRow) -> Bool {
    row.status == .unknown && survey?.isAsked(row.type) == false && reach.elsewhere == nil
  }

  /// It is there for all that is known, and goes with what is there for sure.
  private func held(_ row: TeardownRow, by holder: String) -> TeardownRow {
    var row = row
    row.status = .left
    row.reason = [row.reason, "it goes with its \(holder)"].compactMap(\.self)
      .joined(separator: "; ")
    finish(&row, nil)
    return row
  }

  /// Whether a platform lists it.
  private func isListed(_ row: TeardownRow) -> Bool {
    guard let survey, survey.isAsked(row.type) else { return false }
    let found = places["\(row.type) \(row.id ?? "")"] ?? []
    return found.contains { survey.items[$0].isAlive }
  }

  /// Of types of which nothing is left.
  private static func ends(_ rows: [TeardownRow]) -> [String: TeardownRow.End] {
    Dictionary(grouping: rows, by: \.type).compactMapValues { held in
      guard let type = held.first?.type, held.allSatisfy({ $0.status == .gone }) else { return nil }
      return TeardownRow.End(
        at: held.compactMap { $0.gone?.at }.max(), evidence: "every \(type) is gone",
        entry: held.compactMap { $0.gone?.entry }.max())
    }
  }

  // MARK: what nobody recorded

  func unclaimed(beside found: Set<Int>) -> (rows: [TeardownRow], others: Int) {
    var (rows, others): ([TeardownRow], Int) = ([], 0)
    for (place, item) in (survey?.items ?? []).enumerated()
    where item.isAlive && !found.contains(place) && survey?.discovers(item) == true {
      if belongsElsewhere(item) {
        others += 1
      } else {
        rows.append(row(item))
      }
    }
    return (rows, others)
  }

  private func belongsElsewhere(_ item: LiveItem) -> Bool {
    if item.ids.contains(where: { inventory.elsewhere["\(item.type) \($0)"] != nil }) {
      return true
    }
    if item.type == "aws_ecr_image", let repository = item.ids.first?.prefix(while: { $0 != "@" }) {
      return inventory.elsewhere["aws_ecr_repository \(repository)"] != nil
    }
    return item.environment.map { !inventory.names.contains($0) } ?? false
  }

  private func row(_ item: LiveItem) -> TeardownRow {
    var row = TeardownRow(item.type, .unknown)
    row.id = item.ids.first
    row.arn = item.ids.first { $0.hasPrefix("arn:") }
    row.name = item.name
    row.created = item.createdAt.map { TeardownRow.Creation(at: $0, entry: nil) }
    row.status = .unexplained
    row.reason = ["it is there, and nobody recorded it", item.note].compactMap(\.self)
      .joined(separator: "; ")
    finish(&row, item)
    if row.status == .kept, let note = item.note {
      row.reason = [row.reason, note].compactMap(\.self).joined(separator: "; ")
    }
    return row
  }

  /// What stays is named although nobody recorded it and nobody listed it.
  func rulesWithoutRow(_ rows: [TeardownRow]) -> [TeardownRow] {
    kept.filter { rule in
      rule.isExact && !rows.contains { rule.covers($0.type, $0.names) }
    }.map { rule in
      var row = TeardownRow(rule.type, .unknown)
      (row.id, row.name) = (rule.name, rule.name)
      row.status = .kept
      row.reason = rule.reason + "; nobody looked for it"
      return row
    }
  }
}

extension LiveSurvey {
  /// Whether something about this type was asked, with or without an answer.
  func isAsked(_ type: String) -> Bool { answered.contains(type) || gap(type) != nil }

  /// Buckets that the policy names are looked into; of the others only recorded ones matter.
  fileprivate func discovers(_ item: LiveItem) -> Bool {
    if item.isOfAWS { return false }
    return item.type == "aws_s3_bucket"
      ? item.note != nil : !AWSListing.whereRecorded.contains { $0.type == item.type }
  }
}
