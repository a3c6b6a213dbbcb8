-- The chain from a commit to what runs, whoever reports it. Tables are folded from the log: what is
-- dropped or made here is filled by folding it again.

-- Which keys were used, and for what (docs/entry-format.md, identity).
CREATE TABLE identities (
  key         TEXT NOT NULL PRIMARY KEY,
  first_order TEXT,
  content     TEXT,
  entry       INTEGER
) STRICT, WITHOUT ROWID;

ALTER TABLE tokens ADD COLUMN repositories TEXT;

-- A line may be told by several sources: each group of columns is a register of its own.
DROP TABLE history;
CREATE TABLE history (
  kind             TEXT NOT NULL,
  subject          TEXT NOT NULL,  -- unique within the kind, whoever reports it
  what_order       TEXT,
  at               INTEGER,
  entry            INTEGER,
  origin           TEXT,           -- Sources/Ledger/Origin.swift
  environment      TEXT,           -- as the source calls it
  repository_id    INTEGER,
  pull             INTEGER,
  actor            INTEGER,
  commit_order     TEXT,
  commit_sha       TEXT,
  digest_order     TEXT,
  digest           TEXT,
  revision_order   TEXT,
  revision         TEXT,
  outcome_order    TEXT,
  outcome          TEXT,
  finished_at      INTEGER,
  note             TEXT,
  outcome_entry    INTEGER,
  reported_order   TEXT,
  reported_outcome TEXT,
  reported_entry   INTEGER,
  reported_commit_order TEXT,
  reported_commit  TEXT,
  reported_digest_order TEXT,
  reported_digest  TEXT,
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX history_newest ON history (at, kind, subject) WHERE at IS NOT NULL;
CREATE INDEX history_of_place ON history (origin, environment, at, kind, subject)
  WHERE at IS NOT NULL;
CREATE INDEX history_by_commit ON history (commit_sha, at) WHERE commit_sha IS NOT NULL;
CREATE INDEX history_by_digest ON history (digest, at) WHERE digest IS NOT NULL;
CREATE INDEX history_by_revision ON history (revision, at) WHERE revision IS NOT NULL;
CREATE INDEX history_by_entry ON history (entry);
CREATE INDEX history_unstarted ON history (kind) WHERE at IS NULL;

-- Everything that something was deployed to or seen running in.
CREATE TABLE places (
  origin         TEXT NOT NULL,
  environment    TEXT NOT NULL,    -- '' where the source names none
  seen_order     TEXT,
  entry          INTEGER,
  snapshot_order TEXT,
  snapshot_at    INTEGER,          -- what was not seen then runs no more
  desired        INTEGER,
  ready          INTEGER,
  snapshot_entry INTEGER,
  PRIMARY KEY (origin, environment)
) STRICT, WITHOUT ROWID;

-- What runs, or ran: an ECS task, a pod.
CREATE TABLE instances (
  id          TEXT NOT NULL PRIMARY KEY,
  state_order TEXT,
  origin      TEXT,
  rollout     TEXT,
  revision    TEXT,
  digest      TEXT,
  image       TEXT,
  status      TEXT,
  started_at  INTEGER,
  stopped_at  INTEGER,
  seen_at     INTEGER,
  note        TEXT,
  entry       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX instances_of_origin ON instances (origin, started_at);

-- What led to what: `commit:…` to `build:…` to `image:…` and so on (Sources/Ledger/Node.swift).
CREATE TABLE links (
  source      TEXT NOT NULL,
  target      TEXT NOT NULL,
  first_order TEXT,
  entry       INTEGER,
  PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_target ON links (target, source);

CREATE TABLE catalogs (
  hash          TEXT NOT NULL PRIMARY KEY,
  catalog_order TEXT,
  entry         INTEGER
) STRICT;

CREATE INDEX pulls_merged ON pulls (repository_id, merged_at) WHERE merged_at IS NOT NULL;
CREATE INDEX pulls_by_merge_sha ON pulls (merge_sha) WHERE merge_sha IS NOT NULL;
CREATE INDEX history_by_outcome_entry ON history (outcome_entry);
CREATE INDEX history_by_outcome ON history (outcome, at, kind, subject) WHERE at IS NOT NULL;
