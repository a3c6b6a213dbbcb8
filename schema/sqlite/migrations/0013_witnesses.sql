-- Lines of witnesses below checkpoints that were sent to them (C2SP tlog-cosignature). They follow
-- from no entry, so they are no fold: whoever drops them loses them.
CREATE TABLE cosignatures (
  size   INTEGER NOT NULL,   -- entries of the checkpoint
  name   TEXT NOT NULL,      -- of the witness
  key_id INTEGER NOT NULL,   -- 32 bits; an unknown one is kept and not counted
  line   TEXT NOT NULL,      -- as it stands below the note, without its line break
  at     INTEGER NOT NULL,   -- when it came, microseconds since 1970
  PRIMARY KEY (size, name, key_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cosignatures_by_witness ON cosignatures (name, key_id, size);
