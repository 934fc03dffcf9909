//! What the CMDB tab asks the desk, and what it is told: lists, a CI with everything, what it reaches, what happened to it.
//!
//! Names and words are looked up here, beside the desk, so that the screens draw what they have and ask for nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::cmdb::{Ci, CiQuery, CiTerm, CmdbCommand, Common, Facts, FieldOf, Phase, State, Test, Type};
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, Seq, TeamId, TicketId};
use crate::desk::query::Expr;
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp, parse_time};
use crate::store::{Asker, ChangedRow, CiCursor, CiRow, CiSheet, Concerned, Reach, Reader, Related};
use crate::tui::effect::CiWish;

/// At most so many of what is reached are told one by one; all of them count.
const TOLD: usize = 2_000;
/// At most so many entries of a CI's history.
const ENTRIES: usize = 200;

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

/// A CI with everything, as it is read.
pub(crate) fn record(reader: &Reader, asker: &Asker, id: CiId) -> Result<Record, Refusal> {
    let sheet = reader.ci_sheet(id)?;
    let fields = given(reader, &sheet, &asker.moment)?;
    let duplicates = duplicates(reader, asker, &sheet.ci)?;
    let health = health(reader, &sheet, &fields, &duplicates, &asker.moment)?;
    Ok(Record { sheet, fields, health, duplicates })
}

fn given(reader: &Reader, sheet: &CiSheet, moment: &Moment) -> Result<Vec<Given>, Refusal> {
    let (ci, model) = (&sheet.ci, &reader.rules().cmdb);
    let required: BTreeSet<&str> = model.classes.required(&ci.class).collect();
    let recommended: BTreeSet<&str> = model.classes.recommended(&ci.class).collect();
    let attributes = model.classes.attributes(&ci.class).into_iter().map(FieldOf::Attribute);
    let all = Common::ALL.into_iter().map(FieldOf::Common).chain(attributes);
    all.map(|field| {
        let name = field.name();
        let (text, typed) = match field {
            FieldOf::Common(Common::Location) => {
                let path: Vec<&str> = sheet.location.iter().rev().map(|(_, name)| name.as_str()).collect();
                let nearest = sheet.location.first().map(|(_, name)| name.clone()).unwrap_or_default();
                (path.join(" / "), nearest)
            }
            _ => {
                let values = ci.values(name);
                let shown = values.iter().map(|value| shown(reader, ci, field, value, moment));
                let typed = values.iter().map(|value| typed(reader, ci, field, value));
                (
                    shown.collect::<Result<Vec<_>, Refusal>>()?.join(", "),
                    typed.collect::<Result<Vec<_>, Refusal>>()?.join(", "),
                )
            }
        };
        Ok(Given {
            name: name.to_owned(),
            label: field.label().to_owned(),
            text,
            typed,
            required: required.contains(name) || name == Common::Name.name(),
            recommended: recommended.contains(name),
        })
    })
    .collect()
}

fn shown(reader: &Reader, ci: &Ci, field: FieldOf, value: &Value, moment: &Moment) -> Result<String, Refusal> {
    match (field.holds(), value.int()) {
        (Type::Time, Some(at)) => Ok(Timestamp(at).local(moment.zone)),
        _ => reader.shown_fact(ci, field.name(), value),
    }
}

/// A value as one would type it: keys and logins in place of names, numbers without units.
fn typed(reader: &Reader, ci: &Ci, field: FieldOf, value: &Value) -> Result<String, Refusal> {
    Ok(match (field, field.holds(), value.int()) {
        (FieldOf::Common(Common::Class), ..) => ci.class.clone(),
        (_, Type::Person, Some(id)) => reader.person(PersonId(id))?.map(|one| one.login).unwrap_or_default(),
        (_, Type::Team, Some(id)) => {
            let teams = reader.teams()?;
            teams.into_iter().find(|team| team.id == TeamId(id)).map(|team| team.key).unwrap_or_default()
        }
        (_, Type::Ci, Some(id)) => CiId(id).number(),
        (FieldOf::Attribute(attribute), ..) => attribute.plain(value),
        _ => reader.shown_fact(ci, field.name(), value)?,
    })
}

