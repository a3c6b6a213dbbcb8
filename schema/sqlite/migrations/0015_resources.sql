-- What was made in an environment and has to be torn down.
CREATE TABLE snapshots (
  environment    TEXT NOT NULL,
  stack          TEXT NOT NULL,      -- tells several lists of one environment apart
  snapshot       TEXT NOT NULL,      -- SHA-256 of what the list says
  snapshot_order TEXT,
  taken_at       INTEGER,            -- microseconds since 1970
  form           TEXT,               -- state, plan, destroy-plan, listing
  resource_count INTEGER,
  entry          INTEGER,            -- its first part
  PRIMARY KEY (environment, stack, snapshot)
) STRICT, WITHOUT ROWID;

CREATE TABLE resources (
  environment TEXT NOT NULL,
  stack       TEXT NOT NULL,
  address     TEXT NOT NULL,
  told_order  TEXT,
  type        TEXT,
  name        TEXT,
  id          TEXT,
  arn         TEXT,
  tags        TEXT,                  -- canonical JSON
  action      TEXT,                  -- of the newest plan that has it
  last_at     INTEGER,
  last_entry  INTEGER,
  first_order TEXT,
  first_at    INTEGER,
  first_entry INTEGER,
  PRIMARY KEY (environment, stack, address)
) STRICT, WITHOUT ROWID;

CREATE INDEX resources_by_arn ON resources (arn) WHERE arn NOT NULL;

CREATE TABLE single_resources (
  type        TEXT NOT NULL,
  id          TEXT NOT NULL,
  made_order  TEXT,
  name        TEXT,
  environment TEXT,
  region      TEXT,
  made_at     INTEGER,
  made_entry  INTEGER,
  gone_order  TEXT,
  gone_at     INTEGER,
  gone_entry  INTEGER,
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;
