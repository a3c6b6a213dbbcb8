-- What the admission gate answered to clusters (Sources/Ledger/AdmissionTables.swift).
CREATE TABLE admission_verdicts (
  entry         INTEGER NOT NULL PRIMARY KEY,
  verdict_order TEXT,
  cluster       TEXT,              -- '' where none is named
  namespace     TEXT,
  subject       TEXT,              -- SHA-256 of the names of the images
  environment   TEXT,
  state         TEXT,
  summary       TEXT,
  ask           INTEGER,
  decided_at    INTEGER
) STRICT;
CREATE INDEX admission_verdicts_by_key ON admission_verdicts (namespace, subject, cluster, entry);

-- What it looks at.
CREATE INDEX deploy_verdicts_by_digest ON deploy_verdicts (digest, environment, entry)
  WHERE digest IS NOT NULL;
CREATE INDEX history_images_by_tag ON history (note, outcome_entry)
  WHERE kind = 'image' AND note IS NOT NULL;
