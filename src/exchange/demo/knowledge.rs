//! What the company of the demo desk knows: hand-written pages (`assets/demo/knowledge/`) and what happened to them.
//!
//! Those of the former wiki come in one import when the desk is founded. The others are written by their owners, from tickets
//! that taught them something; known errors when the root cause of their problem is found. Later tickets of the same stories
//! are resolved with them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::desk::command::{Command, TaskChange};
use crate::desk::field::{Edit, Value};
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{ArticleField, Content, KnowledgeCommand};
use crate::desk::refusal::Refusal;
use crate::desk::time::{HOUR, MINUTE, Timestamp};
use crate::exchange::demo::birth::{Birth, births};
use crate::exchange::demo::cast::Part;
use crate::exchange::demo::company::Company;
use crate::exchange::demo::hours::{DAY, Hours};
use crate::exchange::demo::stage::{Stage, Step};
use crate::text::markdown::outline;

static KNOWLEDGE: &str = include_str!("../../../assets/demo/knowledge.toml");

/// The folder of the former wiki, and who took it in; who publishes what its importer may not.
pub(super) const WIKI: &str = "wiki";
pub(super) const IMPORTER: &str = "h.steiner";
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
pub(super) struct Entry {
    pub(super) page: String,
    pub(super) ago: Option<i64>,
    #[serde(default)]
    pub(super) helps: Vec<String>,
    pub(super) problem: Option<String>,
    pub(super) review: Option<i64>,
    #[serde(default)]
    pub(super) tomorrow: bool,
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
        let births = births(&self.articles, stage, company, parts, hours, steps)?;
        use_them(&births, parts, steps, &mut fastrand::Rng::with_seed(stage.seed));
        steps.extend(follow_them(&births, parts, hours, steps));
        let (mut wiki, mut unpublished) = (Vec::new(), Vec::new());
        for birth in &births {
            let set = birth.fields(self.as_of(birth, 0), hours);
            if birth.is_old() {
                wiki.push(KnowledgeCommand::Write { set, cite: Vec::new() });
                unpublished.extend(Some(birth.id).filter(|_| birth.to.as_deref() != Some(PUBLISHED)));
                wiki.extend(birth.to.clone().map(|to| KnowledgeCommand::Advance { on: vec![birth.id], to, at: None }));
            } else {
                steps.extend(birth.steps(set, stage, hours));
            }
        }
        let import = KnowledgeCommand::Import { from: String::from(WIKI), next: ArticleId(1), all: wiki };
        let publish = KnowledgeCommand::Advance { on: unpublished, to: String::from(PUBLISHED), at: None };
        for (who, command) in [(IMPORTER, import), (SECOND, publish)] {
            let author = company.author(who, &stage.founder);
            stage.execute(Command::Knowledge(command), &author, None)?;
        }
        steps.extend(self.later(&births, hours));
        steps.extend(self.in_vain(hours));
        steps.extend(falls(hours));
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
            let text = crate::exchange::demo::pages::page(&entry.page)?;
            let line = text.lines().find_map(|line| line.strip_prefix("title: "))?;
            Some(line.trim_matches('"').to_owned())
        });
        titles.filter_map(|title| reader.find_article(&title).ok()).collect()
    }

    /// What an article says when only so many of the deeds that change its text are done.
    fn as_of(&self, birth: &Birth, done: usize) -> String {
        let changes = self.deeds.iter().filter(|deed| deed.3.contains(&birth.entry.page));
        let changes: Vec<_> = changes.filter(|deed| matches!(deed.2, Verb::Adds | Verb::Rewords)).collect();
        let last = birth.body().to_owned();
        changes.into_iter().skip(done).rev().fold(last, |text, (_, _, verb, _, words)| match words.split_once(" => ") {
            Some((now, before)) if *verb == Verb::Rewords => text.replacen(now, before, 1),
            _ => without(&text, words),
        })
    }

    /// What is done with articles after they were written.
    fn later(&self, births: &[Birth], hours: &Hours) -> Vec<Step> {
        let mut changed: BTreeMap<ArticleId, usize> = BTreeMap::new();
        let mut steps = Vec::new();
        for (nth, (ago, who, verb, pages, words)) in self.deeds.iter().enumerate() {
            let named: Vec<&Birth> = births.iter().filter(|birth| pages.contains(&birth.entry.page)).collect();
            let Some(first) = named.first() else { continue };
            let (id, on, comment) = (first.id, named.iter().map(|birth| birth.id).collect(), words.clone());
            let command = match verb {
                Verb::Adds | Verb::Rewords => {
                    let done = changed.entry(id).or_default();
                    *done += 1;
                    let body = vec![Value::from(self.as_of(first, *done))];
                    KnowledgeCommand::Edit {
                        on: id.into(),
                        set: Content::from([(ArticleField::Body, body)]),
                        settled: Vec::new(),
                    }
                }
                Verb::Reviews => KnowledgeCommand::Review { on, comment },
                Verb::Retires => KnowledgeCommand::Advance { on, to: String::from("retired"), at: None },
                Verb::Flags => KnowledgeCommand::Flag { on: id, comment },
                Verb::Helped => KnowledgeCommand::Rate { on: id, helped: true, comment },
                Verb::Failed => KnowledgeCommand::Rate { on: id, helped: false, comment },
            };
            steps.push(step(working_time(hours, *ago, nth), who, command));
        }
        steps
    }

    /// What was looked for and not found.
    fn in_vain(&self, hours: &Hours) -> impl Iterator<Item = Step> {
        self.gaps.iter().enumerate().map(|(nth, (ago, who, words))| {
            let missed = KnowledgeCommand::Missed { words: words.clone() };
            step(working_time(hours, *ago, 200 + nth), who, missed)
        })
    }
}

