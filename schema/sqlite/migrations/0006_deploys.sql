-- What the deploy gate looks at, and what it concluded (Sources/Ledger/DeployTables.swift).

CREATE TABLE pushes (
  repository_id INTEGER NOT NULL,
  sha           TEXT NOT NULL,
  ref           TEXT NOT NULL,
  push_order    TEXT,
  at            INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, sha, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE image_sources (
  digest        TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  commit_sha    TEXT NOT NULL,
  told_by       TEXT NOT NULL,     -- 'workflow', 'pull-request', or 'token:' and its name
  source_order  TEXT,
  image         TEXT,
  entry         INTEGER,
  PRIMARY KEY (digest, repository_id, commit_sha, told_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_sources_by_commit ON image_sources (repository_id, commit_sha);

CREATE TABLE attestations (
  digest         TEXT NOT NULL,
  repository_id  INTEGER NOT NULL,
  commit_sha     TEXT NOT NULL,
  predicate_type TEXT NOT NULL,
  told_by        TEXT NOT NULL,
  attested_order TEXT,
  builder        TEXT,
  entry          INTEGER,
  PRIMARY KEY (digest, repository_id, commit_sha, predicate_type, told_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE scans (
  digest        TEXT NOT NULL,
  tool          TEXT NOT NULL,     -- lower case
  repository_id INTEGER NOT NULL,  -- 0 where none was named
  told_by       TEXT NOT NULL,     -- as in image_sources; platform: a registry's own
  scan_order    TEXT,
  scanned_at    INTEGER,
  critical      INTEGER,
  high          INTEGER,
  medium        INTEGER,
  low           INTEGER,
  unknown       INTEGER,
  entry         INTEGER,
  PRIMARY KEY (digest, tool, repository_id, told_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
  repository_id INTEGER NOT NULL,
  pull          INTEGER NOT NULL,
  review_id     INTEGER NOT NULL,
  review_order  TEXT,
  author        INTEGER,
  state         TEXT,
  commit_sha    TEXT,
  submitted_at  INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, pull, review_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deploy_verdicts (
  entry         INTEGER NOT NULL PRIMARY KEY,
  verdict_order TEXT,
  service       TEXT,
  environment   TEXT,
  subject       TEXT,              -- the digest, or the commit
  variant       TEXT,
  digest        TEXT,
  commit_sha    TEXT,
  state         TEXT,
  summary       TEXT,
  is_temporary  INTEGER,
  policy        TEXT,
  ask           INTEGER,
  decided_at    INTEGER
) STRICT;
CREATE INDEX deploy_verdicts_by_key
  ON deploy_verdicts (service, environment, subject, variant, entry);
CREATE INDEX deploy_verdicts_by_place ON deploy_verdicts (service, environment, entry);

CREATE TABLE rule_answers (
  repository_id    INTEGER NOT NULL,
  run_id           INTEGER NOT NULL,
  environment      TEXT NOT NULL,
  sha              TEXT NOT NULL,
  asked_order      TEXT,
  asked_at         INTEGER,
  request          INTEGER,
  wanted_order     TEXT,
  wanted_state     TEXT,           -- NULL for a note of progress
  wanted_text      TEXT,
  wanted_entry     INTEGER,
  wanted_ask       INTEGER,
  is_temporary     INTEGER,
  answered_order   TEXT,
  answered_state   TEXT,
  answered_text    TEXT,
  answered_request INTEGER,
  answered_entry   INTEGER,
  PRIMARY KEY (repository_id, run_id, environment, sha)
) STRICT, WITHOUT ROWID;
-- GitHub takes one answer to each request, and notes until then.
CREATE INDEX rule_answers_open ON rule_answers (repository_id)
  WHERE answered_request IS NOT request OR answered_state IS NULL;

CREATE TABLE deploy_bypasses (
  node         TEXT NOT NULL PRIMARY KEY,
  bypass_order TEXT,
  reason       TEXT,
  entry        INTEGER
) STRICT, WITHOUT ROWID;
