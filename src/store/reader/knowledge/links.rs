//! What hangs on an article: tickets, other articles, the known errors that a ticket is offered.

use rusqlite::Row;

use crate::desk::id::{ArticleId, CiId, Kind, Number, PersonId, ServiceId, TicketId};
use crate::desk::knowledge::{Article, CitationRole, KNOWN_ERROR, Phase, mentions, remedy, section};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::text::markdown::gist;

/// What a ticket is to an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// What it is.
    pub role: CitationRole,
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub person: Option<PersonId>,
}

/// What an article is to a ticket, or to another article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedArticle {
    /// What the ticket is to it; `None` between articles.
    pub role: Option<CitationRole>,
    /// The article.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// The name of its type.
    pub kind: String,
    /// Where it is in its life.
    pub state: String,
    /// What that amounts to.
    pub phase: Phase,
}

/// A known error that a ticket may be a case of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The article.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// The problem to which the ticket is linked; `None` where it only reads alike.
    pub problem: Option<Number>,
    /// What helps until it is mended.
    pub workaround: String,
}

/// The tickets that are linked to an article.
const CITED: &str = "SELECT c.role, t.id, t.kind, t.n, t.title, t.state, c.at, c.person
  FROM citation c JOIN ticket t ON t.id = c.ticket WHERE c.article = ?1";

fn cited(row: &Row<'_>) -> rusqlite::Result<Option<Cited>> {
    let named = CitationRole::named(&row.get::<_, String>(0)?).zip(Kind::named(&row.get::<_, String>(2)?));
    let Some((role, kind)) = named else { return Ok(None) };
    Ok(Some(Cited {
        role,
        ticket: TicketId(row.get(1)?),
        number: Number { kind, n: row.get(3)? },
        title: row.get(4)?,
        state: row.get(5)?,
        at: Timestamp(row.get(6)?),
        person: row.get::<_, Option<i64>>(7)?.map(PersonId),
    }))
}

