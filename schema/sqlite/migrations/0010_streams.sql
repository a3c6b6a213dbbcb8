-- How far the stream of each repository and service reaches.
CREATE TABLE streams (
  name       TEXT NOT NULL PRIMARY KEY,  -- repository/1296269, service/api
  last_order TEXT,
  seq        INTEGER,                    -- of the last entry
  entry      INTEGER
) STRICT, WITHOUT ROWID;
