import Ledger

/// Accounts and regions of AWS that entries about an environment name, where the inventory itself
/// does not show them.
struct RecordedPlaces {
  private var accounts: Set<String> = []
  private var regions: Set<String> = []

  init(_ tables: any LedgerReader, names: Set<String>, deploys: [HistoryRow], tasks: TaskUse) throws
  {
    let singles = try tables.singleResources(names).filter { single in
      single.type.hasPrefix("aws_") && single.environment.map(names.contains) ?? false
    }
    let revisions = try Set(deploys.compactMap(\.revision)).subtracting(
      tables.revisions(except: names))
    let definitions = try tables.taskDefinitions().filter {
      $0.revision.map(revisions.contains) ?? false
    }
    let entries = singles.compactMap(\.made?.entry) + (deploys + definitions).map(\.entry)
    for index in Set(entries).sorted() {
      if let data = try tables.entry(at: index)?.entry.data { add(data) }
    }
    tasks.data.forEach { add($0) }
  }

  /// What AWS itself sent names both. A report may have a region, or an ARN.
  private mutating func add(_ data: JSON) {
    let arn = AWSPlace(data["arn"]?.string ?? data["task"]?.string)
    accounts.formUnion([data["account"]?.string, arn?.account].compactMap(\.self))
    regions.formUnion([data["region"]?.string, arn?.region].compactMap(\.self))
  }

  var json: JSON {
    func sorted(_ names: Set<String>) -> JSON {
      .array(names.filter { !$0.isEmpty }.sorted().map(JSON.string))
    }
    return ["accounts": sorted(accounts), "regions": sorted(regions)]
  }
}

extension LedgerReader {
  /// What other environments run: a family and number are those of one account and region alone, and
  /// the definition of that name may be theirs.
  fileprivate func revisions(except names: Set<String>) throws -> Set<String> {
    var query = HistoryQuery()
    (query.kinds, query.isCounted, query.limit) = (["deploy"], false, 0)
    let others = try history(query).rows.filter { row in
      row.environment.map { !names.contains($0) } ?? false
    }
    return Set(others.compactMap(\.revision))
  }

  fileprivate func taskDefinitions() throws -> [HistoryRow] {
    var query = HistoryQuery()
    (query.kinds, query.isCounted, query.limit) = (["taskdef"], false, 0)
    return try history(query).rows
  }
}
