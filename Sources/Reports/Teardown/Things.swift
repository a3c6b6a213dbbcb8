import Ledger

/// What was made, as it was recorded, each thing once.
struct Things {
  struct Thing {
    var row: TeardownRow
    /// What the log itself says about its end.
    var end: TeardownRow.End?
    /// Why the log thinks that it is still there.
    var reason: String?
    /// What Terraform's newest state says: `nil` when it says nothing.
    var isInState: Bool?
  }

  var all: [Thing] = []
  private let inventory: Inventory
  /// The newest state by stack.
  private let states: [String: Inventory.Snapshot]

  init(_ inventory: Inventory) {
    self.inventory = inventory
    states = Dictionary(
      inventory.snapshots.filter { $0.form == "state" }.map { ($0.stack, $0) }
    ) { $0.at > $1.at ? $0 : $1 }
    let listed = listed()
    let known = Set(listed.flatMap { thing in thing.row.names.map { "\(thing.row.type) \($0)" } })
    let singles = inventory.singles.compactMap { single($0, known) }
    all = listed + singles + revisions(listed) + images() + workloads(listed)
    close(with: inventory.singles)
  }

  func creation(_ sight: Inventory.Sight) -> TeardownRow.Creation {
    TeardownRow.Creation(
      at: sight.at, entry: sight.entry, by: inventory.makers[sight.entry] ?? .null)
  }

  // MARK: lists of Terraform and kubectl

  private func listed() -> [Thing] {
    var groups: [String: [Inventory.Recorded]] = [:]
    for resource in inventory.resources {
      groups[resource.identity, default: []].append(resource)
    }
    return groups.values.flatMap { merged($0) }.map { thing($0.newest, $0.older) }
  }

  /// One thing that was moved from one address to another is one thing; two that are in one list
  /// are two.
  private func merged(
    _ group: [Inventory.Recorded]
  ) -> [(newest: Inventory.Recorded, older: [Inventory.Recorded])] {
    guard group.count > 1 else { return group.map { ($0, []) } }
    let last = group.map(\.last.at).max()
    let newest = group.filter { $0.last.at == last }.sorted { $0.address < $1.address }
    let older = group.filter { $0.last.at != last }.sorted { $0.address < $1.address }
    guard newest.count == 1 else { return group.map { ($0, []) } }
    return [(newest[0], older)]
  }

  private func thing(_ newest: Inventory.Recorded, _ older: [Inventory.Recorded]) -> Thing {
    var row = TeardownRow(newest.type, newest.isOfTerraform ? .terraform : .beside)
    (row.name, row.id, row.arn) = (newest.name, newest.id, newest.arn)
    row.location = AWSPlace(newest.arn) ?? AWSPlace(newest.id)
    row.address = newest.address
    row.formerly = older.map(\.address)
    // A family is no thing: its revisions are.
    if newest.type == "aws_ecs_task_definition", let arn = newest.arn {
      row.id = arn.lastStep
      row.name = arn.lastStep
    }
    let first = ([newest] + older).map(\.first).min { $0.at < $1.at } ?? newest.first
    row.created = creation(first)
    var thing = Thing(row: row)
    guard let state = states[newest.stack], state.at >= newest.last.at else {
      thing.reason = "the list of \(newest.last.at), entry \(newest.last.entry), has it"
      return thing
    }
    let isInState = newest.last.at == state.at
    thing.isInState = isInState
    if isInState {
      thing.reason = "the newest state, entry \(state.entry), has it"
    } else {
      thing.end = TeardownRow.End(
        at: state.at, evidence: "the state of \(newest.stack) has it no more", entry: state.entry)
    }
    return thing
  }

  // MARK: single reports

  private func single(_ single: Inventory.Single, _ known: Set<String>) -> Thing? {
    guard !known.contains("\(single.type) \(single.id)"),
      inventory.isOwn(single), let made = single.made
    else { return nil }
    var row = TeardownRow(single.type, .beside)
    (row.id, row.name) = (single.id, single.name)
    if single.id.hasPrefix("arn:") { row.arn = single.id }
    row.location = AWSPlace(single.id)
    row.created = creation(made)
    return Thing(row: row, reason: "entry \(made.entry) says that it was made")
  }

