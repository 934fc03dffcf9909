//! The sheet of a CI as people read it.

use std::collections::BTreeMap;
use std::io::Write;

use crate::cli::ci::facts;
use crate::cli::ci::history::told;
use crate::cli::failure::Outcome;
use crate::cli::output::Output;
use crate::cli::show::{author, pairs, paragraph, room, section};
use crate::desk::cmdb::licence::Position;
use crate::desk::cmdb::{Common, Depreciation, FieldOf};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::time::Moment;
use crate::store::{Asker, CiEvent, CiFinding, CiSheet, Drift, Reader, Trouble};
use crate::text::{clean_line, one_line};

/// Names of neighbours that a group shows; the others are counted.
const NEIGHBOURS: usize = 24;
/// Entries of the history that the sheet shows; `log` has all.
const ENTRIES: usize = 8;

/// A CI with all that belongs to it.
pub(super) struct Whole<'r, 'd> {
    pub(super) reader: &'r Reader<'d>,
    pub(super) sheet: CiSheet,
    pub(super) findings: Vec<CiFinding>,
    pub(super) drift: Vec<Drift>,
    pub(super) worth: Option<Depreciation>,
    /// Of a licence: what is used of it and of those that it counts with.
    pub(super) licence: Option<Position>,
    /// What fails, or is degraded, now.
    pub(super) trouble: Option<Trouble>,
    pub(super) history: Vec<CiEvent>,
    pub(super) moment: Moment,
}

impl<'r, 'd> Whole<'r, 'd> {
    pub(super) fn read(reader: &'r Reader<'d>, id: CiId, asker: &Asker) -> Outcome<Whole<'r, 'd>> {
        let sheet = reader.ci_sheet(id)?;
        let drift = reader.drift(&sheet.ci)?;
        let worth = Depreciation::of(&sheet.ci, asker.moment.today());
        let is_licence = reader.rules().cmdb.classes.is(&sheet.ci.class, "licence");
        let positions = if is_licence { reader.licences(asker.moment.today())? } else { Vec::new() };
        let licence = positions.into_iter().find(|position| position.licences.contains(&id));
        let trouble = reader.trouble(id)?;
        let (findings, history) = (reader.findings(id, asker)?, reader.history_of_ci(id)?);
        Ok(Whole { reader, sheet, findings, drift, worth, licence, trouble, history, moment: asker.moment })
    }

    pub(super) fn print(&self, out: &mut Output) -> Outcome {
        let ci = &self.sheet.ci;
        let title = out.heading(&format!("{}  {}", ci.id.number(), clean_line(&ci.name)));
        writeln!(out, "{title}")?;
        pairs(out, self.fields()?)?;
        if !ci.description.trim().is_empty() {
            section(out, "Description")?;
            paragraph(out, &ci.description, room(out), "")?;
        }
        self.relations(out)?;
        self.tickets(out)?;
        self.articles(out)?;
        self.inventories(out)?;
        self.health(out)?;
        self.history(out)
    }

