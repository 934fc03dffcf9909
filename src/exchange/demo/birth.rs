//! How the demo's articles come to be: when each is written, by whom and from which ticket, and what it says then.

use std::collections::BTreeMap;

use crate::desk::command::Command;
use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, Kind, Number, TicketId};
use crate::desk::knowledge::{ArticleField, CitationRole, Content, KnowledgeCommand};
use crate::desk::refusal::Refusal;
use crate::desk::time::{DAY as WHOLE_DAY, MINUTE, Timestamp};
use crate::exchange::demo::cast::Part;
use crate::exchange::demo::company::Company;
use crate::exchange::demo::hours::Hours;
use crate::exchange::demo::knowledge::{Entry, IMPORTER, WIKI, resolves, working_time};
use crate::exchange::demo::pages::page;
use crate::exchange::demo::stage::{Stage, Step};
use crate::exchange::markdown::{Folder, plan_pages};
use crate::text::markdown::relinked;

/// An article to be.
pub(super) struct Birth<'k> {
    pub(super) entry: &'k Entry,
    pub(super) id: ArticleId,
    /// When it is written; of the wiki's pages, before all else.
    at: Timestamp,
    /// When somebody has read it once more.
    published: Timestamp,
    /// Who writes it, if not its owner.
    who: Option<String>,
    cite: Vec<(TicketId, CitationRole)>,
    /// What its page says, as an import reads it, and the state to which that leads it.
    pub(super) set: Content,
    pub(super) to: Option<String>,
}

/// The articles to be, numbered in the order in which they are written.
pub(super) fn births<'k>(
    entries: &'k [Entry],
    stage: &Stage,
    company: &Company,
    parts: &[Part],
    hours: &Hours,
    steps: &[Step],
) -> Result<Vec<Birth<'k>>, Refusal> {
    let done: BTreeMap<TicketId, Timestamp> =
        steps.iter().filter_map(|step| Some((resolves(&step.command)?.0, step.at))).collect();
    let mut births = Vec::new();
    for (nth, entry) in entries.iter().enumerate() {
        let (at, who, cite) = match (&entry.problem, entry.ago) {
            (Some(problem), _) => known_error(problem, parts, hours, steps)?,
            (None, Some(ago)) => {
                let at = working_time(hours, ago, nth);
                let taught = parts.iter().filter(|part| part.opened < at && entry.helps_with(part));
                // The last that was resolved by then, else the last that somebody works on.
                let origin = taught.max_by_key(|part| (done.get(&part.id).filter(|done| **done < at), part.opened));
                (at, None, origin.map(|part| (part.id, CitationRole::Origin)))
            }
            (None, None) => (Timestamp(0), None, None),
        };
        let (id, cite) = (ArticleId(0), cite.into_iter().collect());
        let published = hours.at((hours.index(at) + 120).min(hours.now - 3)).max(at.plus(MINUTE));
        births.push(Birth { entry, id, at, published, who, cite, set: Content::new(), to: None });
    }
    births.sort_by_key(|birth| birth.at);
    births.iter_mut().zip((1..).map(ArticleId)).for_each(|(birth, id)| birth.id = id);
    read(&mut births, stage, company, parts, hours)?;
    Ok(births)
}

/// A known error is written when the root cause of its problem is found, by whoever found it.
#[expect(clippy::type_complexity, reason = "when, who and from what: named where they are taken")]
fn known_error(
    problem: &str,
    parts: &[Part],
    hours: &Hours,
    steps: &[Step],
) -> Result<(Timestamp, Option<String>, Option<(TicketId, CitationRole)>), Refusal> {
    let is_it =
        |part: &&Part| part.story.kind() == Kind::Problem && part.story.title.first().is_some_and(|t| t == problem);
    let found = parts.iter().find(is_it).and_then(|part| {
        let finds = |command: &Command| match command {
            Command::Edit { on, set, .. } => {
                on.iter().any(|on| on.id == part.id) && set.contains_key(&Field::RootCause)
            }
            _ => false,
        };
        Some((part.id, steps.iter().find(|step| finds(&step.command))?))
    });
    let none = || Refusal::Damaged(format!("knowledge.toml: nobody finds the cause of {problem}"));
    let (id, step) = found.ok_or_else(none)?;
    let at = step.at.plus(15 * MINUTE).min(hours.moment.now.plus(-6 * MINUTE));
    Ok((at, Some(step.who.clone()), Some((id, CitationRole::KnownError))))
}

