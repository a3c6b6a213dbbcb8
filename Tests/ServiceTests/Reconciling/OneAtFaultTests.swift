import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  /// A pull request that the log does not take.
  @Suite struct OneAtFaultTests {
    private struct Refusing: LedgerStore {
      let store: any LedgerStore
      let number: Int64
      let error: StoreError

      func append(_ submissions: [Submission]) async throws -> [Receipt] {
        let isAtFault = submissions.contains {
          $0.entry.kind == .pullRead && $0.entry.data["number"]?.int == number
        }
        if isAtFault { throw error }
        return try await store.append(submissions)
      }

      func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any LedgerReader) throws -> Answer
      ) async throws -> Answer { try await store.read(body) }
    }

    private func run(_ healing: Healing, _ error: StoreError) async throws -> [ReconcileStep] {
      try await healing.know()
      for number in Int64(8)...10 {
        let pull = Scene.pull(number, head: Derived.commit("head \(number)"))
        healing.github.state.withLock { $0.pulls[number] = pull }
      }
      let clock = healing.parts.clock
      let reconciler = Reconciler(
        store: Refusing(store: healing.parts.store, number: 9, error: error),
        host: healing.github, policies: healing.parts.policies, settings: Healing.settings,
        now: { clock.now }, metrics: Metrics(), logger: quiet, sleep: { _ in })
      var steps: [ReconcileStep] = []
      for await step in await reconciler.start().steps() { steps.append(step) }
      return steps
    }

    private func read(_ healing: Healing) async throws -> Set<Int64> {
      Set(try await healing.entries(.pullRead).compactMap { $0.entry.data["number"]?.int })
    }

    @Test(arguments: [StoreError.failed("tooLarge"), .contradiction(of: 1)])
    func theOthersAreRecorded(_ error: StoreError) async throws {
      try await Healing.with { healing in
        let steps = try await run(healing, error)
        #expect(steps.last?.result == .undetermined)
        let problems = steps.filter { $0.name == .problem }.compactMap(\.message)
        #expect(problems == ["acme/api#9 cannot be recorded: \(error)"])
        #expect(steps.first { $0.name == .pulls }?.reads == 2)
        let numbers = try await read(healing)
        #expect(numbers == [8, 10])
        let coverage = try await healing.coverage()
        #expect(coverage.count == 1, "the run goes on to its end")
      }
    }

    /// Nothing else would be taken either.
    @Test(arguments: [StoreError.busy, .closed])
    func aLogThatTakesNothingEndsTheRun(_ error: StoreError) async throws {
      try await Healing.with { healing in
        let steps = try await run(healing, error)
        #expect(steps.last?.result == .failed)
        let numbers = try await read(healing)
        #expect(numbers.isEmpty)
      }
    }
  }
}
