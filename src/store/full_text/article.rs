//! The full text of articles: one document an article, and the words that articles use.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::desk::knowledge::{codes, mentions, spaced};
use crate::desk::query::tokens;
use crate::text::markdown::gist;

/// What the index holds of an article.
struct Document {
    title: String,
    headings: String,
    body: String,
    tags: String,
    codes: String,
    links: String,
}

impl Document {
    fn of(title: &str, summary: &str, body: &str, tags: &str) -> Document {
        let gist = gist(body);
        let heads = gist.outline.iter().map(|heading| heading.text.as_str());
        let headings = std::iter::once(summary).chain(heads).collect::<Vec<_>>().join("\n");
        let codes = [title, &headings, &gist.plain, tags].map(codes).concat().join("\n");
        let links = mentions(&gist).into_iter().map(|id| format!("kb{id}")).collect::<Vec<_>>().join(" ");
        Document {
            title: spaced(title),
            headings: spaced(&headings),
            body: spaced(&gist.plain),
            tags: spaced(tags),
            codes,
            links,
        }
    }

    /// Its words that somebody may mistype.
    fn words(&self) -> BTreeSet<String> {
        let all = [&self.title, &self.headings, &self.body, &self.tags, &self.codes];
        let words = all.into_iter().flat_map(|text| tokens(text));
        words.filter(|word| (3..=32).contains(&word.chars().count()) && word.chars().any(char::is_alphabetic)).collect()
    }

    fn write(&self, conn: &Connection, id: i64) -> rusqlite::Result<()> {
        conn.prepare_cached(
            "INSERT INTO article_text (rowid, title, headings, body, tags, codes, links)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((id, &self.title, &self.headings, &self.body, &self.tags, &self.codes, &self.links))?;
        let mut statement =
            conn.prepare_cached("INSERT INTO article_word (word) VALUES (?1) ON CONFLICT DO NOTHING")?;
        self.words().iter().try_for_each(|word| statement.execute([word]).map(|_| ()))
    }
}

const TOLD: &str = "SELECT a.id, a.title, a.summary, a.body,
       ifnull((SELECT group_concat(name, ' ') FROM article_tag WHERE article = a.id), '') FROM article a";

fn write(conn: &Connection, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
    let (title, summary, body, tags): (String, String, String, String) =
        (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    Document::of(&title, &summary, &body, &tags).write(conn, row.get(0)?)
}

/// Brings the full text of articles up to date with their rows.
pub(super) fn index(conn: &Connection, articles: &BTreeSet<i64>) -> rusqlite::Result<()> {
    for id in articles {
        conn.prepare_cached("DELETE FROM article_text WHERE rowid = ?1")?.execute([id])?;
        let mut statement = conn.prepare_cached(&format!("{TOLD} WHERE a.id = ?1"))?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            write(conn, row)?;
        }
    }
    Ok(())
}

/// Fills empty tables from all rows.
pub(super) fn fill(conn: &Connection) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(TOLD)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        write(conn, row)?;
    }
    Ok(())
}
