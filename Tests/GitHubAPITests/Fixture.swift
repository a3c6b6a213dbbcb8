import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// The SHA, repository, token and moment that the tests share.
let sha = String(repeating: "a1", count: 20)
let repository = RepositoryRow(id: 1, name: "acme/api")
let tokenText = "ghs_7_not-a-real.token"
let moment = Instant(seconds: 1_795_000_000)

let green = CommitStatus(
  context: "ledger/merge-gate", text: StatusText(state: "success", description: "3 of 3 passed"),
  targetURL: "https://ledger.example/acme/api/1")

struct NotAnAddress: Error {}

func makeClient(
  _ address: String, token: String = tokenText, limits: GitHubClient.Limits = .init()
) throws -> GitHubClient {
  guard let address = GitHubAddress(address), let token = GitHubToken(token) else {
    throw NotAnAddress()
  }
  return GitHubClient(
    address: address, credentials: .token(token), limits: limits, now: { moment })
}

extension GitHubClient {
  /// As nothing was posted before; the id.
  func post(
    _ status: CommitStatus, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64 {
    try await post(status, replacing: nil, to: sha, in: repository).id
  }

  /// All pages.
  func deliveries(
    of hook: HookAddress, until oldest: Instant
  ) async throws(CodeHostError) -> [DeliverySight] {
    var (found, place): ([DeliverySight], String?) = ([], nil)
    repeat {
      let page = try await deliveries(of: hook, until: oldest, from: place)
      found += page.deliveries
      place = page.next
    } while place != nil
    return found
  }

  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool
  ) async throws(CodeHostError) -> CommitEvidence {
    try await evidence(
      for: sha, in: repository, includingStatuses: includingStatuses, includingTriggers: false)
  }
}

/// A fake GitHub and a client of it, both stopped at the end.
func withGitHub(
  prefix: String = "", limits: GitHubClient.Limits = .init(), token: String = tokenText,
  now: @escaping @Sendable () -> Instant = { moment },
  _ test: (FakeGitHub, GitHubClient) async throws -> Void
) async throws {
  let github = try await FakeGitHub.start(token: tokenText, prefix: prefix, now: now)
  let client = try makeClient(github.baseURL, token: token, limits: limits)
  let result = await Result { try await test(github, client) }
  try await client.shutdown()
  try await github.stop()
  try result.get()
}

/// The error of a call that must fail.
func failure(of call: () async throws(CodeHostError) -> some Sendable) async -> CodeHostError? {
  do throws(CodeHostError) {
    _ = try await call()
    Issue.record("the call did not fail")
    return nil
  } catch {
    return error
  }
}

extension CodeHostError {
  /// What the caller acts on, without the words.
  var kind: Kind {
    switch self {
    case .unavailable(let after, _): .unavailable(after)
    case .ambiguous: .ambiguous
    case .refused(let status, _): .refused(status)
    }
  }

  enum Kind: Hashable {
    case unavailable(Double?)
    case ambiguous
    case refused(Int)
  }
}

extension Result where Failure == any Error {
  /// Catches what an asynchronous closure throws.
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
