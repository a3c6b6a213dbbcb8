-- What became of the signature of an attestation; the rows are folded anew from the log.
DROP TABLE attestations;

CREATE TABLE attestations (
  digest         TEXT NOT NULL,
  repository_id  INTEGER NOT NULL,
  commit_sha     TEXT NOT NULL,
  predicate_type TEXT NOT NULL,
  told_by        TEXT NOT NULL,
  verification   TEXT NOT NULL,    -- verified, vouched, failed
  attested_order TEXT,
  builder        TEXT,
  entry          INTEGER,
  newest_order   TEXT,
  newest         INTEGER,
  PRIMARY KEY (digest, repository_id, commit_sha, predicate_type, told_by, verification)
) STRICT, WITHOUT ROWID;
