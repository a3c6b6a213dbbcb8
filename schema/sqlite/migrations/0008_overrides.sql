-- What people let pass that its gate had not allowed.
CREATE TABLE overrides (
  entry         INTEGER NOT NULL PRIMARY KEY,
  made_order    TEXT,
  gate          TEXT,             -- merge, deploy
  decision      INTEGER,          -- the verdict that it lifts
  repository_id INTEGER,
  pull          INTEGER,
  head_sha      TEXT,
  base_ref      TEXT,
  service       TEXT,
  environment   TEXT,
  digest        TEXT,
  reason        TEXT,
  made_by       TEXT,             -- name of the token
  made_at       INTEGER,
  expires_at    INTEGER,
  ended_order   TEXT,
  why           TEXT,             -- expired, revoked
  ended_at      INTEGER,
  ended_entry   INTEGER
) STRICT;
CREATE INDEX overrides_of_merge ON overrides (repository_id, pull, head_sha);
CREATE INDEX overrides_of_deploy ON overrides (service, environment, digest)
  WHERE service IS NOT NULL;
CREATE INDEX overrides_lasting ON overrides (expires_at) WHERE why IS NULL;
