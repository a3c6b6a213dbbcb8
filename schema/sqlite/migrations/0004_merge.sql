-- Merge queues, bases, merges that are not decided yet, and who else writes under our contexts.

ALTER TABLE audits ADD COLUMN sha TEXT;  -- the commit whose evidence decided, or is waited for

ALTER TABLE outbox ADD COLUMN posted_id INTEGER;
ALTER TABLE outbox ADD COLUMN posted_form TEXT;       -- status, check_run
ALTER TABLE outbox ADD COLUMN posted_reporter INTEGER;

CREATE TABLE merge_groups (
  repository_id INTEGER NOT NULL,
  head_sha      TEXT NOT NULL,
  made_order    TEXT,
  head_ref      TEXT,
  base_ref      TEXT,
  base_sha      TEXT,
  pull          INTEGER,          -- 0: the branch names none
  entry         INTEGER,
  ended_order   TEXT,
  end_reason    TEXT,             -- NULL while it is open
  end_entry     INTEGER,
  PRIMARY KEY (repository_id, head_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX merge_groups_by_base ON merge_groups (repository_id, base_sha);
CREATE INDEX merge_groups_by_pull ON merge_groups (repository_id, pull);
CREATE INDEX merge_groups_open ON merge_groups (entry) WHERE end_reason IS NULL;

CREATE TABLE reads (
  repository_id INTEGER NOT NULL,
  sha           TEXT NOT NULL,
  read_order    TEXT,
  since         INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, sha)
) STRICT, WITHOUT ROWID;

CREATE TABLE branches (
  repository_id INTEGER NOT NULL,
  branch        TEXT NOT NULL,
  told_order    TEXT,
  told_entry    INTEGER,
  PRIMARY KEY (repository_id, branch)
) STRICT, WITHOUT ROWID;

CREATE TABLE bases (
  repository_id INTEGER NOT NULL,
  head_sha      TEXT NOT NULL,
  base_ref      TEXT NOT NULL,
  base_order    TEXT,
  base_sha      TEXT,
  behind_by     INTEGER,
  since         INTEGER,
  entry         INTEGER,
  PRIMARY KEY (repository_id, head_sha, base_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE reporters (
  form        TEXT NOT NULL,
  reporter    INTEGER NOT NULL,
  first_order TEXT,
  entry       INTEGER,
  PRIMARY KEY (form, reporter)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarms (
  repository_id INTEGER NOT NULL,
  source        TEXT NOT NULL,
  run_id        INTEGER NOT NULL,
  first_order   TEXT,
  entry         INTEGER,
  PRIMARY KEY (repository_id, source, run_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pulls_open_by_base ON pulls (repository_id, base_ref) WHERE state = 'open';
CREATE INDEX audits_undetermined ON audits (entry) WHERE result = 'undetermined';
