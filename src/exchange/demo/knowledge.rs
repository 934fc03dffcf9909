//! What the company of the demo desk knows: hand-written pages (`assets/demo/knowledge/`) and what happened to them.
//!
//! Those of the former wiki come in one import when the desk is founded. The others are written by their owners, from tickets
//! that taught them something; known errors when the root cause of their problem is found. Later tickets of the same stories
//! are resolved with them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::desk::command::Command;
use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, Kind, TicketId};
use crate::desk::knowledge::{ArticleField, CitationRole, Content, KnowledgeCommand};
use crate::desk::refusal::Refusal;
use crate::desk::time::{DAY as WHOLE_DAY, HOUR, MINUTE, Timestamp};
use crate::exchange::demo::cast::Part;
use crate::exchange::demo::company::Company;
use crate::exchange::demo::hours::{DAY, Hours};
use crate::exchange::demo::pages;
use crate::exchange::demo::stage::{Stage, Step};
use crate::exchange::markdown::{Folder, plan_pages};
use crate::text::markdown::{outline, relinked};

static KNOWLEDGE: &str = include_str!("../../../assets/demo/knowledge.toml");

/// The folder of the former wiki, and who took it in; who publishes what its importer may not.
const WIKI: &str = "wiki";
const IMPORTER: &str = "h.steiner";
const SECOND: &str = "m.brandt";
const PUBLISHED: &str = "published";

/// `assets/demo/knowledge.toml`, which says what its rows mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Knowledge {
    articles: Vec<Entry>,
    deeds: Vec<(i64, String, Verb, Vec<String>, String)>,
    gaps: Vec<(i64, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    page: String,
    ago: Option<i64>,
    #[serde(default)]
    helps: Vec<String>,
    problem: Option<String>,
    review: Option<i64>,
    #[serde(default)]
    tomorrow: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verb {
    Adds,
    Rewords,
    Reviews,
    Retires,
    Flags,
    Helped,
    Failed,
}

/// An article to be.
struct Birth<'k> {
    entry: &'k Entry,
    /// When it is written; of the wiki's pages, before all else.
    at: Timestamp,
    /// Who writes it, if not its owner.
    who: Option<String>,
    cite: Vec<(TicketId, CitationRole)>,
}

/// The articles by the names of their pages.
type Numbers<'k> = BTreeMap<&'k str, ArticleId>;

impl Knowledge {
    pub(super) fn read() -> Result<Knowledge, Refusal> {
        toml::from_str(KNOWLEDGE).map_err(|error| Refusal::Damaged(format!("knowledge.toml: {error}")))
    }

    /// Takes the wiki in and adds what is done with articles to the steps of the tickets.
    pub(super) fn tell(
        &self,
        stage: &mut Stage,
        company: &Company,
        parts: &[Part],
        hours: &Hours,
        steps: &mut Vec<Step>,
    ) -> Result<(), Refusal> {
        let births = self.births(parts, hours, steps);
        let all = commands(stage, company, parts, hours, &births)?;
        let numbers: Numbers = births.iter().map(|birth| birth.entry.page.as_str()).zip((1..).map(ArticleId)).collect();
        let mut told = Vec::new();
        let (mut wiki, mut unpublished) = (Vec::new(), Vec::new());
        let mut finals = BTreeMap::new();
        for ((birth, id), Planned { mut set, to }) in births.iter().zip((1..).map(ArticleId)).zip(all) {
            if let Some(days) = birth.entry.review {
                set.insert(ArticleField::Review, vec![Value::Int(hours.moment.now.plus(days * WHOLE_DAY).0)]);
            }
            let body = set.get(&ArticleField::Body).and_then(|values| values.first()?.text()).unwrap_or_default();
            finals.insert(birth.entry.page.as_str(), body.to_owned());
            let first = self.as_of(&birth.entry.page, body, 0);
            set.insert(ArticleField::Body, vec![Value::from(first)]);
            if birth.is_old() {
                wiki.push(KnowledgeCommand::Write { set, cite: Vec::new() });
                unpublished.extend(Some(id).filter(|_| to.as_deref() != Some(PUBLISHED)));
                wiki.extend(to.map(|to| KnowledgeCommand::Advance { on: vec![id], to, at: None }));
            } else {
                told.extend(birth.steps(id, set, to, stage, hours));
            }
        }
        let import = KnowledgeCommand::Import { from: String::from(WIKI), next: ArticleId(1), all: wiki };
        let publish = KnowledgeCommand::Advance { on: unpublished, to: String::from(PUBLISHED), at: None };
        for (who, command) in [(IMPORTER, import), (SECOND, publish)] {
            let author = company.author(who, &stage.founder);
            stage.execute(Command::Knowledge(command), &author, None)?;
        }
        self.use_them(&births, parts, steps, &mut fastrand::Rng::with_seed(stage.seed));
        told.extend(self.later(&numbers, &finals, hours));
        told.extend(self.gaps.iter().enumerate().map(|(nth, (ago, who, words))| Step {
            at: working_time(hours, *ago, 200 + nth),
            who: who.clone(),
            command: Command::Knowledge(KnowledgeCommand::Missed { words: words.clone() }),
            reason: None,
        }));
        told.extend(falls(hours));
        steps.extend(told);
        Ok(())
    }