impl Reader<'_> {
    /// The tickets that are linked to an article, the newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn cited(&self, id: ArticleId) -> Result<Vec<Cited>, Refusal> {
        let rows = self.all(&format!("{CITED} ORDER BY c.at DESC, c.id DESC"), [id.0], cited)?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The newest tickets that are this to an article, at most so many; and how many there are.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn cited_as(&self, id: ArticleId, role: CitationRole, most: usize) -> Result<(Vec<Cited>, usize), Refusal> {
        let sql = format!("{CITED} AND c.role = ?2 ORDER BY c.at DESC, c.id DESC LIMIT {most}");
        let rows = self.all(&sql, (id.0, role.word()), cited)?;
        let sql = "SELECT count(*) FROM citation WHERE article = ?1 AND role = ?2";
        let count = self.one(sql, (id.0, role.word()), |row| row.get::<_, i64>(0))?;
        let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        Ok((rows.into_iter().flatten().collect(), count))
    }

    /// The articles that are linked to a ticket.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles_of(&self, ticket: TicketId) -> Result<Vec<CitedArticle>, Refusal> {
        self.all(
            "SELECT c.role, a.id, a.title, a.type, a.state, a.phase
               FROM citation c JOIN article a ON a.id = c.article WHERE c.ticket = ?1 ORDER BY c.at, c.id",
            [ticket.0],
            cited_article,
        )
    }

    /// The articles to which an article links, in the order of their numbers.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn links_of_article(&self, article: &Article) -> Result<Vec<CitedArticle>, Refusal> {
        let named = mentions(&gist(&article.body)).into_iter().filter(|id| *id != article.id);
        let mut found = Vec::new();
        for id in named {
            let sql = "SELECT NULL, id, title, type, state, phase FROM article WHERE id = ?1";
            found.extend(self.one(sql, [id.0], cited_article)?);
        }
        Ok(found)
    }

    /// The articles about a CI that hold or are on their way, what is published first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles_about_ci(&self, id: CiId) -> Result<Vec<CitedArticle>, Refusal> {
        self.all(&about("article_ci", "ci"), [id.0], cited_article)
    }

    /// The same of a service.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles_about_service(&self, id: ServiceId) -> Result<Vec<CitedArticle>, Refusal> {
        self.all(&about("article_service", "service"), [id.0], cited_article)
    }

    /// The articles that link to an article, in the order of their numbers.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn backlinks(&self, id: ArticleId) -> Result<Vec<CitedArticle>, Refusal> {
        self.all(
            "SELECT NULL, id, title, type, state, phase FROM article
              WHERE id IN (SELECT rowid FROM article_text WHERE article_text MATCH ?1) AND id <> ?2 ORDER BY id",
            (format!("links : kb{id}"), id.0),
            cited_article,
        )
    }

    /// The problems whose known error an article is.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn problems_of(&self, id: ArticleId) -> Result<Vec<TicketId>, Refusal> {
        self.all(
            "SELECT ticket FROM citation WHERE article = ?1 AND role = 'known_error' ORDER BY ticket",
            [id.0],
            |row| row.get(0).map(TicketId),
        )
    }

    /// The known error of a problem, if it has one; the newest of several.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn known_error_of(&self, problem: TicketId) -> Result<Option<ArticleId>, Refusal> {
        self.one(
            "SELECT article FROM citation WHERE ticket = ?1 AND role = 'known_error' ORDER BY id DESC LIMIT 1",
            [problem.0],
            |row| row.get(0).map(ArticleId),
        )
    }

    /// What helps until the fault of an article is mended: what stands under its heading *Workaround*, else what its problem
    /// says.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn workaround_of(&self, article: &Article) -> Result<Option<String>, Refusal> {
        self.workaround_among(article, &self.problems_of(article.id)?)
    }

    /// What an article tells somebody who has the ticket before them; of a known error that says nothing itself, what its
    /// problem says.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn remedy_of(&self, article: &Article) -> Result<Option<String>, Refusal> {
        match remedy(&article.body) {
            Some(remedy) => Ok(Some(remedy)),
            None => self.workaround_of(article),
        }
    }

    /// As [`Reader::workaround_of`], of an article that is the known error of these problems.
    pub(crate) fn workaround_among(&self, article: &Article, problems: &[TicketId]) -> Result<Option<String>, Refusal> {
        if let Some(text) = section(&article.body, "workaround") {
            return Ok(Some(text));
        }
        for problem in problems {
            let text = self.ticket(*problem)?.workaround.filter(|text| !text.trim().is_empty());
            if text.is_some() {
                return Ok(text);
            }
        }
        Ok(None)
    }

    /// The open incidents that are linked to problems, either way, the oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn open_incidents_of(&self, problems: &[TicketId]) -> Result<Vec<TicketId>, Refusal> {
        let problems: Vec<i64> = problems.iter().map(|id| id.0).collect();
        self.all(
            "SELECT id FROM ticket WHERE kind = 'incident' AND phase < 3 AND id IN (
               SELECT ticket FROM link WHERE other IN (SELECT value FROM json_each(?1))
               UNION SELECT other FROM link WHERE ticket IN (SELECT value FROM json_each(?1))) ORDER BY id",
            [serde_json::json!(problems).to_string()],
            |row| row.get(0).map(TicketId),
        )
    }

    /// The open incidents that are linked to the problems of a known error and do not hold its workaround yet, and the note
    /// that would tell them; nothing where it is none, or knows no workaround.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn untold(&self, article: &Article) -> Result<Option<(Vec<TicketId>, String)>, Refusal> {
        let problems = self.problems_of(article.id)?;
        let workaround = if problems.is_empty() { None } else { self.workaround_among(article, &problems)? };
        workaround.map(|workaround| self.untold_among(article, &problems, &workaround)).transpose()
    }

    /// As [`Reader::untold`], of these problems and this workaround.
    pub(crate) fn untold_among(
        &self,
        article: &Article,
        problems: &[TicketId],
        workaround: &str,
    ) -> Result<(Vec<TicketId>, String), Refusal> {
        let note = format!("Known error {}\n\n{workaround}", article.called());
        let mut untold = Vec::new();
        for ticket in self.open_incidents_of(problems)? {
            let sql = "SELECT 1 FROM entry WHERE ticket = ?1 AND public = 0 AND text = ?2";
            if self.one(sql, (ticket.0, &note), |_| Ok(()))?.is_none() {
                untold.push(ticket);
            }
        }
        Ok((untold, note))
    }

    /// The known errors that a ticket may be a case of: those of the problems to which it is linked first, then those that read
    /// alike and hold.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn known_errors_for(&self, ticket: TicketId) -> Result<Vec<Offered>, Refusal> {
        /// So many that only read alike are offered.
        const ALIKE: usize = 3;
        let mut offered = self.known_errors_of_problems(ticket)?;
        let told = self.ticket(ticket)?;
        let alike = self.suggest(&told.title, &told.description)?.articles;
        let mut left = ALIKE;
        for hit in alike.into_iter().filter(|hit| hit.kind == KNOWN_ERROR && hit.phase.is_live()) {
            let new = !offered.iter().any(|known| known.id == hit.id);
            if let Some(one) = (left > 0 && new).then(|| self.offered(hit.id, None)).transpose()?.flatten() {
                offered.push(one);
                left -= 1;
            }
        }
        Ok(offered)
    }

    /// The known errors of the problems to which a ticket is linked.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn known_errors_of_problems(&self, ticket: TicketId) -> Result<Vec<Offered>, Refusal> {
        let linked = self.all(
            "SELECT p.n, c.article FROM citation c JOIN ticket p ON p.id = c.ticket AND p.kind = 'problem'
              WHERE c.role = 'known_error' AND c.ticket IN (
                SELECT other FROM link WHERE ticket = ?1 UNION SELECT ticket FROM link WHERE other = ?1)
              ORDER BY c.id",
            [ticket.0],
            |row| Ok((row.get::<_, i64>(0)?, ArticleId(row.get(1)?))),
        )?;
        let mut offered: Vec<Offered> = Vec::new();
        for (n, id) in linked {
            if !offered.iter().any(|known| known.id == id) {
                offered.extend(self.offered(id, Some(Number { kind: Kind::Problem, n }))?);
            }
        }
        Ok(offered)
    }

    /// A known error with its workaround; nothing where it is retired or knows none.
    fn offered(&self, id: ArticleId, problem: Option<Number>) -> Result<Option<Offered>, Refusal> {
        let article = self.article(id)?;
        if article.phase == Phase::Gone {
            return Ok(None);
        }
        let workaround = self.workaround_of(&article)?;
        Ok(workaround.map(|workaround| Offered { id, title: article.title, problem, workaround }))
    }
}

/// The articles that a table of theirs joins to something, without those that were retired.
fn about(table: &str, column: &str) -> String {
    format!(
        "SELECT NULL, a.id, a.title, a.type, a.state, a.phase FROM {table} l JOIN article a ON a.id = l.article
          WHERE l.{column} = ?1 AND a.phase <> 4 ORDER BY a.phase NOT IN (2, 3), a.type = 'runbook' DESC, a.id"
    )
}

fn cited_article(row: &rusqlite::Row<'_>) -> rusqlite::Result<CitedArticle> {
    Ok(CitedArticle {
        role: row.get::<_, Option<String>>(0)?.and_then(|role| CitationRole::named(&role)),
        id: ArticleId(row.get(1)?),
        title: row.get(2)?,
        kind: row.get(3)?,
        state: row.get(4)?,
        phase: Phase::from_code(row.get(5)?).unwrap_or_default(),
    })
}
