import Gates
import Ledger
import Synchronization

/// What happened past the gates: asks GitHub what it was, and writes there about it.
public struct BranchEffects: Sendable {
  /// GitHub tells of a merge in two deliveries, in no order: it is asked only when the other one had
  /// the time to come. Seconds.
  static let patience = 30.0

  private let store: any LedgerStore
  private let repositories: (any RepositoryHost)?
  private let errands: ErrandEffect?
  private let now: @Sendable () -> Instant

  /// - Parameters:
  ///   - repositories: `nil`: nothing is asked.
  ///   - errands: `nil`: nothing is written.
  public init(
    store: any LedgerStore, repositories: (any RepositoryHost)?, errands: (any ErrandHost)?,
    publicURL: String?, now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.repositories = repositories
    self.errands = errands.map {
      ErrandEffect(store: store, host: $0, publicURL: publicURL, now: now)
    }
    self.now = now
  }

  func due(_ tables: any LedgerReader, limit: Int) throws -> [Effect] {
    let told = now().adding(seconds: -BranchEffects.patience)
    let landings =
      try repositories == nil ? [] : tables.dueLandings(until: told, limit: limit)
    let errands = try errands?.due(tables, limit: limit) ?? []
    return landings.map(Effect.landing) + errands.map(Effect.errand)
  }

  func carryOut(_ effect: Effect) async throws -> Effects.Outcome? {
    switch effect {
    case .landing(let due): try await read(due)
    case .errand(let due): try await errands?.carryOut(due)
    case .status, .read, .rule: nil
    }
  }

  /// What GitHub names becomes an entry, and the gate concludes within the same transaction.
  private func read(_ due: DueLanding) async throws -> Effects.Outcome? {
    guard let repositories else { return nil }
    let pulls: [PullSight]
    do { pulls = try await repositories.pulls(of: due.sha, in: due.repository) } catch {
      // No commit of that name is left: no pull request explains it.
      guard case .refused(422, _) = error else { throw error }
      pulls = []
    }
    // Pull requests of one page have its body in common.
    let pages = pulls.map(\.raw).reduce(into: [[UInt8]]()) { if !$0.contains($1) { $0.append($1) } }
    let evidence = Evidence(pages.isEmpty ? Array("[]".utf8) : Array(pages.joined()))
    do {
      let entry = try entry(about: due, pulls.map(\.landed), evidence.reference)
      _ = try await store.append([Submission(entry: entry, evidence: evidence)])
      return .done
    } catch let unrecorded as Unrecorded { return unrecorded.outcome }
  }

  /// A commit may be in hundreds of pull requests, and an entry is small: where not all of them fit,
  /// it names those that were merged, to whichever branch and whenever. The others explain nothing.
  private func entry(
    about due: DueLanding, _ pulls: [JSON], _ evidence: EvidenceReference
  ) throws(Unrecorded) -> Entry {
    func entry(_ pulls: [JSON]) throws(Unrecorded) -> Entry {
      let data: JSON = [
        "repository_id": .int(due.repository.id), "sha": .string(due.sha),
        "pushed_at": .optional(due.pushedAt), "pulls": .array(pulls),
      ]
      return try Unrecorded.entry(.landingRead, data, evidence, now())
    }
    do { return try entry(pulls) } catch {
      guard error == .tooLarge else { throw error }
      return try entry(
        pulls.filter { LandedPull(json: $0)?.landed(as: due.sha, at: nil) ?? false })
    }
  }
}

extension PullSight {
  /// As `github.landing_read.v1` holds it.
  fileprivate var landed: JSON {
    [
      "number": .int(number), "head_sha": .string(headSHA), "base_ref": .string(baseRef),
      "merged_at": .optional(mergedAt), "merge_sha": .optional(mergeSHA),
    ]
  }
}
