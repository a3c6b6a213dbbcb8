-- Tables that are folded from entries (Sources/Ledger/Tables.swift). Instants are microseconds
-- since 1970, hashes are hexadecimal. A column that ends in _order decides which write stays.

CREATE TABLE deliveries (
  guid       TEXT NOT NULL,
  hook_id    INTEGER NOT NULL,
  event      TEXT NOT NULL,
  body       TEXT NOT NULL,
  seen_order TEXT,
  entry      INTEGER,
  PRIMARY KEY (guid, hook_id, event, body)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_body ON deliveries (body);

CREATE TABLE repositories (
  repository_id INTEGER NOT NULL PRIMARY KEY,
  name_order    TEXT,
  full_name     TEXT,
  entry         INTEGER
) STRICT;
CREATE INDEX repositories_by_name ON repositories (full_name COLLATE NOCASE);

CREATE TABLE pulls (
  repository_id INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  head_order    TEXT,
  head_sha      TEXT,
  base_ref      TEXT,
  state         TEXT,
  author        INTEGER,
  head_entry    INTEGER,
  merge_order   TEXT,
  merged_at     INTEGER,
  merged_by     INTEGER,
  merge_sha     TEXT,
  merged_head   TEXT,
  merged_base   TEXT,
  merge_entry   INTEGER,
  merge_firsthand INTEGER,
  PRIMARY KEY (repository_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX pulls_by_head ON pulls (repository_id, head_sha);
CREATE INDEX pulls_by_merged_head ON pulls (repository_id, merged_head);
CREATE INDEX pulls_by_merge ON pulls (repository_id, merge_sha);
CREATE INDEX pulls_open ON pulls (state) WHERE state = 'open';

CREATE TABLE checks (
  repository_id INTEGER NOT NULL,
  source        TEXT NOT NULL,
  run_id        INTEGER NOT NULL,
  state_key     TEXT NOT NULL,
  seen_order    TEXT,
  head_sha      TEXT,
  name          TEXT,
  app_id        INTEGER,
  app_slug      TEXT,
  creator_id    INTEGER,
  suite_id      INTEGER,
  status        TEXT,
  conclusion    TEXT,
  started_at    INTEGER,
  completed_at  INTEGER,
  entry         INTEGER,
  told_order    TEXT,
  read_order    TEXT,
  read_entry    INTEGER,
  read_since    INTEGER,
  PRIMARY KEY (repository_id, source, run_id, state_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX checks_by_head ON checks (repository_id, head_sha);
CREATE INDEX checks_by_suite ON checks (repository_id, suite_id);

CREATE TABLE workflow_runs (
  repository_id INTEGER NOT NULL,
  run_id        INTEGER NOT NULL,
  attempt       INTEGER NOT NULL,
  run_order     TEXT,
  name          TEXT,
  path          TEXT,
  event         TEXT,
  head_sha      TEXT,
  status        TEXT,
  conclusion    TEXT,
  suite_id      INTEGER,
  actor         INTEGER,
  started_at    INTEGER,
  updated_at    INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, run_id, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_runs_by_suite ON workflow_runs (repository_id, suite_id);

CREATE TABLE policies (
  hash         TEXT NOT NULL PRIMARY KEY,
  policy_order TEXT,
  entry        INTEGER
) STRICT;

CREATE TABLE verdicts (
  repository_id INTEGER NOT NULL,
  pull          INTEGER NOT NULL,
  head_sha      TEXT NOT NULL,
  verdict_order TEXT,
  state         TEXT,
  summary       TEXT,
  confirming    INTEGER,
  policy        TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, pull, head_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_confirming ON verdicts (entry) WHERE confirming = 1;

CREATE TABLE audits (
  repository_id INTEGER NOT NULL,
  pull          INTEGER NOT NULL,
  audit_order   TEXT,
  result        TEXT,
  reason        TEXT,
  policy        TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, pull)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  repository_id INTEGER NOT NULL,
  sha           TEXT NOT NULL,
  context       TEXT NOT NULL,
  wanted_order  TEXT,
  pull          INTEGER,
  wanted_state  TEXT,
  wanted_text   TEXT,
  wanted_at     INTEGER,
  wanted_entry  INTEGER,
  posted_order  TEXT,
  posted_state  TEXT,
  posted_text   TEXT,
  posted_entry  INTEGER,
  PRIMARY KEY (repository_id, sha, context)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (wanted_entry)
  WHERE wanted_state IS NOT posted_state OR wanted_text IS NOT posted_text;

CREATE TABLE tokens (
  hash          TEXT NOT NULL PRIMARY KEY,
  made_order    TEXT,
  name          TEXT,
  scope         TEXT,
  entry         INTEGER,
  revoked_order TEXT,
  revoked_at    INTEGER,
  revoked_entry INTEGER
) STRICT;

CREATE TABLE history (
  kind          TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  subject       TEXT NOT NULL,
  what_order    TEXT,
  at            INTEGER,
  entry         INTEGER,
  service       TEXT,
  environment   TEXT,
  commit_sha    TEXT,
  pull          INTEGER,
  digest        TEXT,
  revision      TEXT,
  actor         INTEGER,
  outcome_order TEXT,
  outcome       TEXT,
  finished_at   INTEGER,
  note          TEXT,
  outcome_entry INTEGER,
  PRIMARY KEY (kind, repository_id, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX history_newest ON history (at, kind, repository_id, subject) WHERE at IS NOT NULL;
CREATE INDEX history_of_service
  ON history (service, environment, at, kind, repository_id, subject) WHERE at IS NOT NULL;
CREATE INDEX history_deployments ON history (repository_id, environment, at) WHERE kind = 'deploy';
CREATE INDEX history_by_commit ON history (repository_id, commit_sha);
CREATE INDEX history_by_entry ON history (entry);