/// Others that bear the same serial, asset tag, MAC address or UUID.
fn duplicates(reader: &Reader, asker: &Asker, ci: &Ci) -> Result<Vec<(CiId, String, String)>, Refusal> {
    let mut found: Vec<(CiId, String, String)> = Vec::new();
    for name in ["serial", "asset_tag", "mac", "uuid"] {
        for text in ci.values(name).iter().filter_map(Value::text) {
            let any = vec![Test::Is(text.to_owned())];
            let term = match Common::named(name) {
                Some(field) => CiTerm::Common { field, any },
                None => CiTerm::Attribute { name: name.to_owned(), any },
            };
            let query = CiQuery { filter: Some(Expr::Term(term)), sort: None };
            for other in reader.cis(&query, asker, None, 5)?.rows {
                if other.id != ci.id && !found.iter().any(|(id, ..)| *id == other.id) {
                    found.push((other.id, other.name, format!("the same {} {text}", name.replace('_', " "))));
                }
            }
        }
    }
    Ok(found)
}

/// What is not as it should be, in words.
fn health(
    reader: &Reader,
    sheet: &CiSheet,
    fields: &[Given],
    duplicates: &[(CiId, String, String)],
    moment: &Moment,
) -> Result<Vec<String>, Refusal> {
    let ci = &sheet.ci;
    let mut told = Vec::new();
    let lacking = |wanted: fn(&Given) -> bool| -> Vec<&str> {
        fields.iter().filter(|one| wanted(one) && one.text.is_empty()).map(|one| one.label.as_str()).collect()
    };
    let required = lacking(|one| one.required);
    if !required.is_empty() {
        told.push(format!("required and missing: {}", required.join(", ")));
    }
    let recommended = lacking(|one| one.recommended && !one.required);
    if !recommended.is_empty() {
        told.push(format!("recommended and missing: {}", recommended.join(", ")));
    }
    for (source, name, found, now) in reader.drift(ci)? {
        let words = |values: &[Value]| -> Result<String, Refusal> {
            let words = values.iter().map(|value| reader.shown_fact(ci, &name, value));
            Ok(words.collect::<Result<Vec<_>, _>>()?.join(", "))
        };
        let label = reader.rules().cmdb.field(&ci.class, &name).map_or(name.as_str(), |field| field.label());
        let now = words(&now)?;
        let now = if now.is_empty() { String::from("nothing") } else { now };
        told.push(format!("{source} found {label} {}, the record says {now}", words(&found)?));
    }
    let days = |at: Timestamp| moment.now.since(at) / 86_400_000;
    if let Some(seen) = ci.seen.filter(|at| days(*at) > i64::from(reader.rules().cmdb.statuses.stale_after))
        && ci.phase != Phase::Gone
    {
        told.push(format!("stale: no inventory has found it for {} days", days(seen)));
    }
    told.extend(duplicates.iter().map(|(id, name, why)| format!("duplicate? {} {name} has {why}", id.number())));
    if sheet.relations.is_empty() && ci.phase == Phase::Live {
        told.push(String::from("it stands alone: no relation to anything"));
    }
    Ok(told)
}

