-- Full text of articles. What is indexed is made ready in Rust (store/full_text/article.rs): text without Markdown's marks,
-- headings with the summary before them, identifiers whole and in parts, and the articles to which it links (kb12).
CREATE VIRTUAL TABLE IF NOT EXISTS article_text USING fts5 (
  title, headings, body, tags, codes, links,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
-- The words that articles ever used: what a mistyped one may have meant.
CREATE TABLE IF NOT EXISTS article_word (
  word     TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
