-- What happened to guarded branches beside their gates.

ALTER TABLE pulls ADD COLUMN found_order TEXT;
ALTER TABLE pulls ADD COLUMN found_sha TEXT;
ALTER TABLE pulls ADD COLUMN found_entry INTEGER;
CREATE INDEX pulls_by_found ON pulls (found_sha) WHERE found_sha IS NOT NULL;

CREATE TABLE landings (
  repository_id INTEGER NOT NULL,
  branch        TEXT NOT NULL,     -- without refs/heads/
  sha           TEXT NOT NULL,
  push_order    TEXT,
  before        TEXT,
  actor         INTEGER,
  at            INTEGER,
  forced        INTEGER,
  created       INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, branch, sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX landings_by_sha ON landings (repository_id, sha);
CREATE INDEX landings_by_entry ON landings (entry);

CREATE TABLE landing_reads (
  repository_id INTEGER NOT NULL,
  sha           TEXT NOT NULL,
  read_order    TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, sha)
) STRICT, WITHOUT ROWID;

CREATE TABLE landing_audits (
  repository_id INTEGER NOT NULL,
  branch        TEXT NOT NULL,
  sha           TEXT NOT NULL,
  audit_order   TEXT,
  result        TEXT,              -- bypass, verified, undetermined
  reason        TEXT,
  summary       TEXT,
  confirming    INTEGER,           -- 1: GitHub is asked
  concluded_at  INTEGER,
  landing_entry INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, branch, sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX landing_audits_confirming ON landing_audits (entry) WHERE confirming = 1;

CREATE TABLE protections (
  repository_id INTEGER NOT NULL,
  form          TEXT NOT NULL,     -- branch_protection_rule, ruleset, configuration
  rule_id       INTEGER NOT NULL,
  change        TEXT NOT NULL,     -- sorts the changes of one rule
  seen_order    TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, form, rule_id, change)
) STRICT, WITHOUT ROWID;

CREATE TABLE protection_audits (
  repository_id INTEGER NOT NULL,
  rule          TEXT NOT NULL,
  change_entry  INTEGER NOT NULL,
  audit_order   TEXT,
  result        TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, rule, change_entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE capabilities (
  repository_id INTEGER NOT NULL,
  branch        TEXT NOT NULL,
  seen_order    TEXT,
  seen_entry    INTEGER,
  read_order    TEXT,
  state         TEXT,              -- required, none, unenforceable, hidden
  contexts      TEXT,              -- JSON
  reason        TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, branch)
) STRICT, WITHOUT ROWID;

CREATE TABLE errands (
  key           TEXT NOT NULL PRIMARY KEY,   -- comment/ENTRY, issue/ENTRY, follow-up/ENTRY
  wanted_order  TEXT,
  repository_id INTEGER,
  errand        TEXT,
  pull          INTEGER,
  wanted_at     INTEGER,
  entry         INTEGER,
  done_order    TEXT,
  number        INTEGER,
  done_entry    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX errands_due ON errands (entry) WHERE done_entry IS NULL;

CREATE TABLE installations (
  installation_id INTEGER NOT NULL,
  repository_id   INTEGER NOT NULL,  -- 0: the installation as a whole
  state_order     TEXT,
  state           TEXT,
  account         INTEGER,
  entry           INTEGER,
  PRIMARY KEY (installation_id, repository_id)
) STRICT, WITHOUT ROWID;
