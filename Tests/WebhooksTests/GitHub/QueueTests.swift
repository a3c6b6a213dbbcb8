import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// The first sample of an event and action.
func sample(_ event: String, _ action: String? = nil) throws -> WebhookDelivery {
  try #require(
    try SampleTests.samples.first {
      try $0.event == event && (action == nil || $0.action == action)
    })
}

extension WebhookDelivery {
  /// The entry of this body with another value at a path.
  func entry(_ path: String, _ value: JSON?) throws -> Entry {
    let steps = path.split(separator: ".").map(String.init)
    return try submission(event, try json.replacing(steps, with: value).canonicalBytes).entry
  }
}

/// The members that every entry of a delivery has.
private let common: [String: JSON] = [
  "repository_id": 640_100_200, "repository": "acme/api", "sender": 7_001,
]

func expected(_ action: String, _ data: [String: JSON]) -> JSON {
  .object(common.merging(data) { $1 }.merging(["action": .string(action)]) { $1 })
}

@Suite("The merge queue and reviews")
struct QueueTests {
  private static let base = Derived.commit("base")

  @Test("a merge group")
  func group() throws {
    let entry = try submission(sample("merge_group", "destroyed")).entry
    #expect(entry.at == Instant("2026-09-21T14:14:20Z"))
    #expect(
      entry.data
        == expected(
          "destroyed",
          [
            "head_sha": .string(Derived.commit("group")),
            "head_ref": .string("refs/heads/gh-readonly-queue/release/1.2/pr-7-\(Self.base)"),
            "base_ref": "release/1.2", "base_sha": .string(Self.base), "reason": "merged",
            "pull": 7,
          ]))
  }

  @Test("without a time of its commit it has none")
  func time() throws {
    let group = try sample("merge_group")
    #expect(try submission(group).entry.at != nil)
    for time: JSON? in [nil, .some(.null), "yesterday", "2026-11-20 23:41:07"] {
      #expect(try group.entry("merge_group.head_commit.timestamp", time).at == nil)
    }
  }

  static let refs: [(String, Int64?)] = [
    ("refs/heads/gh-readonly-queue/release/1.2/pr-104-\(base)", 104),
    ("gh-readonly-queue/release/1.2/pr-9007199254740992-\(base)", 1 << 53),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-9007199254740993-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-99999999999999999999-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-0-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-07-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-+7-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr--7-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-7-8-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-７-\(base)", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-7-\(base.dropLast())", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-7-\(base)0", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-7", nil),
    ("refs/heads/gh-readonly-queue/release/1.2/pr-", nil),
    ("refs/heads/gh-readonly-queue/main/pr-7-\(base)", nil),
    ("refs/heads/x/gh-readonly-queue/release/1.2/pr-7-\(base)", nil),
    ("refs/tags/gh-readonly-queue/release/1.2/pr-7-\(base)", nil), ("main", nil), ("", nil),
  ]

  @Test("the queue's branch names its pull request, in this form alone", arguments: refs)
  func pull(_ ref: String, _ number: Int64?) throws {
    let entry = try sample("merge_group").entry("merge_group.head_ref", .string(ref))
    #expect(entry.kind == .mergeGroup)
    #expect(entry.data["pull"] == .optional(number))
    #expect(entry.data["head_ref"] == .string(ref))
  }

  @Test("the base is a branch", arguments: ["refs/heads/main", "main"])
  func branch(_ ref: String) throws {
    let group = try sample("merge_group")
    #expect(try group.entry("merge_group.base_ref", .string(ref)).data["base_ref"] == "main")
    #expect(try group.entry("merge_group.base_ref", "refs/heads/").kind == .undecoded)
  }

  /// Entries that lack the word were made before there was one.
  @Test(
    "a base that another text may be taken for is meant byte by byte",
    arguments: [
      ("main", nil), ("caf\u{E9}", "exact"), ("cafe\u{301}", "exact"), ("K", "exact"),
    ] as [(String, String?)])
  func spelling(_ name: String, _ word: String?) throws {
    let group = try sample("merge_group").entry("merge_group.base_ref", .string(name))
    #expect(group.kind == .mergeGroup && group.data["branch_is"]?.string == word)
    #expect(try EntrySchema.faults(of: group) == [])
  }

  @Test("a review")
  func review() throws {
    let entry = try submission(sample("pull_request_review", "dismissed")).entry
    #expect(entry.at == Instant("2026-09-21T14:14:20Z"))
    #expect(
      entry.data
        == expected(
          "dismissed",
          [
            "review_id": 6_200_000_001, "pull": 7, "state": "dismissed",
            "commit_id": .string(Derived.commit("head")), "author": 8_000_000_002,
            "author_type": "User", "author_association": "MEMBER",
            "submitted_at": "2026-09-21T14:14:20Z", "head_sha": .string(Derived.commit("head")),
            "base_ref": "main",
          ]))
  }

  @Test(
    "its state is in lower case, whatever the word",
    arguments: [
      ("APPROVED", "approved"), ("Changes_Requested", "changes_requested"),
      ("commented", "commented"), ("BRAND_NEW", "brand_new"), ("", ""),
    ])
  func state(_ word: String, _ expected: String) throws {
    let entry = try sample("pull_request_review").entry("review.state", .string(word))
    #expect(entry.data["state"] == .string(expected))
  }

  @Test("what was reviewed is a whole commit id", arguments: ["main", "abc", ""])
  func commit(_ text: String) throws {
    let review = try sample("pull_request_review")
    #expect(try review.entry("review.commit_id", .string(text)).data["commit_id"] == .null)
    #expect(try review.entry("pull_request.head.sha", .string(text)).data["head_sha"] == .null)
  }

  /// Absent members are what older versions wrote: those count otherwise.
  @Test("what the reviewer is stands in every new entry")
  func standing() throws {
    let review = try sample("pull_request_review")
    for value: JSON? in [nil, .some(.null), 7] {
      let association = try review.entry("review.author_association", value)
      #expect(association.data["author_association"] == .some(.null))
      #expect(try review.entry("review.user.type", value).data["author_type"] == .some(.null))
    }
    let ghost = try review.entry("review.user", .null)
    #expect(ghost.data["author_type"] == .some(.null) && ghost.data["author"] == .some(.null))
    #expect(try EntrySchema.faults(of: ghost) == [])
  }

  @Test("a pull request that merges by itself")
  func automatic() throws {
    let pull = try sample("pull_request", "auto_merge_enabled")
    #expect(try submission(pull).entry.data["auto_merge"] == true)
    #expect(try pull.entry("pull_request.auto_merge", .null).data["auto_merge"] == false)
    #expect(try pull.entry("pull_request.auto_merge", nil).data["auto_merge"] == .null)
  }

  @Test("an edit that moved the base tells where it was")
  func base() throws {
    let data = try submission(sample("pull_request", "edited")).entry.data
    #expect(data["old_base_ref"] == "next" && data["base_ref"] == "main")
    #expect(try submission(sample("pull_request", "opened")).entry.data["old_base_ref"] == .null)
  }
}