/// Reads all pages as an import would: front matter as fields, links between pages as links between articles.
fn read(births: &mut [Birth], stage: &Stage, company: &Company, parts: &[Part], hours: &Hours) -> Result<(), Refusal> {
    let reader = stage.store.read()?;
    let mut pages = Vec::new();
    for birth in births.iter() {
        let name = &birth.entry.page;
        let text = page(name).ok_or_else(|| Refusal::Damaged(format!("knowledge.toml: no page {name}")))?;
        let text = relinked(text, &mut |to, _| match to.split_once(':')? {
            ("ci", name) => reader.find_ci(name).ok().map(|id| id.number()),
            ("ticket", scene) => number(parts, scene),
            _ => None,
        });
        pages.push((format!("{name}.md"), text));
    }
    let plan = plan_pages(&reader, &Folder::of(WIKI, pages), &company.author(IMPORTER, &stage.founder), &hours.moment)?;
    if let Some(warning) = plan.warnings.first() {
        return Err(Refusal::Damaged(format!("the demo's articles: {warning}")));
    }
    let Some(Command::Knowledge(KnowledgeCommand::Import { all, .. })) = plan.command() else { return Ok(()) };
    let mut next = births.iter_mut();
    let mut last = None;
    for command in all {
        match command {
            KnowledgeCommand::Write { set, .. } => {
                last = next.next();
                last.iter_mut().for_each(|birth| birth.set.clone_from(&set));
            }
            KnowledgeCommand::Advance { to, .. } => {
                last.iter_mut().for_each(|birth| birth.to = Some(to.clone()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The number that the ticket of a scene will have: they are given in the order of the parts, each kind its own.
fn number(parts: &[Part], scene: &str) -> Option<String> {
    let part = parts.iter().find(|part| part.story.name.as_deref() == Some(scene))?;
    let kind = part.story.kind();
    let before = parts.iter().filter(|other| other.story.kind() == kind && other.id <= part.id).count();
    Some(Number { kind, n: i64::try_from(before).ok()? }.to_string())
}

impl Birth<'_> {
    /// Whether it was in the former wiki.
    pub(super) fn is_old(&self) -> bool {
        self.at == Timestamp(0)
    }

    /// Whether somebody could resolve a ticket with it at that time.
    pub(super) fn is_known_by(&self, at: Timestamp) -> bool {
        self.is_old() || self.published < at
    }

    /// Whether it tells what to do when an alert fires.
    pub(super) fn is_runbook(&self) -> bool {
        let kind = self.set.get(&ArticleField::Type).and_then(|values| values.first()?.text());
        kind == Some(crate::desk::knowledge::RUNBOOK)
    }

    /// What its page says.
    pub(super) fn body(&self) -> &str {
        self.set.get(&ArticleField::Body).and_then(|values| values.first()?.text()).unwrap_or_default()
    }

    /// Its fields when it is written, when it said no more than that.
    pub(super) fn fields(&self, body: String, hours: &Hours) -> Content {
        let mut set = self.set.clone();
        set.insert(ArticleField::Body, vec![Value::from(body)]);
        if let Some(days) = self.entry.review {
            set.insert(ArticleField::Review, vec![Value::Int(hours.moment.now.plus(days * WHOLE_DAY).0)]);
        }
        if !self.is_old() {
            set.remove(&ArticleField::Source);
            set.remove(&ArticleField::Hash);
        }
        set
    }

    /// It is written, read once more, and led to where it stands.
    pub(super) fn steps(&self, set: Content, stage: &Stage, hours: &Hours) -> Vec<Step> {
        let owner = set.get(&ArticleField::Owner).and_then(|values| values.first()?.int());
        let owner = stage.people.iter().find(|(_, person)| Some(**person) == owner).map(|(login, _)| login.clone());
        let who = self.who.clone().or(owner).unwrap_or_default();
        let step = |at, command| Step { at, who: who.clone(), command: Command::Knowledge(command), reason: None };
        let mut steps = vec![step(self.at, KnowledgeCommand::Write { set, cite: self.cite.clone() })];
        if let Some(to) = self.to.clone() {
            let at = self.entry.tomorrow.then(|| hours.moment.now.plus(WHOLE_DAY));
            steps.push(step(self.published, KnowledgeCommand::Advance { on: vec![self.id], to, at }));
        }
        steps
    }
}
