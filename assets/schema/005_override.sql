-- A conflict of a planned change that somebody lives with, and why. It holds for the conflict as it was: `conflict` names the
-- plan, the other side, the cause and the time that both share.
CREATE TABLE override (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  conflict TEXT NOT NULL,
  text     TEXT NOT NULL,                                           -- the conflict in words, as it was told
  person   INTEGER NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  UNIQUE (ticket, conflict)
) STRICT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('override', 'sqlite_autoindex_override_1', '5000 2 1');
