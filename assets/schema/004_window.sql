-- Maintenance and freeze windows. Times are by the clock of the zone, since they recur by it: '2026-12-24T18:00:00'.
CREATE TABLE window (
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('maintenance', 'freeze')),
  starts   TEXT NOT NULL,
  ends     TEXT NOT NULL,
  zone     TEXT NOT NULL,
  rule     TEXT NOT NULL DEFAULT '',                                -- RFC 5545: the rule, RDATE:…, EXDATE:…, a line each
  scope    TEXT NOT NULL CHECK (scope IN ('everything', 'service', 'team', 'class', 'tickets', 'cis')),
  service  INTEGER REFERENCES service (id) DEFERRABLE INITIALLY DEFERRED,
  team     INTEGER REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED,
  subject  TEXT,                                                    -- the class, or the query
  note     TEXT NOT NULL DEFAULT '',
  uid      TEXT UNIQUE,                                             -- of the event that it was imported from
  sequence INTEGER,
  digest   TEXT,
  first    INTEGER NOT NULL,                                        -- not before this, UTC milliseconds
  last     INTEGER                                                  -- not after this; NULL where it comes again
) STRICT;
CREATE INDEX window_last ON window (last);

-- Few changes take longer than two weeks: those that overlap a time are the short ones that begin near it, and these.
CREATE INDEX ticket_planned_long ON ticket (planned_end) WHERE planned_end - planned_start > 1209600000;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('window', 'sqlite_autoindex_window_1', '1000 1'),
  ('window', 'window_last', '1000 1'),
  ('ticket', 'ticket_planned_long', '500 1');
