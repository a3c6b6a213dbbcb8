-- Signed heads of the log: signed notes as C2SP's tlog-checkpoint has them. They follow from no
-- entry, so they are no fold. The last one of each minute in which something was appended stays.
CREATE TABLE checkpoints (
  size      INTEGER NOT NULL PRIMARY KEY,  -- entries
  root      BLOB NOT NULL,
  note      TEXT NOT NULL,                 -- text and the log's own signatures
  signed_at INTEGER NOT NULL,              -- microseconds since 1970
  kept      INTEGER NOT NULL DEFAULT 0     -- 1: somebody outside has it
) STRICT;