    /// The articles that help with a story.
    #[cfg(test)]
    pub(super) fn helping(
        &self,
        story: &crate::exchange::demo::story::Story,
        reader: &crate::store::Reader,
    ) -> std::collections::BTreeSet<ArticleId> {
        let fits = |entry: &&Entry| entry.helps.iter().any(|title| story.title.first() == Some(title));
        let titles = self.articles.iter().filter(fits).filter_map(|entry| {
            let text = pages::page(&entry.page)?;
            let line = text.lines().find_map(|line| line.strip_prefix("title: "))?;
            Some(line.trim_matches('"').to_owned())
        });
        titles.filter_map(|title| reader.find_article(&title).ok()).collect()
    }

    /// The articles to be, in the order in which they are written.
    fn births<'k>(&'k self, parts: &[Part], hours: &Hours, steps: &[Step]) -> Vec<Birth<'k>> {
        let done = resolved(steps);
        let birth = |(nth, entry): (usize, &'k Entry)| -> Option<Birth<'k>> {
            let (at, who, cite) = match (&entry.problem, entry.ago) {
                (Some(problem), _) => {
                    let problem =
                        parts.iter().find(|part| is_of(part, problem) && part.story.kind() == Kind::Problem)?;
                    let found = steps.iter().find(|step| finds_cause(&step.command, problem.id))?;
                    let at = found.at.plus(15 * MINUTE).min(hours.moment.now.plus(-6 * MINUTE));
                    (at, Some(found.who.clone()), vec![(problem.id, CitationRole::KnownError)])
                }
                (None, Some(ago)) => {
                    let at = working_time(hours, ago, nth);
                    let taught =
                        parts.iter().filter(|part| part.opened < at && entry.helps.iter().any(|h| is_of(part, h)));
                    // The last that was resolved by then, else the last that somebody works on.
                    let origin = taught.max_by_key(|part| (done.get(&part.id).filter(|done| **done < at), part.opened));
                    (at, None, origin.map(|part| (part.id, CitationRole::Origin)).into_iter().collect())
                }
                (None, None) => (Timestamp(0), None, Vec::new()),
            };
            Some(Birth { entry, at, who, cite })
        };
        let mut births: Vec<Birth> = self.articles.iter().enumerate().filter_map(birth).collect();
        births.sort_by_key(|birth| birth.at);
        births
    }

    /// What a page said when only so many of the deeds that change its text were done.
    fn as_of(&self, page: &str, last: &str, done: usize) -> String {
        let changes = self.deeds.iter().filter(|deed| deed.3.iter().any(|name| name == page));
        let changes: Vec<_> = changes.filter(|deed| matches!(deed.2, Verb::Adds | Verb::Rewords)).collect();
        changes.into_iter().skip(done).rev().fold(last.to_owned(), |text, (_, _, verb, _, words)| match verb {
            Verb::Adds => without(&text, words),
            _ => words.split_once(" => ").map_or(text.clone(), |(now, before)| text.replacen(now, before, 1)),
        })
    }

    /// What is done with articles after they were written.
    fn later(&self, numbers: &Numbers, finals: &BTreeMap<&str, String>, hours: &Hours) -> Vec<Step> {
        let mut changed: BTreeMap<&str, usize> = BTreeMap::new();
        let mut steps = Vec::new();
        for (nth, (ago, who, verb, pages, words)) in self.deeds.iter().enumerate() {
            let on: Vec<ArticleId> = pages.iter().filter_map(|page| numbers.get(page.as_str()).copied()).collect();
            let (Some(first), Some(page)) = (on.first().copied(), pages.first()) else { continue };
            let comment = words.clone();
            let command = match verb {
                Verb::Adds | Verb::Rewords => {
                    let done = changed.entry(page.as_str()).or_default();
                    *done += 1;
                    let last = finals.get(page.as_str()).map(String::as_str).unwrap_or_default();
                    let body = vec![Value::from(self.as_of(page, last, *done))];
                    KnowledgeCommand::Edit {
                        on: first.into(),
                        set: Content::from([(ArticleField::Body, body)]),
                        settled: Vec::new(),
                    }
                }
                Verb::Reviews => KnowledgeCommand::Review { on, comment },
                Verb::Retires => KnowledgeCommand::Advance { on, to: String::from("retired"), at: None },
                Verb::Flags => KnowledgeCommand::Flag { on: first, comment },
                Verb::Helped => KnowledgeCommand::Rate { on: first, helped: true, comment },
                Verb::Failed => KnowledgeCommand::Rate { on: first, helped: false, comment },
            };
            let (at, command) = (working_time(hours, *ago, nth), Command::Knowledge(command));
            steps.push(Step { at, who: who.clone(), command, reason: None });
        }
        steps
    }

    /// Lets most tickets of a story be resolved with an article that was published by then.
    fn use_them(&self, births: &[Birth], parts: &[Part], steps: &mut [Step], dice: &mut fastrand::Rng) {
        let known: Vec<(ArticleId, &Birth)> = (1..).map(ArticleId).zip(births).collect();
        for step in steps {
            let Some((ticket, set)) = resolves(&step.command) else { continue };
            let Some(part) = parts.iter().find(|part| part.id == ticket) else { continue };
            let by_then =
                |birth: &Birth| birth.is_published_by(step.at) && birth.entry.helps.iter().any(|h| is_of(part, h));
            let fitting: Vec<ArticleId> = known.iter().filter(|(_, birth)| by_then(birth)).map(|(id, _)| *id).collect();
            if let Some(on) = dice.choice(&fitting).copied()
                && dice.u8(0..10) < 7
            {
                let resolve = Some(set.clone());
                step.command = Command::Knowledge(KnowledgeCommand::Use { on, tickets: vec![ticket], resolve });
            }
        }
    }
}

