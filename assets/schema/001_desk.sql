-- The desk file, version 1.
--
-- Journaled tables have `id INTEGER PRIMARY KEY`; those with a `ticket` column belong to that ticket. The triggers that
-- write `change` are generated from this schema (store/schema.rs), so no column can be forgotten.
-- References are looked at when a transaction ends: telling SQLite so each time (PRAGMA defer_foreign_keys) would make it
-- forget every prepared statement. Times are UTC milliseconds. Bodies come last in a row, so that lists never read them.

CREATE TABLE desk (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  uuid     TEXT NOT NULL,
  created  INTEGER NOT NULL
) STRICT;

-- The journal: one row a transaction, one row a row touched. Append-only; each transaction hashes itself with its predecessor.
-- One writer writes at a time, so the changes of a transaction lie side by side: `first` finds them without an index, which
-- every commit would pay for.
CREATE TABLE txn (
  seq      INTEGER PRIMARY KEY,
  command  TEXT NOT NULL UNIQUE,          -- the id that the client gave the command
  at       INTEGER NOT NULL,
  author   TEXT NOT NULL,                 -- login
  via      TEXT,                          -- the login that acted in the author's name
  host     TEXT NOT NULL,
  verb     TEXT NOT NULL,
  undoes   INTEGER REFERENCES txn (seq) DEFERRABLE INITIALLY DEFERRED,
  first    INTEGER NOT NULL,              -- its changes are the rows from this id up to the next transaction's
  changes  INTEGER,
  prev     BLOB,
  hash     BLOB,                          -- NULL only while the transaction is open, which only the last can be
  summary  TEXT NOT NULL,
  reason   TEXT,
  receipt  TEXT NOT NULL,                 -- what its author was told, for a retry
  body     TEXT NOT NULL                  -- the command as JSON
) STRICT;
CREATE INDEX txn_undoes ON txn (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE change (
  id       INTEGER PRIMARY KEY,
  seq      INTEGER NOT NULL REFERENCES txn (seq) DEFERRABLE INITIALLY DEFERRED,
  tbl      TEXT NOT NULL,
  row      INTEGER NOT NULL,
  ticket   INTEGER,                       -- the ticket to which the row belongs
  before   TEXT,                          -- JSON of the columns that changed; NULL for a new row
  after    TEXT                           -- NULL for a deleted row
) STRICT;
CREATE INDEX change_of_ticket ON change (ticket, seq) WHERE ticket IS NOT NULL;
CREATE INDEX change_of_row ON change (tbl, row) WHERE ticket IS NULL;

-- The last row id given in each table and the last number given to each kind. Neither is ever reused, not even after an undo.
CREATE TABLE counter (
  name     TEXT PRIMARY KEY,
  last     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The desk's configuration: TOML documents by name, `workflow/incident.toml`.
CREATE TABLE setting (
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE,
  value    TEXT NOT NULL
) STRICT;

CREATE TABLE person (
  id       INTEGER PRIMARY KEY,
  login    TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  mail     TEXT,
  roles    TEXT NOT NULL,
  active   INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
CREATE INDEX person_name ON person (name COLLATE NOCASE);
CREATE INDEX person_mail ON person (mail COLLATE NOCASE) WHERE mail IS NOT NULL;

CREATE TABLE team (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  active   INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;

CREATE TABLE member (
  id       INTEGER PRIMARY KEY,
  team     INTEGER NOT NULL REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED,
  person   INTEGER NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (team, person)
) STRICT;
CREATE INDEX member_person ON member (person);

CREATE TABLE service (
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  criticality TEXT NOT NULL DEFAULT 'medium' CHECK (criticality IN ('low', 'medium', 'high', 'vital')),
  owner       INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  team        INTEGER REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED,
  active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
CREATE INDEX service_owner ON service (owner);
CREATE INDEX service_team ON service (team);

CREATE TABLE category (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  parent   INTEGER REFERENCES category (id) DEFERRABLE INITIALLY DEFERRED,
  team     INTEGER REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED,
  active   INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
CREATE INDEX category_parent ON category (parent);
CREATE INDEX category_team ON category (team);

CREATE TABLE ticket (
  id                INTEGER PRIMARY KEY,
  kind              TEXT NOT NULL CHECK (kind IN ('incident', 'request', 'problem', 'change', 'release', 'improvement')),
  n                 INTEGER NOT NULL,
  version           INTEGER NOT NULL,
  updated           INTEGER NOT NULL,
  created           INTEGER NOT NULL,
  state             TEXT NOT NULL COLLATE NOCASE,
  phase             INTEGER NOT NULL CHECK (phase BETWEEN 0 AND 4),
  priority          INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
  priority_computed INTEGER NOT NULL CHECK (priority_computed BETWEEN 1 AND 5),
  impact            INTEGER NOT NULL CHECK (impact BETWEEN 1 AND 4),
  urgency           INTEGER NOT NULL CHECK (urgency BETWEEN 1 AND 4),
  major             INTEGER NOT NULL DEFAULT 0 CHECK (major IN (0, 1)),
  requester         INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  assignee          INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  team              INTEGER REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED,
  service           INTEGER REFERENCES service (id) DEFERRABLE INITIALLY DEFERRED,
  category          INTEGER REFERENCES category (id) DEFERRABLE INITIALLY DEFERRED,
  due               INTEGER,
  resolved          INTEGER,
  closed            INTEGER,
  planned_start     INTEGER,
  planned_end       INTEGER,
  pending_reason    TEXT COLLATE NOCASE,
  resolution_code   TEXT COLLATE NOCASE,
  cause_code        TEXT COLLATE NOCASE,
  channel           TEXT COLLATE NOCASE,
  ci                TEXT COLLATE NOCASE,
  external          TEXT COLLATE NOCASE,
  merged_into       TEXT,
  title             TEXT NOT NULL,
  priority_reason   TEXT,
  resolution        TEXT,
  root_cause        TEXT,
  workaround        TEXT,
  description       TEXT NOT NULL DEFAULT '',
  UNIQUE (kind, n)
) STRICT;
-- An index on one column also holds the row id, and ids grow with arrival: each of these gives its matches newest first.
CREATE INDEX ticket_kind ON ticket (kind);
CREATE INDEX ticket_updated ON ticket (updated);
CREATE INDEX ticket_created ON ticket (created);
CREATE INDEX ticket_state ON ticket (state);
CREATE INDEX ticket_phase ON ticket (phase);
CREATE INDEX ticket_priority ON ticket (priority);
CREATE INDEX ticket_impact ON ticket (impact);
CREATE INDEX ticket_urgency ON ticket (urgency);
CREATE INDEX ticket_requester ON ticket (requester);
CREATE INDEX ticket_assignee ON ticket (assignee);
CREATE INDEX ticket_team ON ticket (team);
CREATE INDEX ticket_service ON ticket (service);
CREATE INDEX ticket_category ON ticket (category);
-- A ticket that is not due sorts behind all that are; one that was never resolved or closed comes last among the newest.
CREATE INDEX ticket_due ON ticket (ifnull(due, 9223372036854775807));
CREATE INDEX ticket_resolved ON ticket (ifnull(resolved, -9223372036854775808));
CREATE INDEX ticket_closed ON ticket (ifnull(closed, -9223372036854775808));
CREATE INDEX ticket_planned_start ON ticket (planned_start) WHERE planned_start IS NOT NULL;
CREATE INDEX ticket_planned_end ON ticket (planned_end) WHERE planned_end IS NOT NULL;
CREATE INDEX ticket_pending ON ticket (pending_reason, updated, phase) WHERE pending_reason IS NOT NULL;
CREATE INDEX ticket_resolution ON ticket (resolution_code) WHERE resolution_code IS NOT NULL;
CREATE INDEX ticket_cause ON ticket (cause_code) WHERE cause_code IS NOT NULL;
CREATE INDEX ticket_channel ON ticket (channel);
CREATE INDEX ticket_ci ON ticket (ci) WHERE ci IS NOT NULL;
CREATE INDEX ticket_external ON ticket (external) WHERE external IS NOT NULL;
CREATE INDEX ticket_merged ON ticket (id) WHERE merged_into IS NOT NULL;
CREATE INDEX ticket_major ON ticket (major) WHERE major = 1;
CREATE INDEX ticket_workaround ON ticket (id) WHERE workaround IS NOT NULL;
CREATE INDEX ticket_root_cause ON ticket (id) WHERE root_cause IS NOT NULL;
-- The queue: open tickets are few among many, and every view of them is answered, in its order, from these. What stands
-- behind the id is there to count without looking at tickets.
CREATE INDEX ticket_open ON ticket (priority, ifnull(due, 9223372036854775807)) WHERE phase < 3;
CREATE INDEX ticket_open_newest ON ticket (id) WHERE phase < 3;
CREATE INDEX ticket_open_assignee ON ticket (assignee, ifnull(due, 9223372036854775807), priority, id, phase) WHERE phase < 3;
CREATE INDEX ticket_open_nobody ON ticket (assignee, priority, ifnull(due, 9223372036854775807), id, phase) WHERE phase < 3 AND assignee IS NULL;
CREATE INDEX ticket_open_team ON ticket (team, priority, ifnull(due, 9223372036854775807)) WHERE phase < 3;
CREATE INDEX ticket_open_due ON ticket (ifnull(due, 9223372036854775807), id, created, phase) WHERE phase < 3;
CREATE INDEX ticket_done ON ticket (phase, ifnull(resolved, -9223372036854775808)) WHERE phase = 3;

CREATE TABLE entry (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  author   INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  public   INTEGER NOT NULL CHECK (public IN (0, 1)),   -- 1 a reply, seen by the requester; 0 a note, seen by staff
  text     TEXT NOT NULL
) STRICT;
CREATE INDEX entry_ticket ON entry (ticket, public, at);
CREATE INDEX entry_author ON entry (author);

CREATE TABLE tag (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  name     TEXT NOT NULL,
  UNIQUE (ticket, name)
) STRICT;
CREATE INDEX tag_name ON tag (name, ticket);

CREATE TABLE watcher (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  person   INTEGER NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (ticket, person)
) STRICT;
CREATE INDEX watcher_person ON watcher (person, ticket);

CREATE TABLE link (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  relation TEXT NOT NULL CHECK (relation IN ('relates', 'duplicate_of', 'child_of', 'blocked_by', 'caused_by')),
  other    INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (ticket, relation, other),
  CHECK (ticket <> other)
) STRICT;
CREATE INDEX link_other ON link (other, relation);

CREATE TABLE task (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  done     INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
  text     TEXT NOT NULL
) STRICT;
CREATE INDEX task_ticket ON task (ticket, position);

CREATE TABLE worklog (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  person   INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  minutes  INTEGER NOT NULL,
  text     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX worklog_ticket ON worklog (ticket);
CREATE INDEX worklog_person ON worklog (person);

CREATE TABLE attachment (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  name     TEXT NOT NULL,
  media    TEXT NOT NULL,
  size     INTEGER NOT NULL,
  sha256   TEXT NOT NULL
) STRICT;
CREATE INDEX attachment_ticket ON attachment (ticket);

-- The contents of attachments, once each. Never deleted: an undone attachment can be redone.
CREATE TABLE blob (
  sha256   TEXT PRIMARY KEY,
  bytes    BLOB NOT NULL
) STRICT;

-- What happened to a ticket before it came here, as its former system told it: one row a change, fields as JSON.
CREATE TABLE past (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  who      TEXT,
  before   TEXT NOT NULL,
  after    TEXT NOT NULL
) STRICT;
CREATE INDEX past_ticket ON past (ticket, at);

-- What the planner of queries believes, at every size of desk: the shape of a million tickets. Measured statistics would
-- change the plans from desk to desk and from day to day; so it does the same everywhere, and a test holds what that is.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('ticket', 'sqlite_autoindex_ticket_1', '1000000 170000 1'),
  ('ticket', 'ticket_kind', '1000000 170000'),
  ('ticket', 'ticket_updated', '1000000 1'),
  ('ticket', 'ticket_created', '1000000 1'),
  ('ticket', 'ticket_state', '1000000 100000'),
  ('ticket', 'ticket_phase', '1000000 200000'),
  ('ticket', 'ticket_priority', '1000000 200000'),
  ('ticket', 'ticket_impact', '1000000 250000'),
  ('ticket', 'ticket_urgency', '1000000 250000'),
  ('ticket', 'ticket_requester', '1000000 200'),
  ('ticket', 'ticket_assignee', '1000000 5000'),
  ('ticket', 'ticket_team', '1000000 50000'),
  ('ticket', 'ticket_service', '1000000 25000'),
  ('ticket', 'ticket_category', '1000000 15000'),
  ('ticket', 'ticket_due', '1000000 1'),
  ('ticket', 'ticket_resolved', '1000000 1'),
  ('ticket', 'ticket_closed', '1000000 1'),
  ('ticket', 'ticket_planned_start', '45000 1'),
  ('ticket', 'ticket_planned_end', '45000 1'),
  ('ticket', 'ticket_pending', '7000 1000 1 1'),
  ('ticket', 'ticket_resolution', '970000 80000'),
  ('ticket', 'ticket_cause', '200000 20000'),
  ('ticket', 'ticket_channel', '1000000 150000'),
  ('ticket', 'ticket_ci', '200000 60'),
  ('ticket', 'ticket_external', '500000 1'),
  ('ticket', 'ticket_merged', '10000 1'),
  ('ticket', 'ticket_major', '300 300'),
  ('ticket', 'ticket_workaround', '30000 1'),
  ('ticket', 'ticket_root_cause', '10000 1'),
  ('ticket', 'ticket_open', '20000 4000 1'),
  ('ticket', 'ticket_open_newest', '20000 1'),
  ('ticket', 'ticket_open_assignee', '20000 100 1 1 1 1'),
  ('ticket', 'ticket_open_nobody', '5000 100 50 1 1 1'),
  ('ticket', 'ticket_open_team', '20000 1000 200 1'),
  ('ticket', 'ticket_open_due', '20000 1 1 1 1'),
  ('ticket', 'ticket_done', '10000 10000 1'),
  ('entry', 'entry_ticket', '2500000 3 2 1'),
  ('entry', 'entry_author', '2500000 5000'),
  ('tag', 'sqlite_autoindex_tag_1', '200000 2 1'),
  ('tag', 'tag_name', '200000 700 1'),
  ('watcher', 'sqlite_autoindex_watcher_1', '50000 2 1'),
  ('watcher', 'watcher_person', '50000 100 1'),
  ('link', 'sqlite_autoindex_link_1', '50000 2 2 1'),
  ('link', 'link_other', '50000 2 2'),
  ('task', 'task_ticket', '50000 5 1'),
  ('worklog', 'worklog_ticket', '500000 3'),
  ('worklog', 'worklog_person', '500000 2500'),
  ('attachment', 'attachment_ticket', '200000 2'),
  ('past', 'past_ticket', '2000000 4 1'),
  ('change', 'change_of_ticket', '6000000 6 1'),
  ('change', 'change_of_row', '10000 1000 1'),
  ('txn', 'sqlite_autoindex_txn_1', '1000000 1'),
  ('txn', 'txn_undoes', '5000 1'),
  ('person', 'sqlite_autoindex_person_1', '5000 1'),
  ('person', 'person_name', '5000 1'),
  ('person', 'person_mail', '5000 1');
