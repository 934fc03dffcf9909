-- The knowledge base. An article's number is its row id: KB-9 is row 9.

CREATE TABLE article (
  id         INTEGER PRIMARY KEY,
  version    INTEGER NOT NULL,
  updated    INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  type       TEXT NOT NULL,
  state      TEXT NOT NULL,
  phase      INTEGER NOT NULL CHECK (phase BETWEEN 0 AND 4),        -- draft, review, live, due, gone
  edition    INTEGER NOT NULL DEFAULT 0,                            -- the newest that was published; 0 before the first
  category   INTEGER REFERENCES category (id) DEFERRABLE INITIALLY DEFERRED,
  owner      INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  writer     INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED, -- who last changed what it says
  audience   TEXT NOT NULL DEFAULT 'staff' CHECK (audience IN ('staff', 'everyone')),
  language   TEXT NOT NULL DEFAULT '',
  review     INTEGER,                                               -- when somebody shall look whether it still holds
  publish_at INTEGER,                                               -- when it is published by itself
  confirmed  INTEGER,                                               -- when it was last published or found to hold
  source     TEXT,                                                  -- the file that it was imported from
  hash       TEXT,                                                  -- of what that file said
  title      TEXT NOT NULL,
  summary    TEXT NOT NULL DEFAULT '',
  body       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX article_phase ON article (phase, updated);
CREATE INDEX article_type ON article (type, phase);
CREATE INDEX article_category ON article (category);
CREATE INDEX article_owner ON article (owner);
CREATE INDEX article_writer ON article (writer);
CREATE INDEX article_review ON article (review) WHERE review IS NOT NULL;
CREATE INDEX article_publish ON article (publish_at) WHERE publish_at IS NOT NULL;
CREATE UNIQUE INDEX article_source ON article (source) WHERE source IS NOT NULL;

CREATE TABLE article_tag (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  name     TEXT NOT NULL,
  UNIQUE (article, name)
) STRICT;
CREATE INDEX article_tag_name ON article_tag (name, article);

-- The services and CIs that an article is about.
CREATE TABLE article_service (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  service  INTEGER NOT NULL REFERENCES service (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (article, service)
) STRICT;
CREATE INDEX article_service_service ON article_service (service, article);

CREATE TABLE article_ci (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  ci       INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (article, ci)
) STRICT;
CREATE INDEX article_ci_ci ON article_ci (ci, article);

-- What tickets are to articles: the article was made from one, is the known error of a problem, helped to work one.
CREATE TABLE citation (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  role     TEXT NOT NULL CHECK (role IN ('relates', 'origin', 'known_error', 'used')),
  at       INTEGER NOT NULL,
  person   INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (ticket, article, role)
) STRICT;
CREATE INDEX citation_article ON citation (article, role, at);
CREATE INDEX citation_person ON citation (person);

-- Each edition that was published, whole.
CREATE TABLE edition (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  n        INTEGER NOT NULL,                                        -- counts from 1
  at       INTEGER NOT NULL,
  person   INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  title    TEXT NOT NULL,
  summary  TEXT NOT NULL,
  body     TEXT NOT NULL,
  UNIQUE (article, n)
) STRICT;
CREATE INDEX edition_person ON edition (person);

-- What readers say: it helped, it did not, something is wrong with it. A flag that is not settled is a task for the owner.
CREATE TABLE feedback (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  person   INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  verdict  TEXT NOT NULL CHECK (verdict IN ('helped', 'failed', 'flag')),
  comment  TEXT NOT NULL DEFAULT '',
  settled  INTEGER,                                                 -- when a flag was
  answer   TEXT                                                     -- and what was done about it
) STRICT;
CREATE INDEX feedback_article ON feedback (article, verdict);
CREATE INDEX feedback_open ON feedback (article) WHERE verdict = 'flag' AND settled IS NULL;
CREATE INDEX feedback_person ON feedback (person);

-- What was looked for and not found, whatever the order of the words.
CREATE TABLE gap (
  id       INTEGER PRIMARY KEY,
  words    TEXT NOT NULL UNIQUE,
  typed    TEXT NOT NULL,                                           -- as it was last typed
  times    INTEGER NOT NULL,
  first    INTEGER NOT NULL,
  last     INTEGER NOT NULL
) STRICT;
CREATE INDEX gap_times ON gap (times, last);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('article', 'article_phase', '20000 4000 1'),
  ('article', 'article_type', '20000 2000 500'),
  ('article', 'article_category', '20000 300'),
  ('article', 'article_owner', '20000 200'),
  ('article', 'article_writer', '20000 200'),
  ('article', 'article_review', '18000 1'),
  ('article', 'article_publish', '20 1'),
  ('article', 'article_source', '5000 1'),
  ('article_tag', 'sqlite_autoindex_article_tag_1', '60000 3 1'),
  ('article_tag', 'article_tag_name', '60000 100 1'),
  ('article_service', 'sqlite_autoindex_article_service_1', '10000 1 1'),
  ('article_service', 'article_service_service', '10000 20 1'),
  ('article_ci', 'sqlite_autoindex_article_ci_1', '20000 2 1'),
  ('article_ci', 'article_ci_ci', '20000 2 1'),
  ('citation', 'sqlite_autoindex_citation_1', '200000 1 1 1'),
  ('citation', 'citation_article', '200000 10 5 1'),
  ('citation', 'citation_person', '200000 1000'),
  ('edition', 'sqlite_autoindex_edition_1', '60000 3 1'),
  ('edition', 'edition_person', '60000 300'),
  ('feedback', 'feedback_article', '50000 5 3'),
  ('feedback', 'feedback_open', '100 1'),
  ('feedback', 'feedback_person', '50000 50'),
  ('gap', 'sqlite_autoindex_gap_1', '5000 1'),
  ('gap', 'gap_times', '5000 100 1');
