-- What GitHub said of a reviewer; the rows are folded anew from the log.
DROP TABLE reviews;

CREATE TABLE reviews (
  repository_id INTEGER NOT NULL,
  pull          INTEGER NOT NULL,
  review_id     INTEGER NOT NULL,
  review_order  TEXT,
  author        INTEGER,
  state         TEXT,
  commit_sha    TEXT,
  submitted_at  INTEGER,
  association   TEXT,              -- OWNER, MEMBER, ...; '': none was said; NULL: an older entry
  author_type   TEXT,              -- User, Bot, ...; as association
  entry         INTEGER,
  PRIMARY KEY (repository_id, pull, review_id)
) STRICT, WITHOUT ROWID;
