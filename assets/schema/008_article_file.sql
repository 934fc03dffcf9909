-- Pictures and other files of articles. Their contents are kept once, with those of tickets' attachments; a text shows one
-- by its name: ![the rack](attachment:rack.png).

CREATE TABLE article_file (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
  at       INTEGER NOT NULL,
  name     TEXT NOT NULL,
  media    TEXT NOT NULL,
  size     INTEGER NOT NULL,
  sha256   TEXT NOT NULL,
  source   TEXT,                                                    -- the file that it was imported from
  taken    TEXT,                                                    -- the checksum of what that file held
  UNIQUE (article, name)
) STRICT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('article_file', 'sqlite_autoindex_article_file_1', '10000 2 1');
