import Gates
import Ledger
import Webhooks

/// Asks the admission gate of a store. The same review has the same answer while its basis is the
/// same; what changed is asked by an entry, and the gate answers in the same transaction.
public struct AdmissionDesk: Sendable {
  private let store: any LedgerStore
  private let policies: Policies
  private let settings: AdmissionSettings
  private let isDatabaseThere: @Sendable () -> Bool
  private let now: @Sendable () -> Instant

  public init(
    store: any LedgerStore, policies: Policies, settings: AdmissionSettings,
    isDatabaseThere: @escaping @Sendable () -> Bool = { true },
    now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.policies = policies
    self.settings = settings
    self.isDatabaseThere = isDatabaseThere
    self.now = now
  }

  /// What is exempt is answered although there is no store any more.
  ///
  /// - Throws: what the store throws. The caller must take that for a deny.
  public func answer(_ review: AdmissionReview) async throws -> AdmissionAnswer {
    let request = AdmissionRequest(
      cluster: settings.cluster, namespace: review.namespace, images: review.images,
      before: review.before)
    if request.isExempt { return .exempt() }
    if request.images.isEmpty, review.operation != "CREATE" {
      return .exempt(
        review.operation == "DELETE"
          ? ["the release ledger judges no DELETE: leave it out of the webhook"] : [])
    }
    guard isDatabaseThere() else { return .unavailable("its database is gone") }
    return try await decided(request, review)
  }

  private func decided(
    _ request: AdmissionRequest, _ review: AdmissionReview
  ) async throws -> AdmissionAnswer {
    let policies = policies
    let (decision, last) = try await store.read { tables in
      (
        try AdmissionDecision(request, policies, reading: tables),
        try AdmissionDesk.newest(request.key, tables)
      )
    }
    if let last, decision.isSame(as: last.entry.data) {
      return AdmissionAnswer(last.entry.data, entry: last.index)
    }
    if review.isDryRun {
      return AdmissionAnswer(decision.data(ask: 0, replaces: last?.index), entry: nil)
    }
    return try await asked(request, review)
  }

  /// Also where the same was asked at the same time: then what was answered there is the newest.
  private func asked(
    _ request: AdmissionRequest, _ review: AdmissionReview
  ) async throws -> AdmissionAnswer {
    let data = request.members.merging(review.members(mode: settings.mode.rawValue)) { $1 }
    let entry = try Entry(
      kind: .admissionAsked, at: nil, received: now(), source: .kubernetes, data: .object(data))
    _ = try await store.append([Submission(entry: entry)])
    guard let own = try await store.read({ try AdmissionDesk.newest(request.key, $0) }) else {
      return .unavailable("its gate gave no answer")
    }
    var answer = AdmissionAnswer(own.entry.data, entry: own.index)
    answer.isNew = true
    return answer
  }

  private static func newest(_ key: AdmissionKey, _ tables: any LedgerReader) throws -> Stored? {
    try tables.admissionVerdict(key).flatMap { try tables.entry(at: $0) }
  }
}
