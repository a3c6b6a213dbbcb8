import Gates

/// The pages of a list, one GET each, in GitHub's order. The next one is where the `Link` header
/// says, provided that it is on the same host.
struct Pages {
  private let client: GitHubClient
  private let party: Party
  private let answers: Set<Int>
  /// Where the next page is; `nil` after the last one.
  private(set) var url: String?
  private var count = 0

  init(
    _ client: GitHubClient, of path: Path, _ query: KeyValuePairs<String, String> = [:],
    as party: Party, answers: Set<Int> = []
  ) {
    self.client = client
    self.party = party
    self.answers = answers
    let base = client.url(path, query)
    url = base + (query.isEmpty ? "?" : "&") + "per_page=100"
  }

  /// - Parameter place: the `url` that another reader of the same list had come to.
  init(
    _ client: GitHubClient, of path: Path, as party: Party, from place: String?
  ) throws(CodeHostError) {
    self.init(client, of: path, as: party)
    guard let place else { return }
    guard let next = client.address.resolve(place, from: place) else { throw Pages.elsewhere(0) }
    url = next
  }

  /// `nil` after the last page. A list without end fails instead of being cut: a missing check run
  /// could be the one that failed. It is as long at the next try.
  mutating func next() async throws(CodeHostError) -> Answer? {
    guard let url else { return nil }
    guard count < client.limits.pages else {
      throw .refused(status: 0, reason: "not read to its end: a list of more than \(count) pages")
    }
    let answer = try await client.exchange(Call(url: url, party: party, answers: answers))
    count += 1
    self.url = try following(answer, at: url)
    return answer
  }

  private func following(_ answer: Answer, at url: String) throws(CodeHostError) -> String? {
    guard let link = LinkHeader.next(in: answer.link) else { return nil }
    guard let next = client.address.resolve(link, from: url) else {
      throw Pages.elsewhere(answer.status)
    }
    return next
  }

  private static func elsewhere(_ status: Int) -> CodeHostError {
    .refused(
      status: status, reason: "the next page is on another host, where the token does not go")
  }
}
