-- Bodies: for which entry they are kept, since when, and what they were signed with.

ALTER TABLE evidence ADD COLUMN entry INTEGER;      -- the newest one that names the body
ALTER TABLE evidence ADD COLUMN received INTEGER;   -- when that one was received
ALTER TABLE evidence ADD COLUMN signature BLOB;     -- HMAC-SHA256, of what GitHub signed

UPDATE evidence
SET entry = named.idx,
    received = CAST(strftime('%s', substr(named.received, 1, 19)) AS INTEGER) * 1000000
      + CASE WHEN length(named.received) = 27
          THEN CAST(substr(named.received, 21, 6) AS INTEGER) ELSE 0 END
FROM (
  SELECT max(idx) AS idx, upper(json_extract(CAST(bytes AS TEXT), '$.evidence.sha256')) AS sha256,
    json_extract(CAST(bytes AS TEXT), '$.received') AS received
  FROM entries GROUP BY 2
) AS named
WHERE hex(evidence.sha256) = named.sha256;

CREATE INDEX evidence_by_age ON evidence (received);

-- Bodies that were deleted. One that came again since is there.
CREATE TABLE removed_bodies (
  sha256        TEXT NOT NULL PRIMARY KEY,
  removed_order TEXT,
  reason        TEXT,                -- retention, forgotten
  entry         INTEGER
) STRICT, WITHOUT ROWID;

-- People whose names are kept no more.
CREATE TABLE forgotten_people (
  person          INTEGER NOT NULL PRIMARY KEY,
  forgotten_order TEXT,
  entry           INTEGER
) STRICT, WITHOUT ROWID;