impl Birth<'_> {
    fn is_old(&self) -> bool {
        self.at == Timestamp(0)
    }

    /// Somebody reads it once more before it is published.
    fn published(&self, hours: &Hours) -> Timestamp {
        self.at.plus(2 * HOUR).min(hours.moment.now.plus(-3 * MINUTE)).max(self.at.plus(MINUTE))
    }

    fn is_published_by(&self, at: Timestamp) -> bool {
        self.at.plus(3 * HOUR) < at
    }

    /// It is written, and led to where it stands.
    fn steps(&self, id: ArticleId, mut set: Content, to: Option<String>, stage: &Stage, hours: &Hours) -> Vec<Step> {
        set.remove(&ArticleField::Source);
        set.remove(&ArticleField::Hash);
        let owner = set.get(&ArticleField::Owner).and_then(|values| values.first()?.int());
        let owner = stage.people.iter().find(|(_, person)| Some(**person) == owner).map(|(login, _)| login.clone());
        let who = self.who.clone().or(owner).unwrap_or_else(|| String::from(SECOND));
        let step = |at, command| Step { at, who: who.clone(), command: Command::Knowledge(command), reason: None };
        let mut steps = vec![step(self.at, KnowledgeCommand::Write { set, cite: self.cite.clone() })];
        let at = self.entry.tomorrow.then(|| hours.moment.now.plus(WHOLE_DAY));
        let advance = to.map(|to| KnowledgeCommand::Advance { on: vec![id], to, at });
        steps.extend(advance.map(|advance| step(self.published(hours), advance)));
        steps
    }
}

/// An article's fields as an import reads them, and the state to which it leads it.
struct Planned {
    set: Content,
    to: Option<String>,
}

