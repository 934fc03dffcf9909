-- The CMDB. A CI's number is its row id: CI-118 is row 118.

-- The CI (`CI-118`) to which a changed row belongs, as `ticket` names its ticket.
ALTER TABLE change ADD COLUMN record TEXT;
CREATE INDEX change_of_record ON change (record, seq) WHERE record IS NOT NULL;
-- Relations by their other end, those that are gone too.
CREATE INDEX change_of_end ON change (json_extract(ifnull(after, before), '$.other')) WHERE tbl = 'relation';

CREATE TABLE ci (
  id          INTEGER PRIMARY KEY,
  version     INTEGER NOT NULL,
  updated     INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  class       TEXT NOT NULL,
  name        TEXT NOT NULL,
  status      TEXT NOT NULL,
  phase       INTEGER NOT NULL CHECK (phase BETWEEN 0 AND 3),       -- planned, stock, live, gone
  criticality TEXT CHECK (criticality IN ('low', 'medium', 'high', 'vital')),
  environment TEXT,
  team        INTEGER REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED,
  contact     INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  holder      INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  serial      TEXT COLLATE NOCASE,
  asset_tag   TEXT COLLATE NOCASE,
  seen        INTEGER,                                              -- when an inventory last found it
  locked      TEXT NOT NULL DEFAULT '',                             -- fields kept by hand, parted by blanks
  description TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX ci_class ON ci (class, phase);
CREATE INDEX ci_phase ON ci (phase);
CREATE INDEX ci_status ON ci (status);
CREATE INDEX ci_name ON ci (name COLLATE NOCASE, phase);
CREATE INDEX ci_updated ON ci (updated);
CREATE INDEX ci_team ON ci (team);
CREATE INDEX ci_contact ON ci (contact);
CREATE INDEX ci_holder ON ci (holder) WHERE holder IS NOT NULL;
CREATE INDEX ci_serial ON ci (serial) WHERE serial IS NOT NULL;
CREATE INDEX ci_asset_tag ON ci (asset_tag) WHERE asset_tag IS NOT NULL;
CREATE INDEX ci_seen ON ci (seen) WHERE seen IS NOT NULL;

-- What the class adds: one row a value, so that lists are rows and two people can change two fields.
CREATE TABLE attribute (
  id       INTEGER PRIMARY KEY,
  ci       INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  name     TEXT NOT NULL,
  value    ANY NOT NULL,
  UNIQUE (ci, name, value)
) STRICT;
CREATE INDEX attribute_value ON attribute (name, value, ci);

-- vm7 runs_on esx2: ci is vm7, other is esx2.
CREATE TABLE relation (
  id       INTEGER PRIMARY KEY,
  ci       INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  type     TEXT NOT NULL,
  other    INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  soft     INTEGER NOT NULL DEFAULT 0 CHECK (soft IN (0, 1)),       -- its failure degrades and does not stop
  source   TEXT,                                                    -- the inventory that told it; NULL by hand
  UNIQUE (ci, type, other),
  CHECK (ci <> other)
) STRICT;
-- A walk over the graph reads these two and no rows.
CREATE INDEX relation_ci ON relation (ci, type, other, soft);
CREATE INDEX relation_other ON relation (other, type, ci, soft);

-- How many of the CIs from which failure comes to this one by relations of a type must stand: '2', '50%'.
CREATE TABLE redundancy (
  id       INTEGER PRIMARY KEY,
  ci       INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  type     TEXT NOT NULL,
  need     TEXT NOT NULL,
  UNIQUE (ci, type)
) STRICT;

-- The CIs that a ticket concerns: by hand where there is no path, else computed, the path saying why.
CREATE TABLE affected (
  id       INTEGER PRIMARY KEY,
  ticket   INTEGER NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
  ci       INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  path     TEXT,
  UNIQUE (ticket, ci)
) STRICT;
CREATE INDEX affected_ci ON affected (ci, ticket);

-- What a source last said of a CI. The raw input is the blob of that checksum.
CREATE TABLE sighting (
  id       INTEGER PRIMARY KEY,
  ci       INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  source   TEXT NOT NULL,                                           -- glpi, nmap, netbox, ansible, csv…
  key      TEXT NOT NULL,                                           -- what the source calls it
  at       INTEGER NOT NULL,
  sha256   TEXT NOT NULL,
  found    TEXT NOT NULL,                                           -- the fields that it gave, as JSON
  agreed   INTEGER,                                                 -- the version of the CI that had all that; NULL: it differs
  UNIQUE (ci, source)
) STRICT;
CREATE INDEX sighting_key ON sighting (source, key);

-- The inputs that were taken in: the same one twice changes nothing. The raw input is the blob of that checksum.
CREATE TABLE inventory (
  id       INTEGER PRIMARY KEY,
  source   TEXT NOT NULL,
  file     TEXT NOT NULL,
  at       INTEGER NOT NULL,
  sha256   TEXT NOT NULL,
  UNIQUE (source, sha256)
) STRICT;

-- Software that an inventory found on a CI.
CREATE TABLE install (
  id        INTEGER PRIMARY KEY,
  ci        INTEGER NOT NULL REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED,
  title     TEXT NOT NULL COLLATE NOCASE,
  version   TEXT NOT NULL DEFAULT '',
  publisher TEXT,
  source    TEXT,                                                   -- the inventory that told it
  UNIQUE (ci, title, version)
) STRICT;
CREATE INDEX install_title ON install (title, ci);

-- The CI by which a service stands at the top of the graph; its name, criticality, contact and team are the service's.
ALTER TABLE service ADD COLUMN ci INTEGER REFERENCES ci (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX service_ci ON service (ci) WHERE ci IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('change', 'change_of_record', '500000 5 1'),
  ('ci', 'ci_class', '100000 2500 800'),
  ('ci', 'ci_phase', '100000 25000'),
  ('ci', 'ci_status', '100000 10000'),
  ('ci', 'ci_name', '100000 2 1'),
  ('ci', 'ci_updated', '100000 1'),
  ('ci', 'ci_team', '100000 5000'),
  ('ci', 'ci_contact', '100000 200'),
  ('ci', 'ci_holder', '20000 2'),
  ('ci', 'ci_serial', '60000 1'),
  ('ci', 'ci_asset_tag', '60000 1'),
  ('ci', 'ci_seen', '80000 1'),
  ('attribute', 'sqlite_autoindex_attribute_1', '800000 8 2 1'),
  ('attribute', 'attribute_value', '800000 20000 4 1'),
  ('relation', 'sqlite_autoindex_relation_1', '400000 4 2 1'),
  ('relation', 'relation_ci', '400000 4 2 1 1'),
  ('relation', 'relation_other', '400000 8 4 1 1'),
  ('redundancy', 'sqlite_autoindex_redundancy_1', '5000 1 1'),
  ('affected', 'sqlite_autoindex_affected_1', '200000 2 1'),
  ('affected', 'affected_ci', '200000 4 1'),
  ('sighting', 'sqlite_autoindex_sighting_1', '100000 1 1'),
  ('sighting', 'sighting_key', '100000 30000 1'),
  ('inventory', 'sqlite_autoindex_inventory_1', '50000 10000 1'),
  ('install', 'sqlite_autoindex_install_1', '2000000 200 2 1'),
  ('install', 'install_title', '2000000 400 1'),
  ('service', 'service_ci', '500 1');