impl Entry {
    /// Whether a ticket tells one of the stories that it helps with.
    pub(super) fn helps_with(&self, part: &Part) -> bool {
        part.story.title.first().is_some_and(|title| self.helps.contains(title))
    }
}

/// Lets most tickets of a story be resolved with an article that was there by then.
fn use_them(births: &[Birth], parts: &[Part], steps: &mut [Step], dice: &mut fastrand::Rng) {
    for step in steps {
        let Some((ticket, set)) = resolves(&step.command) else { continue };
        let Some(part) = parts.iter().find(|part| part.id == ticket) else { continue };
        let fits = |birth: &&Birth| birth.is_known_by(step.at) && birth.entry.helps_with(part);
        let fitting: Vec<ArticleId> = births.iter().filter(fits).map(|birth| birth.id).collect();
        if let Some(on) = dice.choice(&fitting).copied()
            && dice.u8(0..10) < 7
        {
            let resolve = Some(set.clone());
            step.command =
                Command::Knowledge(KnowledgeCommand::Use { on, tickets: vec![ticket.into()], resolve, to: None });
        }
    }
}

/// Lets who works on a ticket today follow the runbook for it: the first two of its steps are done.
fn follow_them(births: &[Birth], parts: &[Part], hours: &Hours, steps: &[Step]) -> Vec<Step> {
    let mut followed = Vec::new();
    for part in parts.iter().filter(|part| part.ends == "in_progress") {
        let begins = |step: &&Step| match &step.command {
            Command::Move { on, to, .. } => to == "in_progress" && on.iter().any(|on| on.id == part.id),
            _ => false,
        };
        let fits = |birth: &&Birth, at| birth.is_runbook() && birth.is_known_by(at) && birth.entry.helps_with(part);
        let Some(begun) = steps.iter().find(begins).filter(|step| step.at < hours.moment.now.plus(-15 * MINUTE)) else {
            continue;
        };
        let Some(birth) = births.iter().find(|birth| fits(birth, begun.at)) else { continue };
        let follow = KnowledgeCommand::Follow { on: birth.id, ticket: part.id };
        followed.push(step(begun.at.plus(MINUTE), &begun.who, follow));
        let own = i64::try_from(part.story.tasks.len()).unwrap_or(0);
        for (nth, minutes) in [(1, 4), (2, 11)] {
            let command = Command::Task { on: part.id, change: TaskChange::Done(own + nth, true) };
            let at = begun.at.plus(minutes * MINUTE);
            followed.push(Step { at, who: begun.who.clone(), command, reason: None });
        }
    }
    followed
}

fn step(at: Timestamp, who: &str, command: KnowledgeCommand) -> Step {
    Step { at, who: who.to_owned(), command: Command::Knowledge(command), reason: None }
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
pub(super) fn working_time(hours: &Hours, ago: i64, nth: usize) -> Timestamp {
    let spread = 12 + i64::try_from(nth).unwrap_or(0) * 7 % 180;
    hours.at((hours.now - ago * DAY - spread).max(hours.first - 2 * DAY))
}

/// Once a week, and today, what is due is called for review.
fn falls(hours: &Hours) -> impl Iterator<Item = Step> {
    let today = hours.now / DAY;
    let days = (hours.first / DAY + 1..=today).filter(move |day| (today - day) % 5 == 0);
    let mornings = days.map(|day| hours.opening(day).plus(-2 * HOUR)).filter(|at| *at <= hours.moment.now);
    mornings.map(|at| step(at, "nightly", KnowledgeCommand::Fall { now: at }))
}

/// The ticket that a command resolves by itself, and what with.
pub(super) fn resolves(command: &Command) -> Option<(TicketId, &Edit)> {
    match command {
        Command::Move { on, to, set, children: false } if matches!(to.as_str(), "resolved" | "fulfilled") => {
            let [target] = on.as_slice() else { return None };
            Some((target.id, set))
        }
        _ => None,
    }
}