  /// `ledger record resource --state gone` closes whatever it names, unless it was seen since.
  private mutating func close(with singles: [Inventory.Single]) {
    let ends = Dictionary(singles.map { ("\($0.type) \($0.id)", $0) }) { first, _ in first }
    for place in all.indices where all[place].end == nil {
      let row = all[place].row
      for name in row.names {
        guard let single = ends["\(row.type) \(name)"], let gone = single.gone,
          gone.at >= single.made?.at ?? gone.at, gone.at >= row.created?.at ?? gone.at
        else { continue }
        all[place].end = TeardownRow.End(
          at: gone.at, evidence: "a report says that it is gone", entry: gone.entry)
      }
    }
  }

  // MARK: what pipelines made

  private func revisions(_ listed: [Thing]) -> [Thing] {
    let own = Set(
      listed.filter { $0.row.type == "aws_ecs_task_definition" }.compactMap(\.row.id))
    return inventory.revisions.compactMap { made in
      guard let revision = made.revision, !own.contains(revision) else { return nil }
      var row = TeardownRow("aws_ecs_task_definition", .beside)
      (row.id, row.name) = (revision, revision)
      row.created = creation(made.seen)
      return Thing(
        row: row, reason: "registered beside Terraform, and nothing says that it was deregistered")
    }
  }

  private func images() -> [Thing] {
    inventory.images.compactMap { made in
      guard let digest = made.digest else { return nil }
      let name = made.image
      let isECR = name.map { $0.contains(".dkr.ecr.") || !$0.prefix { $0 != "/" }.isHost } ?? true
      var row = TeardownRow(isECR ? "aws_ecr_image" : "image", .beside)
      let repository = name.map { $0.contains(".dkr.ecr.") ? $0.afterRegistry : $0 }
      row.id = repository.map { "\($0)@\(digest)" } ?? digest
      row.name = repository.flatMap { name in made.tag.map { "\(name):\($0)" } } ?? repository
      row.created = creation(made.seen)
      row.location = AWSPlace(name)
      if !isECR, let name {
        row.commands = ["skopeo delete \(Shell.quoted("docker://\(name)@\(digest)"))"]
      }
      var thing = Thing(row: row, reason: "pushed, and nothing says that it was deleted")
      if made.outcome == "deleted" {
        thing.end = TeardownRow.End(
          at: nil, evidence: "the registry told that it was deleted", entry: made.seen.entry)
      }
      return thing
    }
  }

  /// Those that no list names.
  private func workloads(_ listed: [Thing]) -> [Thing] {
    let known = Set(listed.flatMap { thing in thing.row.names.map { "\(thing.row.type) \($0)" } })
    return inventory.services.compactMap { workload in
      let isECS = workload.platform == "ecs"
      let type = isECS ? "aws_ecs_service" : workload.kubernetesType ?? "kubernetes"
      let path = [workload.namespace, workload.name].compactMap(\.self).joined(separator: "/")
      guard !known.contains("\(type) \(isECS ? workload.name : path)") else { return nil }
      var row = TeardownRow(type, .beside)
      row.name = isECS ? workload.name : workload.name.lastStep
      row.id = isECS ? "\(workload.cluster.lastStep)/\(workload.name)" : path
      row.location = AWSPlace(workload.cluster)
      return Thing(row: row, reason: "it ran here, and nothing says that it was removed")
    }
  }
}

extension Substring {
  /// Whether an image's name begins with a registry: `ghcr.io`, `localhost:5000`.
  fileprivate var isHost: Bool { contains(".") || contains(":") || self == "localhost" }
}

extension Inventory.Recorded {
  /// Its addresses name the type.
  fileprivate var isOfTerraform: Bool { address.contains(type) }

  /// What stays when its address changes.
  fileprivate var identity: String {
    guard let id = id ?? arn else { return "\(stack) \(address)" }
    return "\(stack) \(type) \(id)"
  }
}
