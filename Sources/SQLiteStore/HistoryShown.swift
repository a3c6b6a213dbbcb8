/// What the table shows of a line that nobody told of it: other lines know it. The line is `h`.
extension HistorySQL {
  /// What was asked for before this deployment in the same place. Left to itself SQLite may walk
  /// all lines backwards in time until one of the place comes.
  static let previous = """
    FROM history p INDEXED BY history_of_place
    WHERE p.origin = h.origin AND p.environment IS h.environment
      AND p.at < h.at AND p.kind = h.kind ORDER BY p.at DESC LIMIT 1
    """

  /// If that was something else, and this had run there before, this one is a rollback. A commit
  /// and an image have a few lines, a place a million: the indexes are named.
  static let outcome = """
    CASE WHEN h.kind = 'deploy' AND h.outcome = 'success'
      AND (SELECT \(runs("<>", "p")) \(previous))
      AND (EXISTS (
        SELECT 1 FROM history q INDEXED BY history_by_digest WHERE q.digest IN (
          SELECT \(image(of: "h")) UNION ALL
          SELECT i.subject FROM history i INDEXED BY history_by_commit
          WHERE i.commit_sha = \(commit(of: "h")) AND i.kind = 'image') AND \(hadRun))
      OR EXISTS (
        SELECT 1 FROM history q INDEXED BY history_by_commit
        WHERE q.commit_sha = \(commit(of: "h")) AND \(hadRun))
      OR EXISTS (
        SELECT 1 FROM history q INDEXED BY history_by_revision WHERE q.revision IN (
          SELECT t.subject FROM history t INDEXED BY history_by_digest
          WHERE t.digest = \(image(of: "h")) AND t.kind = 'taskdef' UNION ALL
          SELECT t.subject FROM history t INDEXED BY history_by_commit
          WHERE t.commit_sha = \(commit(of: "h")) AND t.kind = 'taskdef') AND \(hadRun)))
    THEN 'rolled-back' ELSE h.outcome END
    """

  /// The same image; or the same commit, built again, where another one's was taken away for it.
  private static let hadRun = """
    q.kind = 'deploy' AND q.origin = h.origin AND q.environment IS h.environment
      AND q.outcome = 'success' AND q.at < h.at
      AND (\(image(of: "h")) = \(image(of: "q"))
        OR (\(commit(of: "h")) = \(commit(of: "q"))
          AND (SELECT \(commit(of: "h")) <> \(commit(of: "p")) \(previous))))
    """

  /// Images are compared where both lines tell one: of one commit there may be several. Otherwise
  /// the commits are; NULL where one of them is not known.
  private static func runs(_ comparison: String, _ other: String) -> String {
    """
    coalesce(\(image(of: "h")) \(comparison) \(image(of: other)),
      \(commit(of: "h")) \(comparison) \(commit(of: other)))
    """
  }

  /// That a line names itself, or its task definition. A repository may deploy several services at
  /// once, whose images say nothing of each other: there the commit decides.
  private static func image(of line: String) -> String {
    """
    CASE WHEN \(line).origin NOT LIKE 'repository:%' THEN coalesce(\(line).digest,
      (SELECT d.digest FROM history d WHERE d.kind = 'taskdef' AND d.subject = \(line).revision))
    END
    """
  }

  static func commit(of line: String) -> String {
    """
    coalesce(\(line).commit_sha,
      (SELECT m.commit_sha FROM history m WHERE m.kind = 'image' AND m.subject = \(line).digest),
      (SELECT d.commit_sha FROM history d
       WHERE d.kind = 'taskdef' AND d.subject = \(line).revision))
    """
  }

  /// Of the commit that is shown: a deployment may name an image alone. What other lines know of it
  /// is found by their keys, and a pull request by the index of each of its commits, so that a line
  /// costs a few steps however long the history is.
  static let pull = """
    coalesce(h.pull,
      (SELECT number FROM pulls p
       WHERE p.merge_sha = \(commit(of: "h")) AND p.repository_id = h.repository_id LIMIT 1),
      CASE WHEN coalesce(h.repository_id, 0) = 0 THEN
        (SELECT number FROM pulls p WHERE p.merge_sha = \(commit(of: "h")) LIMIT 1) END,
      (SELECT number FROM pulls p
       WHERE p.found_sha = \(commit(of: "h")) AND p.repository_id = h.repository_id LIMIT 1),
      (SELECT number FROM pulls p
       WHERE p.repository_id = h.repository_id AND p.head_sha = \(commit(of: "h")) LIMIT 1))
    """