fn reached(reader: &Reader, of: &[CiId], reach: Reach, depth: u32) -> Result<Reached, Refusal> {
    let impact = reader.impact(of, reach, depth)?;
    let classes = &reader.rules().cmdb.classes;
    let mut names: BTreeMap<CiId, String> = BTreeMap::new();
    let mut roots = Vec::new();
    for id in &impact.roots {
        let name = reader.ci_name(*id)?.unwrap_or_else(|| id.number());
        names.insert(*id, name.clone());
        roots.push((*id, name));
    }
    let by: BTreeMap<CiId, CiId> = impact.hits.iter().map(|hit| (hit.ci, hit.by.from)).collect();
    let mut tell: BTreeMap<String, usize> = BTreeMap::new();
    let mut tickets: Vec<(Concerned, String)> = Vec::new();
    let mut seen: BTreeSet<TicketId> = BTreeSet::new();
    let mut hits = Vec::new();
    for hit in impact.hits.iter().take(TOLD) {
        let ci = reader.ci(hit.ci)?;
        let class = classes.label(&ci.class).to_owned();
        let service = classes.is(&ci.class, "service_level");
        names.insert(hit.ci, ci.name.clone());
        // What is needed need not be told to those who run it.
        if reach == Reach::Down {
            if let Some(person) = ci.contact.or(ci.holder) {
                let name = reader.person(person)?.map(|one| one.name).unwrap_or_default();
                *tell.entry(name).or_default() += 1;
            }
            if let Some(team) = ci.team {
                let name = reader.shown_fact(&ci, "team", &Value::Int(team.0))?;
                *tell.entry(format!("team {name}")).or_default() += 1;
            }
        }
        hits.push(Struck {
            id: hit.ci,
            name: ci.name,
            class,
            service,
            state: hit.state,
            by: hit.by.from,
            path: Vec::new(),
        });
    }
    for id in impact.roots.iter().copied().chain(hits.iter().map(|hit| hit.id)) {
        let on = names.get(&id).cloned().unwrap_or_default();
        let concerned = reader.concerned(id)?;
        tickets.extend(concerned.into_iter().filter(|one| seen.insert(one.id)).map(|one| (one, on.clone())));
    }
    for hit in &mut hits {
        hit.path = way(hit.id, &by).iter().filter_map(|id| names.get(id).cloned()).collect();
    }
    let mut tell: Vec<(String, usize)> = tell.into_iter().collect();
    tell.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(Reached { roots, reach, depth, total: impact.hits.len(), hits, more: impact.more, tell, tickets })
}

/// The way from a CI back to where failure began.
fn way(ci: CiId, by: &BTreeMap<CiId, CiId>) -> Vec<CiId> {
    let mut way = vec![ci];
    let mut at = ci;
    while let Some(from) = by.get(&at) {
        // No way turns in a circle; the bound is for one that lies.
        if way.len() > by.len() {
            break;
        }
        at = *from;
        way.push(at);
    }
    way
}

/// What happened to a CI, the newest first.
pub(crate) fn history(reader: &Reader, id: CiId) -> Result<Vec<Happening>, Refusal> {
    let ci = reader.ci(id)?;
    let changes = reader.changes_of_ci(id, Seq(0))?;
    let names = reader.attribute_names(&changes)?;
    let mut by: BTreeMap<Seq, Vec<ChangedRow>> = BTreeMap::new();
    for change in changes {
        by.entry(change.seq).or_default().push(change);
    }
    let mut told = Vec::new();
    for (seq, rows) in by.into_iter().rev().take(ENTRIES) {
        let entry = reader.transaction(seq)?;
        let mut changes = Vec::new();
        for row in &rows {
            changes.extend(in_words(reader, &ci, row, names.get(&row.row).map(String::as_str))?);
        }
        let software = rows.iter().filter(|row| row.table == "install").count();
        if software > 0 {
            let after = format!("{software} titles changed");
            changes.push(Changed { name: "software".into(), label: "Software".into(), before: String::new(), after });
        }
        let who = match &entry.via {
            Some(via) => format!("{} (by {via})", entry.author),
            None => entry.author,
        };
        told.push(Happening {
            seq,
            at: entry.at,
            who,
            verb: entry.verb,
            reason: entry.reason,
            undone: entry.undone_by.is_some(),
            changes,
        });
    }
    Ok(told)
}

