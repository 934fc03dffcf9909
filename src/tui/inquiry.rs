//! What the CMDB tab asks the desk, and what it is told: lists, a CI with everything, what it reaches, what happened to it.
//!
//! Names and words are looked up here, beside the desk, so that the screens draw what they have and ask for nothing.

pub mod calendar;
mod history;
mod impact;
pub mod knowledge;
mod record;

use std::collections::BTreeMap;

use crate::desk::cmdb::{CiQuery, CmdbCommand, Common, Facts, Phase, State};
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, Seq};
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp, parse_time};
use crate::store::{Asker, CiCursor, CiRow, CiSheet, Concerned, Reach, Reader, Related};
use crate::tui::effect::CiWish;

pub(crate) use history::why;

use history::history;
use impact::reached;
use record::record;

/// A question about CIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inquiry {
    /// A page of a list, from its beginning or behind a place.
    Page {
        /// Which.
        query: CiQuery,
        /// Behind this one.
        after: Option<CiCursor>,
        /// At most.
        limit: usize,
    },
    /// How many there are.
    Total(CiQuery),
    /// How many of each class.
    Classes,
    /// A CI with everything.
    Record(CiId),
    /// The CI that a word means, to be looked at.
    Named(String),
    /// The relations of CIs, both ways.
    Branches(Vec<CiId>),
    /// What fails with these, or what these need.
    Impact {
        /// The CIs.
        of: Vec<CiId>,
        /// Which way.
        reach: Reach,
        /// Over at most so many relations.
        depth: u32,
    },
    /// What happened to a CI.
    History(CiId),
}

/// What the desk says.
#[derive(Debug)]
pub enum Told {
    /// A page.
    Page {
        /// Its CIs.
        rows: Vec<Listed>,
        /// Where the list goes on, if it does.
        next: Option<CiCursor>,
        /// Whether it goes on behind the one before.
        goes_on: bool,
    },
    /// How many the list has.
    Total(i64),
    /// How many of each class and phase.
    Classes(Vec<(String, Phase, i64)>),
    /// A CI with everything.
    Record(Box<Record>),
    /// Relations of CIs.
    Branches(Vec<(CiId, Vec<Related>)>),
    /// What is reached.
    Impact(Box<Reached>),
    /// What happened to a CI, the newest first.
    History(CiId, Vec<Happening>),
}

/// A CI in a list, with the names behind its references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The CI.
    pub row: CiRow,
    /// Where it stands.
    pub place: Option<String>,
    /// Who answers for it.
    pub contact: Option<String>,
}

/// A CI with everything, as it is read.
#[derive(Clone, Debug)]
pub struct Record {
    /// The CI and what belongs to it.
    pub sheet: CiSheet,
    /// All fields of its class in their order; those of all CIs first.
    pub fields: Vec<Given>,
    /// What is not as it should be, in words.
    pub health: Vec<String>,
    /// Others that have the same identifier: which, its name, what they share.
    pub duplicates: Vec<(CiId, String, String)>,
}

/// A field of a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its word.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What it holds, as people read it; empty where nothing is given.
    pub text: String,
    /// The same as one would type it.
    pub typed: String,
    /// Whether the class needs it.
    pub required: bool,
    /// Whether a good record has it.
    pub recommended: bool,
}

/// What a failure reaches, or what something needs.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The CIs asked about.
    pub roots: Vec<(CiId, String)>,
    /// Which way.
    pub reach: Reach,
    /// Over at most so many relations.
    pub depth: u32,
    /// What is reached, nearest first.
    pub hits: Vec<Struck>,
    /// How many that are in all.
    pub total: usize,
    /// Whether there is more behind that depth.
    pub more: bool,
    /// People and teams to tell, with how many of these they answer for.
    pub tell: Vec<(String, usize)>,
    /// Open tickets and coming changes on these, with the CI.
    pub tickets: Vec<(Concerned, String)>,
}

/// One CI that is reached.
#[derive(Clone, Debug)]
pub struct Struck {
    /// Which.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Its class, as people call it.
    pub class: String,
    /// Whether it is a service.
    pub service: bool,
    /// How bad it is.
    pub state: State,
    /// From where it came.
    pub by: CiId,
    /// The way to it: its name, and those back to where it began.
    pub path: Vec<String>,
}

/// An entry of the journal that touched a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Its place.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
    /// What kind of command.
    pub verb: String,
    /// What was done, in one line.
    pub summary: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether it was taken back since.
    pub undone: bool,
    /// What changed.
    pub changes: Vec<Changed>,
}

