//! What the company of the demo desk runs: sites, power, network, storage, virtual machines, applications, licences, laptops.

use std::collections::HashMap;

use chrono::Days;
use serde::Deserialize;

use crate::desk::cmdb::{CmdbCommand, Facts, NewRelation};
use crate::desk::command::Command;
use crate::desk::refusal::Refusal;
use crate::desk::time::{DAY, Moment};
use crate::exchange::demo::company::{Asker, Company};
use crate::exchange::demo::stage::{Stage, Step};

static ESTATE: &str = include_str!("../../../assets/demo/estate.toml");

/// `assets/demo/estate.toml`, which says what its rows mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Estate {
    rows: Vec<(String, String, String, String, String, String)>,
    services: Vec<(String, String, String)>,
    changes: Vec<(i64, String, String, String)>,
}

/// One CI as the rows tell it.
struct Told<'a> {
    class: &'a str,
    name: String,
    place: String,
    team: &'a str,
    fields: String,
    relations: String,
}

impl Estate {
    pub(super) fn read() -> Result<Estate, Refusal> {
        toml::from_str(ESTATE).map_err(|error| Refusal::Damaged(format!("estate.toml: {error}")))
    }

    /// Enters all CIs, in the founder's name, and lets the services stand on them.
    pub(super) fn register(&self, stage: &mut Stage, company: &Company, moment: &Moment) -> Result<(), Refusal> {
        let askers = company.askers();
        let mut holders = Holders { askers: &askers, next: HashMap::new() };
        for row in &self.rows {
            for told in expand(row) {
                let of = |error: Refusal| Refusal::Damaged(format!("estate.toml: {}: {error}", told.name));
                self.enter(stage, &told, &mut holders, moment).map_err(of)?;
            }
        }
        for (service, relation, other) in &self.services {
            let of = |error: Refusal| Refusal::Damaged(format!("estate.toml: service {service}: {error}"));
            let (other, soft) = softness(other);
            let (from, to) = {
                let reader = stage.store.read()?;
                (reader.find_ci(service).map_err(of)?, reader.find_ci(other).map_err(of)?)
            };
            stage.cmdb(CmdbCommand::Relate { from, relation: relation.clone(), to, soft })?;
        }
        Ok(())
    }

    fn enter(
        &self,
        stage: &mut Stage,
        told: &Told<'_>,
        holders: &mut Holders<'_>,
        moment: &Moment,
    ) -> Result<(), Refusal> {
        let mut typed: Vec<(String, String)> = vec![(String::from("name"), told.name.clone())];
        for (name, value) in [("location", told.place.as_str()), ("team", told.team)] {
            if !value.is_empty() {
                typed.push((name.to_owned(), value.to_owned()));
            }
        }
        for (name, value) in parts(&told.fields).filter_map(|part| part.split_once('=')) {
            let value = if value == "{&}" { holders.next(&told.name) } else { dated(value, moment) };
            typed.push((name.to_owned(), value));
        }
        let (set, relate, rest) = {
            let reader = stage.store.read()?;
            let set: Facts =
                reader.facts(told.class, typed.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
            let mut relate = Vec::new();
            let mut rest = Vec::new();
            for part in parts(&told.relations) {
                let Some((relation, other)) = part.split_once(' ') else { continue };
                let (other, soft) = softness(other);
                match (relation, soft) {
                    ("need", _) => rest.push(part),
                    (_, Some(_)) => rest.push(part),
                    (_, None) => {
                        let (kind, reverse) = reader.rules().cmdb.relations.find(relation).map_err(Refusal::Rule)?;
                        relate.push(NewRelation { relation: kind.name.clone(), reverse, to: reader.find_ci(other)? });
                    }
                }
            }
            (set, relate, rest)
        };
        let made = stage.cmdb(CmdbCommand::New { class: told.class.to_owned(), set, relate })?;
        let Some(id) = made.cis.first().copied() else { return Ok(()) };
        for part in rest {
            let Some((relation, other)) = part.split_once(' ') else { continue };
            let command = match (relation, other.split_once(' ')) {
                ("need", Some((relation, need))) => {
                    let need = Some(need.parse().map_err(Refusal::Rule)?);
                    CmdbCommand::Redundancy { on: id, relation: relation.to_owned(), need }
                }
                _ => {
                    let (other, soft) = softness(other);
                    let to = stage.store.read()?.find_ci(other)?;
                    CmdbCommand::Relate { from: id, relation: relation.to_owned(), to, soft }
                }
            };
            stage.cmdb(command)?;
        }
        Ok(())
    }

    /// What happened to them since.
    pub(super) fn steps(&self, stage: &Stage, moment: &Moment) -> Result<Vec<Step>, Refusal> {
        let reader = stage.store.read()?;
        let mut steps = Vec::new();
        for (ago, who, name, fields) in &self.changes {
            let id = reader.find_ci(name)?;
            let class = reader.ci(id)?.class;
            let typed: Vec<(&str, &str)> = parts(fields).filter_map(|part| part.split_once('=')).collect();
            let set = reader.facts(&class, typed)?;
            let (add, remove) = (Facts::new(), Facts::new());
            let command = Command::Cmdb(CmdbCommand::Edit { on: vec![id.into()], set, add, remove });
            steps.push(Step { at: moment.now.plus(-ago * DAY), who: who.clone(), command, reason: None });
        }
        Ok(steps)
    }
}

/// The people of a site, one after the other.
struct Holders<'a> {
    askers: &'a [Asker],
    next: HashMap<String, usize>,
}

