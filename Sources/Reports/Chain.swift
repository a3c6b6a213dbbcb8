import Ledger

/// Everything that led to something, and everything that came of it.
struct Chain {
  /// Beyond so many the answer says that it is not whole.
  static let maximumNodes = 500

  private(set) var nodes: Set<Node>
  private(set) var links: Set<Link> = []
  private(set) var isCut = false
  /// What an answer that rests on it has to say.
  var gaps: [Envelope.Gap] {
    let reason = "more than \(Chain.maximumNodes) things hang together"
    return isCut ? [Envelope.Gap(from: nil, to: nil, reason: reason)] : []
  }

  /// Builds of a commit on the way, of which nobody told that they made the image.
  private(set) var likely: Set<Node> = []

  /// Walks up from the starts and down from the starts, never up again from what came of them: a
  /// commit has one history, and whatever else was made from its base image is not it.
  init(from starts: [Node], reading tables: any LedgerReader) throws {
    nodes = Set(starts)
    try walk(starts, tables, downstream: false)
    try walk(starts, tables, downstream: true)
    try addRequests(of: starts, tables)
    try addLikelyBuilds(tables)
  }

  /// A registry proves a push and no provenance: the image hangs on its commit, beside the builds.
  private mutating func addLikelyBuilds(_ tables: any LedgerReader) throws {
    guard !nodes.contains(where: { $0.stage == .build }) else { return }
    let commits = nodes.filter { $0.stage == .commit }.sorted()
    let builds = try tables.links(commits, downstream: true).filter { $0.target.stage == .build }
    likely = Set(builds.map(\.target))
    nodes.formUnion(likely)
    links.formUnion(builds)
  }

  private mutating func walk(
    _ starts: [Node], _ tables: any LedgerReader, downstream: Bool
  ) throws {
    var (front, seen) = (starts, Set(starts))
    while !front.isEmpty {
      let found = try tables.links(front, downstream: downstream)
      front = []
      for link in found {
        let next = downstream ? link.target : link.source
        guard nodes.count < Chain.maximumNodes || nodes.contains(next) else {
          isCut = true
          continue
        }
        links.insert(link)
        nodes.insert(next)
        if seen.insert(next).inserted { front.append(next) }
      }
    }
  }

  /// A platform does not say which request it carries out. Above a rollout that no request names
  /// stands the newest one for the same revision or image, in the same place, that is not younger.
  private mutating func addRequests(of starts: [Node], _ tables: any LedgerReader) throws {
    guard starts.contains(where: { [.rollout, .task].contains($0.stage) }),
      !nodes.contains(where: { $0.stage == .deploy })
    else { return }
    let rollouts = try tables.lines(about: nodes.filter { $0.stage == .rollout }.sorted())
    let made = nodes.filter { [.taskdef, .image].contains($0.stage) }.sorted()
    let requests = try tables.links(made, downstream: true).filter { $0.target.stage == .deploy }
    let rows = try tables.lines(about: Set(requests.map(\.target)).sorted())
    for rollout in rollouts {
      let before = rows.filter { row in
        rollout.isPlaced(like: row) && row.at <= (rollout.finishedAt ?? rollout.at)
      }
      guard let newest = before.max(by: { ($0.at, $0.subject) < ($1.at, $1.subject) }) else {
        continue
      }
      let node = Node(newest)
      nodes.insert(node)
      links.formUnion(requests.filter { $0.target == node })
    }
  }

  /// Stages without which what follows cannot be explained, and that nobody told.
  func missing() -> [(stage: String, reason: String)] {
    let told = Set(nodes.subtracting(likely).map(\.stage))
    var stages: [Node.Stage] = [.pull, .commit, .build, .image, .deploy, .rollout, .task]
    let isECS = nodes.contains { $0.stage == .rollout && $0.subject.hasPrefix("ecs-svc/") }
    if isECS { stages.insert(.taskdef, at: 4) }
    return stages.enumerated().compactMap { place, stage in
      guard !told.contains(stage), let later = stages[place...].first(where: told.contains) else {
        return nil
      }
      return (
        stage.rawValue,
        stage == .build && !likely.isEmpty
          ? "nobody told which build of the commit made the \(later.word)"
          : "no \(stage.word) is known that led to the \(later.word)"
      )
    }
  }
}

extension HistoryRow {
  fileprivate func isPlaced(like other: HistoryRow) -> Bool {
    service == other.service && environment == other.environment
  }
}

extension Node.Stage {
  var word: String {
    switch self {
    case .pull: "pull request"
    case .taskdef: "task definition revision"
    case .deploy: "deployment"
    case .task: "running task"
    case .test: "test run"
    case .commit, .build, .image, .scan, .rollout: rawValue
    }
  }
}