  /// Where ECS goes back to: the rollout whose id it uses again.
  private static let earlier = """
    FROM history b WHERE h.kind = 'rollout' AND b.kind = 'rollout'
      AND b.subject = substr(h.subject, 1, instr(h.subject, '/rollback/') - 1)
    """

  static let revision = "coalesce(h.revision, (SELECT b.revision \(earlier)))"

  /// The image of the revision, or the only one of its repository that was made from the commit,
  /// unless the deployment named one itself.
  static let digest = """
    coalesce(h.digest,
      (SELECT t.digest FROM history t WHERE t.kind = 'taskdef' AND t.subject = h.revision),
      (SELECT b.digest \(earlier)),
      CASE WHEN h.kind = 'deploy' THEN
      (SELECT CASE WHEN count(*) = 1 THEN max(i.digest) END
       FROM history i INDEXED BY history_by_commit
       WHERE i.commit_sha = h.commit_sha AND i.kind = 'image'
         AND i.repository_id = h.repository_id) END)
    """
}

/// Which lines show a commit, a digest or a revision. Left to what is shown alone, every line would
/// be looked at: those that may show it are found by indexes, by what they were told themselves and
/// by the lines that tell it of others, and then asked what they show.
enum HistoryShown {
  static let commit = """
    (\(starts("h.commit_sha"))
      OR h.digest IN (\(told("subject", "image", by: "commit", starts("s.commit_sha"))))
      OR h.revision IN (\(told("subject", "taskdef", by: "commit", starts("s.commit_sha")))))
    AND \(starts(HistorySQL.commit(of: "h")))
    """

  /// The plus keeps SQLite from gathering all deployments for the commits of an image.
  static let digest = """
    (\(starts("h.digest"))
      OR h.revision IN (\(told("subject", "taskdef", by: "digest", starts("s.digest"))))
      OR \(goesBack(by: "digest", starts("s.digest")))
      OR (+h.kind = 'deploy'
        AND h.commit_sha IN (\(told("commit_sha", "image", by: "digest", starts("s.digest"))))))
    AND \(starts(HistorySQL.digest))
    """

  static let revision = """
    (h.revision = ? OR \(goesBack(by: "revision", "s.revision = ?")))
    AND \(HistorySQL.revision) = ?
    """

  /// Commits, images and revisions of the pull request are known before: nobody looks for them once
  /// for each line, or for each place. Every line is looked at, as no index knows a number; what it
  /// shows is asked of few.
  static let pull = """
    (h.pull = ? OR h.commit_sha IN (SELECT value FROM json_each(?))
      OR h.digest IN (SELECT value FROM json_each(?))
      OR h.revision IN (SELECT value FROM json_each(?)))
    AND \(HistorySQL.pull) = ?
    """

  /// What was made of commits: `image` or `taskdef`, and its subject.
  static let made = """
    SELECT s.kind, s.subject
    FROM json_each(?1) c CROSS JOIN history s INDEXED BY history_by_commit
    WHERE s.commit_sha = c.value AND s.kind IN ('image', 'taskdef')
    """

  private static func starts(_ text: String) -> String { "\(text) >= ? AND \(text) < ?" }

  private static func told(
    _ column: String, _ kind: String, by index: String, _ condition: String
  ) -> String {
    """
    SELECT s.\(column) FROM history s INDEXED BY history_by_\(index)
    WHERE \(condition) AND s.kind = '\(kind)'
    """
  }

  /// A rollout that goes back to another one is called after it. '0' follows '/'.
  private static func goesBack(by index: String, _ condition: String) -> String {
    """
    (h.kind = 'rollout' AND h.subject IN (
      SELECT r.subject FROM history s INDEXED BY history_by_\(index) CROSS JOIN history r
      WHERE \(condition) AND s.kind = 'rollout' AND r.kind = 'rollout'
        AND r.subject >= s.subject || '/rollback/' AND r.subject < s.subject || '/rollback0'))
    """
  }
}