    /// The fields that hold something.
    fn fields(&self) -> Outcome<Vec<(&str, String)>> {
        let ci = &self.sheet.ci;
        let model = &self.reader.rules().cmdb;
        let (noted, given): (Vec<Common>, Vec<Common>) =
            Common::ALL.iter().partition(|common| common.is_given_by_desk());
        let own = model.classes.attributes(&ci.class).into_iter().map(FieldOf::Attribute);
        let all = given.into_iter().map(FieldOf::Common).chain(own);
        let told_elsewhere = |field: &FieldOf| matches!(field.name(), "name" | "location" | "description");
        let mut told = self.told(all.filter(|field| !told_elsewhere(field)))?;
        if !self.sheet.location.is_empty() {
            let places: Vec<&str> = self.sheet.location.iter().map(|(_, name)| name.as_str()).collect();
            told.insert(told.len().min(2), ("Location", clean_line(&places.join(" < ")).into_owned()));
        }
        if let Some(trouble) = &self.trouble {
            let because: Vec<String> = trouble.because.iter().map(ToString::to_string).collect();
            let way =
                if trouble.path.len() > 1 { format!(": {}", self.reader.way(&trouble.path)?) } else { String::new() };
            let now = format!("{} by {}{way}", trouble.state.word(), because.join(", "));
            told.insert(told.len().min(2), ("Now", clean_line(&now).into_owned()));
        }
        if let (Some(worth), Ok(FieldOf::Attribute(cost))) = (self.worth, model.field(&ci.class, "cost")) {
            let value = cost.show(&Value::Int(worth.value));
            told.push(("Worth", format!("{value} after {} of {} months", worth.months, worth.term)));
        }
        if let (Some(stock), Some(minimum)) = (ci.value("quantity").int(), ci.value("minimum").int())
            && stock < minimum
        {
            told.push(("Stock", String::from("below its minimum")));
        }
        if let Some(position) = &self.licence {
            let left = match position.balance() {
                Some(left) if left < 0 => format!("; {} too many", -left),
                Some(left) => format!("; {left} left"),
                None => String::new(),
            };
            let of = position.entitled.map_or_else(String::new, |entitled| format!(" of {entitled}"));
            told.push(("In use", format!("{}{of}{left}", position.used)));
        }
        if !ci.locked.is_empty() {
            told.push(("Kept by hand", ci.locked.join(", ")));
        }
        told.extend(self.told(noted.into_iter().map(FieldOf::Common))?);
        Ok(told)
    }

