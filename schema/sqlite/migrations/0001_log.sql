-- The log. Everything else can be folded from these two tables.

CREATE TABLE entries (
  idx   INTEGER PRIMARY KEY,       -- 0-based, dense
  kind  TEXT NOT NULL,
  bytes BLOB NOT NULL,             -- canonical JSON, at most 65,535 bytes
  leaf  BLOB NOT NULL              -- SHA-256(0x00 || bytes)
) STRICT;

CREATE INDEX entries_by_kind ON entries (kind, idx);

-- Interior nodes of complete subtrees; level 0 stands in entries.leaf.
CREATE TABLE tree_nodes (
  level INTEGER NOT NULL,
  idx   INTEGER NOT NULL,
  hash  BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

-- Raw bodies. They may be pruned; entries keep their hashes.
CREATE TABLE evidence (
  sha256 BLOB NOT NULL PRIMARY KEY,
  codec  INTEGER NOT NULL,         -- 0 as it came, 1 zstd
  size   INTEGER NOT NULL,         -- bytes, as it came
  bytes  BLOB NOT NULL
) STRICT;

-- Names of people. Never part of the log, so that one can be erased.
CREATE TABLE people (
  id    INTEGER PRIMARY KEY,
  login TEXT NOT NULL
) STRICT;

-- One row that is written to find out whether the file can be.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 0),
  at INTEGER NOT NULL
) STRICT;