fn in_words(reader: &Reader, ci: &Ci, row: &ChangedRow, attribute: Option<&str>) -> Result<Vec<Changed>, Refusal> {
    let model = &reader.rules().cmdb;
    let word = |name: &str, value: &Value| match value.given() {
        true => reader.shown_fact(ci, name, value),
        false => Ok(String::new()),
    };
    let label = |name: &str| model.field(&ci.class, name).map_or(name.to_owned(), |field| field.label().to_owned());
    let told = |name: &str, before: &Value, after: &Value| -> Result<Changed, Refusal> {
        Ok(Changed {
            name: name.to_owned(),
            label: label(name),
            before: word(name, before)?,
            after: word(name, after)?,
        })
    };
    let image = |column: &str| {
        let of = |image: &Option<BTreeMap<String, Value>>| {
            image.as_ref().and_then(|image| image.get(column)).cloned().unwrap_or_default()
        };
        (of(&row.before), of(&row.after))
    };
    match row.table.as_str() {
        "ci" => {
            // What an inventory only saw again is no change of the CI.
            let own =
                row.columns().filter(|(name, ..)| Common::named(name).is_some_and(|common| !common.is_given_by_desk()));
            let own: Vec<_> = own.filter(|(_, before, after)| before.given() || after.given()).collect();
            own.into_iter().map(|(name, before, after)| told(name, &before, &after)).collect()
        }
        "attribute" => {
            let Some(name) = attribute else { return Ok(Vec::new()) };
            let (before, after) = image("value");
            Ok(vec![told(name, &before, &after)?])
        }
        "relation" => {
            let (before, after) = image("type");
            let kind = if after.given() { &after } else { &before };
            let Some(kind) = kind.text().and_then(|name| model.relations.get(name)) else { return Ok(Vec::new()) };
            let end = |column: &str| {
                let (before, after) = image(column);
                after.int().or(before.int()).map(CiId)
            };
            let (Some(from), Some(to)) = (end("ci"), end("other")) else { return Ok(Vec::new()) };
            let reverse = from != ci.id;
            let other = if reverse { from } else { to };
            let name = reader.ci_name(other)?.unwrap_or_else(|| other.number());
            let (was, is) = if row.after.is_some() { (String::new(), name) } else { (name, String::new()) };
            let label = kind.reading(reverse).to_owned();
            Ok(vec![Changed { name: kind.name.clone(), label, before: was, after: is }])
        }
        "redundancy" => {
            let (before, after) = image("need");
            let text = |value: &Value| value.text().unwrap_or_default().to_owned();
            let label = String::from("How many must stand");
            Ok(vec![Changed { name: "need".into(), label, before: text(&before), after: text(&after) }])
        }
        _ => Ok(Vec::new()),
    }
}

/// Why a field of a CI is what it is, as lines to read.
pub(crate) fn why(reader: &Reader, id: CiId, name: &str, moment: &Moment) -> Result<(String, Vec<String>), Refusal> {
    let ci = reader.ci(id)?;
    let label = reader.rules().cmdb.field(&ci.class, name).map_or(name, |field| field.label()).to_owned();
    let word = |value: &Value| reader.shown_fact(&ci, name, value);
    let now = ci.values(name).iter().map(word).collect::<Result<Vec<_>, _>>()?.join(", ");
    let face = |text: &str| if text.is_empty() { String::from("nothing") } else { text.to_owned() };
    let mut lines = Vec::new();
    if ci.locked.iter().any(|field| field == name) {
        lines.push(String::from("kept by hand: no inventory overwrites it"));
    }
    for sighting in reader.sightings(id)? {
        if let Some(found) = sighting.found.get(name) {
            let found = found.iter().map(word).collect::<Result<Vec<_>, _>>()?.join(", ");
            lines.push(format!(
                "{} last found {} on {}",
                sighting.source,
                face(&found),
                sighting.at.local(moment.zone)
            ));
        }
    }
    let wanted = if name == Common::Location.name() { "located_in" } else { name };
    let mut never = true;
    for entry in history(reader, id)? {
        for change in entry.changes.iter().filter(|change| change.name == wanted) {
            never = false;
            let undone = if entry.undone { ", taken back since" } else { "" };
            lines.push(String::new());
            lines.push(format!(
                "{}  {}  entry {}, {}{undone}",
                entry.at.local(moment.zone),
                entry.who,
                entry.seq,
                entry.verb
            ));
            lines.push(format!("  {} → {}", face(&change.before), face(&change.after)));
            lines.extend(entry.reason.as_ref().map(|reason| format!("  because: {reason}")));
        }
    }
    if never {
        lines.push(String::from("nobody ever changed it"));
    }
    Ok((format!("{} {label}: {}", id.number(), face(&now)), lines))
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