impl Holders<'_> {
    /// The login of the next person of the site whose code begins a name.
    fn next(&mut self, name: &str) -> String {
        let code = name.split('-').next().unwrap_or_default();
        let there: Vec<&Asker> = self.askers.iter().filter(|asker| asker.site == code).collect();
        let kind: String = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let next = self.next.entry(kind).or_default();
        *next += 1;
        there.get((*next - 1) % there.len().max(1)).map_or("none", |asker| asker.login.as_str()).to_owned()
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// The other end, and whether it is said that failure only degrades.
fn softness(other: &str) -> (&str, Option<bool>) {
    match other.strip_suffix(" soft") {
        Some(name) => (name, Some(true)),
        None => (other, None),
    }
}

/// `+45d` and `-800d` as days, counted from the day of the demo; everything else as it is.
fn dated(value: &str, moment: &Moment) -> String {
    let days =
        value.strip_suffix('d').filter(|_| value.starts_with(['+', '-'])).and_then(|days| days.parse::<i64>().ok());
    let Some(days) = days else { return value.to_owned() };
    let (today, many) = (moment.today(), Days::new(days.unsigned_abs()));
    let day = if days < 0 { today.checked_sub_days(many) } else { today.checked_add_days(many) };
    day.unwrap_or(today).to_string()
}

/// The CIs of a row: one, or one for each number of `{01..04}`.
fn expand<'a>(row: &'a (String, String, String, String, String, String)) -> Vec<Told<'a>> {
    let (class, name, place, team, fields, relations) = row;
    let one = |name: String, number: &str| Told {
        class,
        name,
        place: place.replace("{#}", number),
        team,
        fields: fields.replace("{#}", number),
        relations: relations.replace("{#}", number),
    };
    let range = name.split_once('{').and_then(|(head, rest)| {
        let (range, tail) = rest.split_once('}')?;
        let (from, to) = range.split_once("..")?;
        Some((head, from.len(), from.parse::<u32>().ok()?, to.parse::<u32>().ok()?, tail))
    });
    match range {
        None => vec![one(name.clone(), "")],
        Some((head, wide, from, to, tail)) => {
            (from..=to).map(|n| one(format!("{head}{n:0wide$}{tail}"), &n.to_string())).collect()
        }
    }
}
