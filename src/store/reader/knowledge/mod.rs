//! Questions about articles.

mod drawn;
mod editions;
mod files;
mod links;
mod lists;
mod narrow;
mod runbook;
mod search;
mod shelf;
mod suggest;
mod told;

use rusqlite::Row;

use crate::desk::field::Value;
use crate::desk::id::{ArticleId, CategoryId, CiId, PersonId, Seq, ServiceId};
use crate::desk::knowledge::{Article, ArticleField, ArticleTarget, Audience, Content, Phase, joined};
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::desk::time::{Moment, Timestamp, parse_time};
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction, changed_row};

pub use editions::Edition;
pub use files::ArticleFile;
pub use links::{Cited, CitedArticle, Offered};
pub use lists::{ArticleDue, ArticleFlag, ArticleRow, Gap, Why};
pub use runbook::{AlertRunbook, Followed, FollowedStep};
pub use search::{ArticleHit, Found, How};
pub use shelf::{Shelf, ShelfPlace};
pub use suggest::{Similar, Suggestions};
pub use told::ArticleEvent;

const COLUMNS: &str =
    "id, version, updated, created, type, state, phase, edition, category, owner, writer, audience, language,
  review, publish_at, confirmed, source, hash, title, summary, body";

impl Reader<'_> {
    /// An article with its fields.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that number.
    pub fn article(&self, id: ArticleId) -> Result<Article, Refusal> {
        let found = self.one(&format!("SELECT {COLUMNS} FROM article WHERE id = ?1"), [id.0], article)?;
        let mut article = found.ok_or_else(|| Refusal::not_found(format!("there is no {}", id.number())))?;
        article.tags =
            self.all("SELECT name FROM article_tag WHERE article = ?1 ORDER BY name", [id.0], |row| row.get(0))?;
        let services = "SELECT service FROM article_service WHERE article = ?1 ORDER BY service";
        article.services = self.all(services, [id.0], |row| row.get(0).map(ServiceId))?;
        article.cis =
            self.all("SELECT ci FROM article_ci WHERE article = ?1 ORDER BY ci", [id.0], |row| row.get(0).map(CiId))?;
        Ok(article)
    }

    /// The article that somebody means: by number, or by its title where only one has it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest title.
    pub fn find_article(&self, word: &str) -> Result<ArticleId, Refusal> {
        if let Ok(id) = word.parse::<ArticleId>() {
            return match self.one("SELECT 1 FROM article WHERE id = ?1", [id.0], |_| Ok(()))? {
                Some(()) => Ok(id),
                None => Err(Refusal::not_found(format!("there is no {}", id.number()))),
            };
        }
        let wanted = word.trim();
        if wanted.is_empty() {
            return Err(Refusal::not_found(
                "no article is called nothing; they are called as KB-9 is, or by their title",
            ));
        }
        let named = "SELECT id FROM article WHERE lower(title) = lower(?1) ORDER BY id LIMIT 2";
        let mut same: Vec<ArticleId> = self.all(named, [wanted], |row| row.get(0).map(ArticleId))?;
        let mut titles: Vec<(i64, String)> = Vec::new();
        if same.is_empty() {
            // SQLite's small letters are those of ASCII.
            titles = self.all("SELECT id, title FROM article ORDER BY id", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let wanted = wanted.to_lowercase();
            let alike = titles.iter().filter(|(_, title)| title.to_lowercase() == wanted);
            same.extend(alike.map(|(id, _)| ArticleId(*id)));
        }
        match same.as_slice() {
            [one] => Ok(*one),
            [one, other, ..] => {
                Err(Refusal::rule(format!("'{word}' may be {} or {}; give the number", one.number(), other.number())))
            }
            [] => Err(Refusal::not_found(match nearest(word, titles.iter().map(|(_, title)| title.as_str())) {
                Some(near) => format!("there is no article '{word}'; did you mean '{near}'?"),
                None => format!("there is no article '{word}'; articles are called as KB-9 is: deskhand kb search"),
            })),
        }
    }

    /// What people call an article: `KB-9 VPN drops`; its number alone where it is gone.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_called(&self, id: ArticleId) -> Result<String, Refusal> {
        let title: Option<String> = self.one("SELECT title FROM article WHERE id = ?1", [id.0], |row| row.get(0))?;
        Ok(match title {
            Some(title) => format!("{} {title}", id.number()),
            None => id.number(),
        })
    }

    /// What somebody means by typing `text` into a field; empty text and `none` empty it, commas part a list. `body` is taken
    /// as it is.
    ///
    /// # Errors
    /// A refusal that names the field, the word and what it takes.
    pub fn understand_article(
        &self,
        field: ArticleField,
        text: &str,
        me: Option<PersonId>,
        moment: &Moment,
    ) -> Result<Vec<Value>, Refusal> {
        let word = text.trim();
        let free = matches!(field, ArticleField::Title | ArticleField::Summary | ArticleField::Body);
        if word.is_empty() || (!free && word.eq_ignore_ascii_case("none")) {
            return Ok(Vec::new());
        }
        let parts = || word.split(',').map(str::trim).filter(|part| !part.is_empty());
        Ok(match field {
            ArticleField::Body => vec![Value::from(text)],
            ArticleField::Owner => match (word.eq_ignore_ascii_case("me"), me) {
                (true, Some(me)) => vec![Value::Int(me.0)],
                (true, None) => vec![Value::from("me")],
                _ => vec![Value::Int(self.find_person(word)?.id.0)],
            },
            ArticleField::Category => vec![Value::Int(self.find_category(word)?.id.0)],
            ArticleField::Review | ArticleField::PublishAt => match parse_time(word, moment) {
                Some(typed) => vec![Value::Int(typed.from.0)],
                None => {
                    let why = "it takes a date or time: 2026-11-30, fri 14:00, 2w, tomorrow";
                    return Err(Refusal::rule(format!("{}: '{word}' won't do; {why}", field.name())));
                }
            },
            // No tag has a blank in it.
            ArticleField::Tags => parts().flat_map(str::split_whitespace).map(Value::from).collect(),
            ArticleField::Services => {
                let found = parts().map(|part| Ok(Value::Int(self.find_service(part)?.id.0)));
                found.collect::<Result<_, Refusal>>()?
            }
            ArticleField::Cis => {
                let found = parts().map(|part| Ok(Value::Int(self.find_ci(part)?.0)));
                found.collect::<Result<_, Refusal>>()?
            }
            _ => vec![Value::from(word)],
        })
    }

    /// A value of a field as people read it: names in place of references, local times.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn shown_article(&self, field: ArticleField, value: &Value, moment: &Moment) -> Result<String, Refusal> {
        let key = |table: &str, id: i64| -> Result<String, Refusal> {
            Ok(self.key_of(table, id)?.unwrap_or_else(|| id.to_string()))
        };
        Ok(match (field, value) {
            (ArticleField::Owner, Value::Int(id)) => match self.person(PersonId(*id))? {
                Some(person) => person.name,
                None => id.to_string(),
            },
            (ArticleField::Category, Value::Int(id)) => {
                let all = self.categories()?;
                all.into_iter().find(|one| one.id.0 == *id).map_or_else(|| id.to_string(), |one| one.path)
            }
            (ArticleField::Services, Value::Int(id)) => key("service", *id)?,
            (ArticleField::Cis, Value::Int(id)) => match self.ci_name(CiId(*id))? {
                Some(name) => format!("{} {name}", CiId(*id).number()),
                None => CiId(*id).number(),
            },
            (ArticleField::Review, Value::Int(at)) => moment.day_of(Timestamp(*at)).to_string(),
            (ArticleField::PublishAt, Value::Int(at)) => Timestamp(*at).local(moment.zone),
            (_, Value::Text(text)) => text.clone(),
            (_, Value::Int(n)) => n.to_string(),
            (_, Value::Null) => String::new(),
        })
    }

    /// The transactions that touched an article, newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn log_of_article(&self, id: ArticleId) -> Result<Vec<Transaction>, Refusal> {
        let seqs: Vec<i64> =
            self.all("SELECT DISTINCT seq FROM change WHERE record = ?1 ORDER BY seq DESC", [id.number()], |row| {
                row.get(0)
            })?;
        seqs.into_iter().map(|seq| self.transaction(Seq(seq))).collect()
    }

    /// The rows of an article that were touched after `since`, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn changes_of_article(&self, id: ArticleId, since: Seq) -> Result<Vec<ChangedRow>, Refusal> {
        self.all(
            "SELECT seq, tbl, row, ticket, before, after, record FROM change WHERE record = ?1 AND seq > ?2 ORDER BY id",
            (id.number(), since.0),
            changed_row,
        )
    }

    /// What the fields of an article were at `version`, for those that changed since.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_changed_since(&self, now: &Article, version: Seq) -> Result<Content, Refusal> {
        let mut base = Content::new();
        for change in self.changes_of_article(now.id, version)?.iter().rev() {
            let list = match change.table.as_str() {
                "article" => {
                    for (column, before, _) in change.columns() {
                        if let Some(field) = ArticleField::ALL.iter().find(|field| field.name() == column) {
                            base.insert(*field, if before.given() { vec![before] } else { Vec::new() });
                        }
                    }
                    continue;
                }
                "article_tag" => (ArticleField::Tags, "name"),
                "article_service" => (ArticleField::Services, "service"),
                "article_ci" => (ArticleField::Cis, "ci"),
                _ => continue,
            };
            let (field, column) = list;
            let values = base.entry(field).or_insert_with(|| now.values(field));
            if let Some(after) = change.after.as_ref().and_then(|image| image.get(column)) {
                values.retain(|value| value != after);
            }
            values.extend(change.before.as_ref().and_then(|image| image.get(column)).cloned());
            values.sort();
        }
        Ok(base)
    }

    /// An edit of an article's text and what others made of it since the version that the editor saw, in one text: where both
    /// changed a paragraph, both wordings stand between marks. With what it says now.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that number.
    pub fn joined_text(&self, on: ArticleTarget, yours: &str) -> Result<(String, String), Refusal> {
        let now = self.article(on.id)?;
        let since = self.article_changed_since(&now, on.version.unwrap_or(now.version))?;
        let base =
            since.get(&ArticleField::Body).map(|values| values.first().and_then(Value::text).unwrap_or_default());
        let body = joined(base.unwrap_or(&now.body), &now.body, yours);
        Ok((body, now.body))
    }

    /// The number that the next article gets.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn next_article(&self) -> Result<ArticleId, Refusal> {
        let last = self.one("SELECT last FROM counter WHERE name = 'article'", [], |row| row.get::<_, i64>(0))?;
        let next = last.unwrap_or(0).checked_add(1);
        next.map(ArticleId).ok_or_else(|| Refusal::rule("no number is left for another article"))
    }

    /// The newest transaction that changed a field of an article, not one that only rated or used it.
    pub(crate) fn last_edit_of(&self, id: ArticleId) -> Result<Option<Seq>, Refusal> {
        self.one(
            "SELECT max(seq) FROM change WHERE record = ?1 AND tbl = 'article' AND before IS NOT NULL",
            [id.number()],
            |row| Ok(row.get::<_, Option<i64>>(0)?.map(Seq)),
        )
        .map(Option::flatten)
    }
}

