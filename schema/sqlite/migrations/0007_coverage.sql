-- What GitHub delivered, by its own list, and what of it is missing here.

-- Until then everything that GitHub listed for the hook is in the log, or was given up.
CREATE TABLE coverage (
  hook          TEXT NOT NULL,     -- 'app', or the hook's number
  repository_id INTEGER NOT NULL,  -- 0 for the App's hook
  covered_order TEXT,
  covered_to    INTEGER,
  entry         INTEGER,
  PRIMARY KEY (hook, repository_id)
) STRICT, WITHOUT ROWID;

-- Times that GitHub's list did not reach back to.
CREATE TABLE coverage_gaps (
  hook          TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  from_at       INTEGER NOT NULL,
  gap_order     TEXT,
  to_at         INTEGER,
  entry         INTEGER,
  PRIMARY KEY (hook, repository_id, from_at)
) STRICT, WITHOUT ROWID;

-- What GitHub listed and the log did not hold; it may have come since.
CREATE TABLE lost_deliveries (
  guid        TEXT NOT NULL PRIMARY KEY,
  state_order TEXT,
  event       TEXT,
  at          INTEGER,
  hook        TEXT,
  state       TEXT,                -- asked, lost
  entry       INTEGER
) STRICT, WITHOUT ROWID;