/// One thing that changed: before and after in words; empty is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The field's word; a relation's is its type.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// Asks the desk.
pub(crate) fn inquire(reader: &Reader, asker: &Asker, what: &Inquiry) -> Result<Told, Refusal> {
    Ok(match what {
        Inquiry::Page { query, after, limit } => {
            let page = reader.cis(query, asker, after.as_ref(), *limit)?;
            let mut people: BTreeMap<PersonId, Option<String>> = BTreeMap::new();
            let mut rows = Vec::with_capacity(page.rows.len());
            for row in page.rows {
                let contact = match row.contact.or(row.holder) {
                    Some(id) => match people.get(&id) {
                        Some(known) => known.clone(),
                        None => people.entry(id).or_insert(reader.person(id)?.map(|one| one.name)).clone(),
                    },
                    None => None,
                };
                rows.push(Listed { place: reader.ci_place(row.id)?, contact, row });
            }
            Told::Page { rows, next: page.next, goes_on: after.is_some() }
        }
        Inquiry::Total(query) => Told::Total(reader.count_cis(query, asker)?),
        Inquiry::Classes => Told::Classes(reader.class_counts()?),
        Inquiry::Record(id) => Told::Record(Box::new(record(reader, asker, *id)?)),
        Inquiry::Named(word) => {
            let digits = word.trim().parse::<i64>().ok().filter(|n| *n > 0).map(CiId);
            let id = digits.map_or_else(|| reader.find_ci(word), Ok)?;
            Told::Record(Box::new(record(reader, asker, id)?))
        }
        Inquiry::Branches(ids) => {
            let related = ids.iter().map(|id| Ok((*id, reader.related(*id)?)));
            Told::Branches(related.collect::<Result<_, Refusal>>()?)
        }
        Inquiry::Impact { of, reach, depth } => Told::Impact(Box::new(reached(reader, of, *reach, *depth)?)),
        Inquiry::History(id) => Told::History(*id, history(reader, *id)?),
    })
}

/// The command that a wish about CIs means.
pub(crate) fn understand(reader: &Reader, moment: &Moment, wish: &CiWish) -> Result<Command, Refusal> {
    let facts = |class: &str, fields: &[(String, String)]| {
        let long = |name: &str| name == Common::Description.name();
        let plain = fields.iter().filter(|(name, _)| !long(name)).map(|(name, text)| (name.as_str(), text.as_str()));
        let mut facts = reader.facts(class, plain)?;
        for (name, text) in fields.iter().filter(|(name, _)| long(name)) {
            let values = if text.trim().is_empty() { Vec::new() } else { vec![Value::from(text.as_str())] };
            facts.insert(name.clone(), values);
        }
        Ok::<_, Refusal>(facts)
    };
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        typed => match parse_time(typed, moment) {
            Some(at) => Ok(Some(moment.day_of(at.from).to_string())),
            None => Err(Refusal::rule(format!("due back takes a day: 2026-01-31, fri, 14d; not '{typed}'"))),
        },
    };
    Ok(match wish {
        CiWish::New { class, fields } => {
            Command::Cmdb(CmdbCommand::New { class: class.clone(), set: facts(class, fields)?, relate: Vec::new() })
        }
        CiWish::Edit { on, fields } => {
            let class = on.first().map(|one| reader.ci(one.id)).transpose()?.map(|ci| ci.class).unwrap_or_default();
            let set = facts(&class, fields)?;
            Command::Cmdb(CmdbCommand::Edit { on: on.clone(), set, add: Facts::new(), remove: Facts::new() })
        }
        CiWish::Relate { on, relation, reverse, other } => {
            let other = reader.find_ci(other)?;
            let mut each = on.iter().map(|one| {
                let (from, to) = if *reverse { (other, *one) } else { (*one, other) };
                Command::Cmdb(CmdbCommand::Relate { from, relation: relation.clone(), to, soft: None })
            });
            match (on.len(), each.next()) {
                (1, Some(one)) => one,
                (_, first) => Command::Each(first.into_iter().chain(each).collect()),
            }
        }
        CiWish::CheckOut { on, to, until, count } => {
            let count = match count.trim() {
                "" => None,
                typed => Some(typed.parse().map_err(|_| Refusal::rule(format!("how many? '{typed}' is no number")))?),
            };
            let to = reader.find_person(to)?.id;
            Command::Cmdb(CmdbCommand::CheckOut { on: *on, to, until: day(until)?, count })
        }
    })
}
