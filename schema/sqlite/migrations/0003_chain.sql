-- The chain from a commit to what runs, whoever reports it. Tables are folded from the log: whatever
-- is dropped or made here is filled by folding it again.

-- Which keys were used, and for what (docs/entry-format.md, identity).
CREATE TABLE identities (
  key         TEXT NOT NULL PRIMARY KEY,
  first_order TEXT,
  content     TEXT,
  entry       INTEGER
) STRICT, WITHOUT ROWID;

ALTER TABLE tokens ADD COLUMN repositories TEXT;