    /// Those of some fields that hold something.
    fn told<'f>(&self, fields: impl Iterator<Item = FieldOf<'f>>) -> Outcome<Vec<(&'f str, String)>> {
        let mut told = Vec::new();
        for field in fields {
            let mut value = facts::all_shown(self.reader, &self.sheet.ci, field.name(), &self.moment)?;
            if let FieldOf::Attribute(attribute) = field
                && (attribute.expires || attribute.name == "due_back")
            {
                value = format!("{value}{}", self.ahead(&value));
            }
            if !value.is_empty() {
                told.push((field.label(), clean_line(&value).into_owned()));
            }
        }
        Ok(told)
    }

    /// How far a day lies ahead or behind, where that is near enough to matter.
    fn ahead(&self, day: &str) -> String {
        let Ok(day) = day.parse::<chrono::NaiveDate>() else { return String::new() };
        match day.signed_duration_since(self.moment.today()).num_days() {
            0 => String::from(" (today)"),
            n @ 1..=90 => format!(" (in {n} days)"),
            n if n < 0 => String::from(" (past)"),
            _ => String::new(),
        }
    }

    fn relations(&self, out: &mut Output) -> Outcome {
        let model = &self.reader.rules().cmdb;
        let mut groups: BTreeMap<(bool, &str), Vec<String>> = BTreeMap::new();
        for one in &self.sheet.relations {
            let reading =
                model.relations.get(&one.relation).map_or(one.relation.as_str(), |kind| kind.reading(one.reverse));
            let soft = if one.soft { " (soft)" } else { "" };
            let gone = if one.phase == crate::desk::cmdb::Phase::Gone { " (gone)" } else { "" };
            groups.entry((one.reverse, reading)).or_default().push(format!("{}{soft}{gone}", clean_line(&one.name)));
        }
        if groups.is_empty() && self.sheet.redundancies.is_empty() {
            return Ok(());
        }
        section(out, "Relations")?;
        for ((_, reading), names) in groups {
            let more = names.len().saturating_sub(NEIGHBOURS);
            let shown = names.iter().take(NEIGHBOURS).cloned().collect::<Vec<_>>().join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let count = if names.len() > 1 { format!(" ({})", names.len()) } else { String::new() };
            paragraph(out, &format!("{reading}{count}: {shown}{more}"), room(out), "")?;
        }
        for (name, need) in &self.sheet.redundancies {
            let label = model.relations.get(name).map_or(name.as_str(), |kind| kind.group());
            writeln!(out, "of what it {label}, {need} must stand")?;
        }
        Ok(())
    }

    fn tickets(&self, out: &mut Output) -> Outcome {
        if self.sheet.tickets.is_empty() {
            return Ok(());
        }
        section(out, "Open tickets")?;
        for ticket in &self.sheet.tickets {
            let title = clean_line(&ticket.title);
            let way = ticket.path.as_deref().map_or_else(String::new, |path| format!("  [{}]", clean_line(path)));
            writeln!(
                out,
                "{} ({})  {}",
                ticket.number,
                ticket.state,
                one_line(&format!("{title}{way}"), room(out), "…")
            )?;
        }
        Ok(())
    }

    fn articles(&self, out: &mut Output) -> Outcome {
        if self.sheet.articles.is_empty() {
            return Ok(());
        }
        section(out, "Knowledge")?;
        for article in &self.sheet.articles {
            writeln!(out, "{} ({})  {}", article.id.number(), article.state, clean_line(&article.title))?;
        }
        Ok(())
    }

    fn inventories(&self, out: &mut Output) -> Outcome {
        let sheet = &self.sheet;
        if sheet.sightings.is_empty() && sheet.software == 0 {
            return Ok(());
        }
        section(out, "Inventory")?;
        for sighting in &sheet.sightings {
            let key = clean_line(&sighting.key);
            writeln!(
                out,
                "found by {} {} as {key}",
                clean_line(&sighting.source),
                sighting.at.local(self.moment.zone)
            )?;
        }
        if sheet.software > 0 {
            let number = sheet.ci.id.number();
            writeln!(out, "{} installations: deskhand ci software --on {number}", sheet.software)?;
        }
        for (source, field, found, now) in &self.drift {
            let (found, now) = (self.values(field, found)?, self.values(field, now)?);
            let now = if now.is_empty() { String::from("nothing") } else { now };
            let line = format!("{source} found {field} {found}; the record says {now}");
            paragraph(out, &line, room(out), "")?;
        }
        Ok(())
    }

    fn values(&self, field: &str, values: &[Value]) -> Outcome<String> {
        let shown =
            values.iter().map(|value| facts::shown(self.reader, &self.sheet.ci.class, field, value, &self.moment));
        Ok(shown.collect::<Outcome<Vec<_>>>()?.join(", "))
    }

    fn health(&self, out: &mut Output) -> Outcome {
        if self.findings.is_empty() {
            return Ok(());
        }
        section(out, "Findings")?;
        for finding in &self.findings {
            let (name, key) = (clean_line(&finding.name), clean_line(&finding.key));
            writeln!(out, "{}  {name} ({key})", crate::text::pad(finding.severity.word(), 6))?;
        }
        Ok(())
    }

    fn history(&self, out: &mut Output) -> Outcome {
        section(out, "History")?;
        let hidden = self.history.len().saturating_sub(ENTRIES);
        if hidden > 0 {
            writeln!(out, "{hidden} earlier entries: deskhand log {}", self.sheet.ci.id.number())?;
        }
        for event in self.history.iter().skip(hidden) {
            let entry = &event.transaction;
            let who = author(&entry.author, entry.via.as_deref());
            let is_new = event.changes.iter().any(|fact| fact.what == "class" && !fact.before.given());
            let deed = match is_new {
                true => String::from("made its record"),
                false => {
                    let facts =
                        event.changes.iter().map(|fact| told(self.reader, &self.sheet.ci.class, fact, &self.moment));
                    facts.collect::<Outcome<Vec<_>>>()?.join("; ")
                }
            };
            let deed = if deed.is_empty() { entry.summary.clone() } else { deed };
            let line = format!("{}  {who} {deed}", entry.at.local(self.moment.zone));
            paragraph(out, &line, room(out), "")?;
            if let Some(reason) = &entry.reason {
                paragraph(out, &format!("because: {reason}"), room(out), "    ")?;
            }
        }
        Ok(())
    }
}