fn article(row: &Row<'_>) -> rusqlite::Result<Article> {
    let time = |column: usize| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
    };
    let (source, hash): (Option<String>, Option<String>) = (row.get(16)?, row.get(17)?);
    Ok(Article {
        id: ArticleId(row.get(0)?),
        version: Seq(row.get(1)?),
        updated: Timestamp(row.get(2)?),
        created: Timestamp(row.get(3)?),
        kind: row.get(4)?,
        state: row.get(5)?,
        phase: Phase::from_code(row.get(6)?).unwrap_or_default(),
        edition: row.get(7)?,
        category: row.get::<_, Option<i64>>(8)?.map(CategoryId),
        owner: row.get::<_, Option<i64>>(9)?.map(PersonId),
        writer: row.get::<_, Option<i64>>(10)?.map(PersonId),
        audience: Audience::named(&row.get::<_, String>(11)?).unwrap_or_default(),
        language: row.get(12)?,
        review: time(13)?,
        publish_at: time(14)?,
        confirmed: time(15)?,
        source: source.map(|source| (source, hash.unwrap_or_default())),
        title: row.get(18)?,
        summary: row.get(19)?,
        body: row.get(20)?,
        tags: Vec::new(),
        services: Vec::new(),
        cis: Vec::new(),
    })
}
