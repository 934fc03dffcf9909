-- Runbooks: which step of which article a task of a checklist came from, and articles found by what they are called.

ALTER TABLE task ADD COLUMN article INTEGER REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task ADD COLUMN edition INTEGER;                        -- of the article, when it was followed; 0 for a draft
ALTER TABLE task ADD COLUMN step TEXT;                              -- its number there: 2, and 2.1 for the first within it
ALTER TABLE task ADD COLUMN heading TEXT;                           -- under which it stands
CREATE INDEX task_article ON task (article) WHERE article IS NOT NULL;

-- An article is named by its title, an alert's runbook by the alert.
CREATE INDEX article_title ON article (lower(title));

-- The list of what holds is read by title, page by page.
CREATE INDEX article_shelf ON article (title COLLATE NOCASE, id, phase);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('task', 'task_article', '20000 20'),
  ('article', 'article_title', '20000 1'),
  ('article', 'article_shelf', '20000 1 1 1');
