//! Runbooks at tickets: the one that an alert names, and how far somebody is who follows one.

use std::collections::BTreeMap;

use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{Article, RUNBOOK, alert_names, codes, labelled_alert, placed, step_called};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;
use crate::store::reader::sheet::Task;
use crate::text::markdown::{Document, Step, read};

/// The runbook of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRunbook {
    /// The article.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// The name of the alert, in small letters.
    pub alert: String,
}

/// An article as it is followed for a ticket.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The article.
    pub article: Article,
    /// What it says.
    pub document: Document,
    /// What it tells to do, in order.
    pub steps: Vec<FollowedStep>,
}

/// A step, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedStep {
    /// The step.
    pub step: Step,
    /// What it is called on a checklist.
    pub text: String,
    /// Its task on the ticket's checklist, where it has one.
    pub task: Option<Task>,
    /// The login of who ticked it.
    pub by: Option<String>,
}

impl Reader<'_> {
    /// The published runbook of the alert that a ticket names: with its title, with a label `alertname` in its description, or
    /// with a tag. A runbook is named by its title, or by a tag that no other runbook has. Whole names only; of several the
    /// longest, a label before all.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn runbook_for(
        &self,
        title: &str,
        description: &str,
        tags: &[String],
    ) -> Result<Option<AlertRunbook>, Refusal> {
        let labels: Vec<String> = [title, description].into_iter().filter_map(labelled_alert).collect();
        let mut names = labels.clone();
        names.extend(alert_names(title));
        names.extend(tags.iter().map(|tag| tag.to_ascii_lowercase()));
        let asked = serde_json::json!(names).to_string();
        let called = |row: &rusqlite::Row<'_>| {
            Ok(AlertRunbook { alert: row.get(0)?, id: ArticleId(row.get(1)?), title: row.get(2)? })
        };
        let by_title = self.all(
            "SELECT lower(title), id, title FROM article
              WHERE lower(title) IN (SELECT value FROM json_each(?1)) AND phase IN (2, 3) AND type = ?2
              ORDER BY confirmed DESC, id DESC",
            (&asked, RUNBOOK),
            called,
        )?;
        let first = |found: Vec<AlertRunbook>| {
            names.iter().find_map(|name| found.iter().find(|one| one.alert == *name)).cloned()
        };
        if let Some(found) = first(by_title) {
            return Ok(Some(found));
        }
        // A tag that is a word is what many articles are about; one that a machine gave names one thing.
        let given: Vec<String> =
            codes(title).iter().filter_map(|code| code.split(' ').next().map(str::to_owned)).collect();
        let is_name = |name: &&String| {
            tags.contains(name) || labels.contains(name) || given.contains(&name.replace(['_', '-', '.', ':'], ""))
        };
        let names: Vec<&String> = names.iter().filter(is_name).collect();
        let by_tag = self.all(
            "SELECT t.name, a.id, a.title FROM article_tag t JOIN article a ON a.id = t.article
              WHERE t.name IN (SELECT value FROM json_each(?1)) AND a.phase IN (2, 3) AND a.type = ?2 ORDER BY a.id",
            (serde_json::json!(names).to_string(), RUNBOOK),
            called,
        )?;
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        by_tag.iter().for_each(|one| *count.entry(one.alert.as_str()).or_default() += 1);
        let alone = |one: &&AlertRunbook| count.get(one.alert.as_str()) == Some(&1);
        let found = names.iter().find_map(|name| by_tag.iter().filter(alone).find(|one| one.alert == **name));
        Ok(found.cloned())
    }

    /// The steps of an article, and for a ticket how far each is.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such article.
    pub fn followed(&self, id: ArticleId, ticket: Option<TicketId>) -> Result<Followed, Refusal> {
        let article = self.article(id)?;
        let document = read(&article.body);
        let mut tasks = ticket.map(|ticket| self.tasks(ticket)).transpose()?.unwrap_or_default();
        tasks.retain(|task| task.origin.as_ref().is_some_and(|origin| origin.article == id));
        let ticked = match ticket {
            Some(ticket) if tasks.iter().any(|task| task.done) => self.ticked_by(ticket)?,
            _ => BTreeMap::new(),
        };
        let steps: Vec<(Step, String)> =
            document.steps().into_iter().map(|step| (step.clone(), step_called(&step, &document))).collect();
        let wanted: Vec<(&str, &str)> = steps.iter().map(|(step, text)| (step.under.as_str(), text.as_str())).collect();
        let heading = |task: &'_ Task| task.origin.as_ref().map(|origin| origin.heading.clone()).unwrap_or_default();
        let headings: Vec<String> = tasks.iter().map(heading).collect();
        let own: Vec<(&str, &str)> =
            headings.iter().zip(&tasks).map(|(heading, task)| (heading.as_str(), task.text.as_str())).collect();
        let places = placed(&wanted, &own);
        let steps = steps.into_iter().zip(places).map(|((step, text), place)| {
            let task = place.and_then(|at| tasks.get(at)).cloned();
            let by = task.as_ref().filter(|task| task.done).and_then(|task| ticked.get(&task.id)).cloned();
            FollowedStep { step, text, task, by }
        });
        let steps = steps.collect();
        Ok(Followed { article, document, steps })
    }

    /// Who ticked which tasks of a ticket last: logins by row.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ticked_by(&self, ticket: TicketId) -> Result<BTreeMap<i64, String>, Refusal> {
        let ticked = self.all(
            "SELECT c.row, x.author FROM change c JOIN txn x ON x.seq = c.seq
              WHERE c.ticket = ?1 AND c.tbl = 'task' AND json_extract(c.after, '$.done') = 1 ORDER BY c.id",
            [ticket.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(ticked.into_iter().collect())
    }
}