/// What an import of all pages would do: it reads their front matter and turns links between pages into links between articles.
fn commands(
    stage: &Stage,
    company: &Company,
    parts: &[Part],
    hours: &Hours,
    births: &[Birth],
) -> Result<Vec<Planned>, Refusal> {
    let reader = stage.store.read()?;
    let mut folder = Folder { name: String::from(WIKI), ..Folder::default() };
    for birth in births {
        let name = &birth.entry.page;
        let text = pages::page(name).ok_or_else(|| Refusal::Damaged(format!("knowledge.toml: no page {name}")))?;
        let text = relinked(text, &mut |to, _| match to.split_once(':')? {
            ("ci", name) => reader.find_ci(name).ok().map(|id| id.number()),
            ("ticket", scene) => number(parts, scene),
            _ => None,
        });
        folder.pages.push((format!("{name}.md"), text));
    }
    let plan = plan_pages(&reader, &folder, &company.author(IMPORTER, &stage.founder), &hours.moment)?;
    if let Some(warning) = plan.warnings.first() {
        return Err(Refusal::Damaged(format!("the demo's articles: {warning}")));
    }
    let Some(Command::Knowledge(KnowledgeCommand::Import { all, .. })) = plan.command() else { return Ok(Vec::new()) };
    let mut planned: Vec<Planned> = Vec::new();
    for command in all {
        match (command, planned.last_mut()) {
            (KnowledgeCommand::Write { set, .. }, _) => planned.push(Planned { set, to: None }),
            (KnowledgeCommand::Advance { to, .. }, Some(last)) => last.to = Some(to),
            _ => {}
        }
    }
    Ok(planned)
}

/// The number that the ticket of a scene will have: they are given in the order of the parts, each kind its own.
fn number(parts: &[Part], scene: &str) -> Option<String> {
    let part = parts.iter().find(|part| part.story.name.as_deref() == Some(scene))?;
    let kind = part.story.kind();
    let before = parts.iter().filter(|other| other.story.kind() == kind && other.id <= part.id).count();
    Some(crate::desk::id::Number { kind, n: i64::try_from(before).ok()? }.to_string())
}

/// A text without the section under a heading of that name.
fn without(text: &str, heading: &str) -> String {
    let outline = outline(text);
    let Some(at) = outline.iter().position(|known| known.text.trim() == heading) else { return text.to_owned() };
    let Some(found) = outline.get(at) else { return text.to_owned() };
    let next = outline.iter().skip(at + 1).find(|next| next.level <= found.level);
    let (before, rest) = text.split_at(found.range.start);
    let after = next.and_then(|next| rest.get(next.range.start - found.range.start..)).unwrap_or_default();
    format!("{}\n\n{after}", before.trim_end()).trim_end().to_owned() + "\n"
}

/// So many working days ago, each deed at its own minute.
fn working_time(hours: &Hours, ago: i64, nth: usize) -> Timestamp {
    let spread = 12 + i64::try_from(nth).unwrap_or(0) * 7 % 180;
    hours.at((hours.now - ago * DAY - spread).max(hours.first - 2 * DAY))
}

/// Once a week, and today, what is due is called for review.
fn falls(hours: &Hours) -> impl Iterator<Item = Step> {
    let today = hours.now / DAY;
    let days = (hours.first / DAY + 1..=today).filter(move |day| (today - day) % 5 == 0);
    let morning = days.map(|day| hours.opening(day).plus(-2 * HOUR)).filter(|at| *at <= hours.moment.now);
    morning.map(|at| Step {
        at,
        who: String::from("nightly"),
        command: Command::Knowledge(KnowledgeCommand::Fall { now: at }),
        reason: None,
    })
}

fn is_of(part: &Part, title: &str) -> bool {
    part.story.title.first().is_some_and(|first| first == title)
}

fn finds_cause(command: &Command, problem: TicketId) -> bool {
    matches!(command, Command::Edit { on, set, .. } if on.iter().any(|target| target.id == problem) && set.contains_key(&Field::RootCause))
}

/// The ticket that a command resolves by itself, and what with.
fn resolves(command: &Command) -> Option<(TicketId, &crate::desk::field::Edit)> {
    match command {
        Command::Move { on, to, set, children: false } if matches!(to.as_str(), "resolved" | "fulfilled") => {
            let [target] = on.as_slice() else { return None };
            Some((target.id, set))
        }
        _ => None,
    }
}

/// When tickets are resolved, for the last time.
fn resolved(steps: &[Step]) -> BTreeMap<TicketId, Timestamp> {
    steps.iter().filter_map(|step| Some((resolves(&step.command)?.0, step.at))).collect()
}
