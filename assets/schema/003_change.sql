-- Changes and releases: their plans, what they risk, who approves them, and how they went.

ALTER TABLE ticket ADD COLUMN change_type TEXT COLLATE NOCASE;
ALTER TABLE ticket ADD COLUMN template TEXT COLLATE NOCASE;
ALTER TABLE ticket ADD COLUMN risk TEXT COLLATE NOCASE;
ALTER TABLE ticket ADD COLUMN risk_score INTEGER;
ALTER TABLE ticket ADD COLUMN actual_start INTEGER;
ALTER TABLE ticket ADD COLUMN actual_end INTEGER;
ALTER TABLE ticket ADD COLUMN backout_minutes INTEGER;
ALTER TABLE ticket ADD COLUMN risk_reason TEXT;
ALTER TABLE ticket ADD COLUMN plan_reason TEXT;
ALTER TABLE ticket ADD COLUMN plan_impact TEXT;
ALTER TABLE ticket ADD COLUMN test_plan TEXT;
ALTER TABLE ticket ADD COLUMN backout_plan TEXT;
ALTER TABLE ticket ADD COLUMN communication TEXT;
ALTER TABLE ticket ADD COLUMN decision TEXT;
ALTER TABLE ticket ADD COLUMN lessons TEXT;
CREATE INDEX ticket_change_type ON ticket (change_type) WHERE change_type IS NOT NULL;
CREATE INDEX ticket_template ON ticket (template) WHERE template IS NOT NULL;
CREATE INDEX ticket_risk ON ticket (risk) WHERE risk IS NOT NULL;

-- The steps of a change are its checklist; these are the times at which each was really worked on.
ALTER TABLE task ADD COLUMN began INTEGER;
ALTER TABLE task ADD COLUMN ended INTEGER;

-- What is answered to the questions about a change's risk, by a person or by the desk.
CREATE TABLE answer (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  question TEXT NOT NULL,
  value    TEXT NOT NULL,
  by_hand  INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
  UNIQUE (ticket, question)
) STRICT;

-- Who must approve a change: its steps in order, fixed when approval is asked for. A new plan is a new round.
CREATE TABLE approval (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  round    INTEGER NOT NULL,
  step     INTEGER NOT NULL,                                        -- counts from 1
  name     TEXT NOT NULL,
  need     INTEGER NOT NULL,                                        -- so many must approve
  meeting  INTEGER NOT NULL CHECK (meeting IN (0, 1)),              -- 1 where the CAB decides
  state    TEXT NOT NULL CHECK (state IN ('later', 'open', 'approved', 'rejected', 'void')),
  asker    INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  opened   INTEGER,                                                 -- since when it has been open
  UNIQUE (ticket, round, step)
) STRICT;

-- Who is asked at a step, and what they said.
CREATE TABLE vote (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  approval INTEGER NOT NULL REFERENCES approval (id) DEFERRABLE INITIALLY DEFERRED,
  person   INTEGER NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  verdict  TEXT CHECK (verdict IN ('approve', 'reject', 'delegate')),   -- NULL while silent
  at       INTEGER,
  plan     INTEGER,                                                 -- the version of the change that was judged
  heir     INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED, -- to whom it was delegated
  comment  TEXT,
  UNIQUE (approval, person)
) STRICT;
CREATE INDEX vote_ticket ON vote (ticket);
CREATE INDEX vote_person ON vote (person, ticket);

-- Who works on a change besides its assignee.
CREATE TABLE implementer (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  person   INTEGER NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (ticket, person)
) STRICT;
CREATE INDEX implementer_person ON implementer (person, ticket);

-- A meeting of the change advisory board.
CREATE TABLE cab (
  id       INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  title    TEXT NOT NULL,
  query    TEXT NOT NULL,                                           -- from which its agenda came
  closed   INTEGER
) STRICT;

CREATE TABLE cab_member (
  id       INTEGER PRIMARY KEY,
  cab      INTEGER NOT NULL REFERENCES cab (id) DEFERRABLE INITIALLY DEFERRED,
  person   INTEGER NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (cab, person)
) STRICT;
CREATE INDEX cab_member_person ON cab_member (person);

CREATE TABLE cab_item (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  cab      INTEGER NOT NULL REFERENCES cab (id) DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  decision TEXT CHECK (decision IN ('approve', 'reject', 'defer')),
  notes    TEXT NOT NULL DEFAULT '',
  UNIQUE (cab, ticket)
) STRICT;
CREATE INDEX cab_item_ticket ON cab_item (ticket);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('ticket', 'ticket_change_type', '40000 10000'),
  ('ticket', 'ticket_template', '10000 500'),
  ('ticket', 'ticket_risk', '40000 10000'),
  ('answer', 'sqlite_autoindex_answer_1', '400000 10 1'),
  ('approval', 'sqlite_autoindex_approval_1', '60000 2 2 1'),
  ('vote', 'sqlite_autoindex_vote_1', '200000 3 1'),
  ('vote', 'vote_ticket', '200000 5'),
  ('vote', 'vote_person', '200000 1000 1'),
  ('implementer', 'sqlite_autoindex_implementer_1', '20000 2 1'),
  ('implementer', 'implementer_person', '20000 200 1'),
  ('cab_member', 'sqlite_autoindex_cab_member_1', '2000 8 1'),
  ('cab_member', 'cab_member_person', '2000 100'),
  ('cab_item', 'sqlite_autoindex_cab_item_1', '5000 10 1'),
  ('cab_item', 'cab_item_ticket', '5000 1');
