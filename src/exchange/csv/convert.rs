//! One row to one snapshot of a ticket: every value typed, or the row refused with the reason.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bind::Bound;
use super::cell::shown;
use super::dates::{DateOrder, Written};
use super::incoming::{Declared, IncomingEntry, Typed};
use super::journal::{self, Clock};
use super::map::{KindRule, plain};
use super::notes::Notes;
use super::state::{self, StateWord};
use super::value::{cut, first_of, leading_number, one_line, ungrouped};
use crate::desk::edit::title_too_long;
use crate::desk::field::{Field, Shape};
use crate::desk::id::Kind;
use crate::desk::priority::{Level, Priority};
use crate::desk::time::{Moment, Timestamp};

/// A ticket at the time of one row.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub row: u64,
    pub key: String,
    pub kind: Kind,
    pub fields: BTreeMap<Field, Typed>,
    /// The state is to be taken from the previous row.
    pub same_state: bool,
    pub tags: Vec<String>,
    pub entries: Vec<IncomingEntry>,
    pub declared: Declared,
    pub at: Option<Timestamp>,
    pub by: Option<String>,
    pub order: Vec<Rank>,
}

/// Where a row stands among those of its ticket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Unknown,
    Number(i64),
    Time(Timestamp),
    Text(String),
}

/// Values of a row: cleaned, and `None` where nothing is known.
pub type Cells<'a> = [Option<Cow<'a, str>>];

/// All that converting a row needs.
pub struct Converter<'a> {
    /// The map, bound to the file.
    pub bound: &'a Bound<'a>,
    /// The columns' names.
    pub names: &'a [String],
    /// Days or months first.
    pub order: DateOrder,
    /// The zone of times that name none.
    pub zone: &'a Moment,
}

impl Converter<'_> {
    /// The key of a row.
    ///
    /// # Errors
    /// When it has none.
    pub fn key(&self, cells: &Cells<'_>) -> Result<String, String> {
        let key = self.bound.key.of(cells).ok_or("has no key: nothing tells which record it is")?;
        if key.len() > 200 { Err("has a key of more than 200 bytes".to_owned()) } else { Ok(ungrouped(&key)) }
    }

    /// Converts a row.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow "row 7".
    pub fn convert(&self, row: u64, cells: &Cells<'_>, notes: &mut Notes) -> Result<Snapshot, String> {
        // All that is wrong is told at once: a row is put right in one go.
        let mut faults = Vec::new();
        let key = self.key(cells).map_err(|fault| faults.push(fault)).unwrap_or_default();
        let kind = self.kind(cells).map_err(|fault| faults.push(fault)).ok();
        let mut fields = BTreeMap::new();
        let mut same_state = false;
        let mut reason = None;
        for (field, picks) in &self.bound.fields {
            let raw = picks.of(cells);
            let raw = match raw.as_deref() {
                None => None,
                Some(raw) => match self.bound.translate(*field, raw) {
                    Some("") => None,
                    translated => Some((raw, translated)),
                },
            };
            let typed = match (raw, kind) {
                (None, _) => Ok(Typed::Null),
                (Some((raw, translated)), Some(kind)) if field.shape() == Shape::State => {
                    match self.state(kind, raw, translated) {
                        Ok(StateWord::Same) => {
                            same_state = true;
                            notes.say(row, format!("state '{raw}' says nothing; the previous row's stays"));
                            continue;
                        }
                        Ok(StateWord::Is(state, waits_for)) => {
                            reason = waits_for;
                            Ok(Typed::Text(state))
                        }
                        Err(fault) => Err(fault),
                    }
                }
                // Which states there are depends on the kind.
                (Some(_), None) if field.shape() == Shape::State => continue,
                (Some((raw, translated)), _) => self.typed(row, *field, raw, translated, cells, notes),
            };
            match typed {
                Ok(typed) => {
                    fields.insert(*field, typed);
                }
                Err(fault) => faults.push(fault),
            }
        }
        let at = self.time("history", self.bound.at.of(cells)).map_err(|fault| faults.push(fault)).ok().flatten();
        let Some(kind) = kind.filter(|_| faults.is_empty()) else { return Err(faults.join("; ")) };
        self.settle_pending(&mut fields, reason);
        settle_title(&mut fields, &key, row, notes);
        self.keep(cells, &mut fields);
        let updated = [Field::Updated, Field::Created].into_iter().find_map(|field| match fields.get(&field) {
            Some(Typed::Time(at)) => Some(*at),
            _ => None,
        });
        let clock = Clock { order: self.order, zone: self.zone, otherwise: at.or(updated).unwrap_or(self.zone.now) };
        Ok(Snapshot {
            row,
            key,
            kind,
            fields,
            same_state,
            tags: self.tags(cells),
            entries: self.entries(cells, clock),
            declared: Declared {
                reassigned: self.bound.reassigned.of(cells).and_then(|n| n.parse().ok()),
                reopened: self.bound.reopened.of(cells).and_then(|n| n.parse().ok()),
            },
            at,
            by: self.bound.by.of(cells).map(Cow::into_owned),
            order: self.bound.order.iter().map(|c| self.rank(cells.get(*c).and_then(Option::as_deref))).collect(),
        })
    }

    fn state(&self, kind: Kind, raw: &str, translated: Option<&str>) -> Result<StateWord, String> {
        state::read(kind, raw, translated, self.bound.map.states.get(&kind).map(Vec::as_slice))
    }

    fn kind(&self, cells: &Cells<'_>) -> Result<Kind, String> {
        match &self.bound.map.kind {
            KindRule::Fixed(kind) => Ok(*kind),
            KindRule::Column { values, otherwise, .. } => {
                let word = self.bound.kind.of(cells).unwrap_or_default();
                let own = plain(&word);
                let named = values.iter().find(|(from, _)| plain(from) == own).map(|(_, kind)| *kind);
                named.or_else(|| Kind::named(&word)).or(*otherwise).ok_or_else(|| {
                    let word = shown(&word);
                    format!("kind '{word}' is unknown; add it to `kind.values` in the map, or a kind for all others")
                })
            }
        }
    }

    fn typed(
        &self,
        row: u64,
        field: Field,
        raw: &str,
        translated: Option<&str>,
        cells: &Cells<'_>,
        notes: &mut Notes,
    ) -> Result<Typed, String> {
        let value = translated.unwrap_or(raw);
        let number = || leading_number(value);
        let no_number = || {
            let raw = shown(raw);
            format!("{field} '{raw}' is no level; add \"{raw}\" = \"…\" under [values.{field}] in the map")
        };
        Ok(match field.shape() {
            Shape::Line if field == Field::External => Typed::Text(ungrouped(&one_line(value))),
            Shape::Line | Shape::Ci => Typed::Text(one_line(value)),
            Shape::Text => Typed::Text(value.to_owned()),
            Shape::Choice(_) if translated.is_some() => Typed::Text(value.to_owned()),
            Shape::Choice(_) => Typed::Text(one_line(value)),
            Shape::State => Typed::Text(value.to_owned()),
            Shape::Level => Typed::Int(number().filter(|n| Level::new(*n).is_some()).ok_or_else(no_number)?),
            Shape::Priority => Typed::Int(number().filter(|n| Priority::new(*n).is_some()).ok_or_else(no_number)?),
            Shape::Person => Typed::Person(first_of(row, field, value, notes)),
            Shape::Team => Typed::Team(first_of(row, field, value, notes)),
            Shape::Service => Typed::Service(one_line(value)),
            Shape::Category => self.category(value, cells),
            Shape::Time => self.time(field.name(), Some(Cow::Borrowed(value)))?.map_or(Typed::Null, Typed::Time),
            Shape::Number | Shape::Minutes => match value.trim().parse() {
                Ok(number) => Typed::Int(number),
                Err(_) => return Err(format!("{field} '{}' is no whole number", shown(raw))),
            },
            Shape::Flag => match value.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "x" | "on" => Typed::Int(1),
                "false" | "no" | "n" | "0" | "off" => Typed::Int(0),
                _ => return Err(format!("{field} '{}' is neither yes nor no", shown(raw))),
            },
        })
    }

    fn category(&self, value: &str, cells: &Cells<'_>) -> Typed {
        let below = self.bound.subcategory.of(cells).map(|below| one_line(&below));
        let separator = self.bound.map.category_separator.as_deref().filter(|s| !s.is_empty());
        match separator.and_then(|separator| value.split_once(separator)) {
            Some((first, second)) if below.is_none() => Typed::Category(one_line(first), Some(one_line(second))),
            _ => Typed::Category(one_line(value), below),
        }
    }

    fn time(&self, what: &str, value: Option<Cow<'_, str>>) -> Result<Option<Timestamp>, String> {
        let Some(value) = value else { return Ok(None) };
        let written = Written::parse(&value).ok_or_else(|| format!("{what} '{}' is no date", shown(&value)))?;
        let at = written.instant(self.order, self.zone);
        at.map(Some).ok_or_else(|| format!("{what} '{value}' is no date in the order of this file's other dates"))
    }

    fn rank(&self, value: Option<&str>) -> Rank {
        match value {
            None => Rank::Unknown,
            Some(value) => {
                match (value.parse(), Written::parse(value).and_then(|w| w.instant(self.order, self.zone))) {
                    (Ok(number), _) => Rank::Number(number),
                    (_, Some(at)) => Rank::Time(at),
                    _ => Rank::Text(value.to_owned()),
                }
            }
        }
    }

    /// A pending ticket waits for what its own column says, else for what the map says of its state; others for nothing.
    fn settle_pending(&self, fields: &mut BTreeMap<Field, Typed>, reason: Option<String>) {
        match fields.get(&Field::State) {
            Some(Typed::Text(state)) if state == "pending" => {
                let said = matches!(fields.get(&Field::PendingReason), Some(Typed::Text(_)));
                if let (false, Some(reason)) = (said, reason) {
                    fields.insert(Field::PendingReason, Typed::Text(reason));
                }
            }
            Some(_) => {
                fields.insert(Field::PendingReason, Typed::Null);
            }
            None => {}
        }
    }

    fn keep(&self, cells: &Cells<'_>, fields: &mut BTreeMap<Field, Typed>) {
        let mut lines = String::new();
        for column in &self.bound.keep {
            if let (Some(name), Some(Some(value))) = (self.names.get(*column), cells.get(*column)) {
                lines.push_str(&format!("{name}: {value}\n"));
            }
        }
        if lines.is_empty() {
            return;
        }
        let description = match fields.get(&Field::Description) {
            Some(Typed::Text(text)) => format!("{text}\n\n{}", lines.trim_end()),
            _ => lines.trim_end().to_owned(),
        };
        fields.insert(Field::Description, Typed::Text(description));
    }

    fn tags(&self, cells: &Cells<'_>) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        let separates = |c: char| c == '\n' || self.bound.map.tag_separators.contains(c);
        for value in self.bound.tags.iter().filter_map(|column| cells.get(*column)?.as_deref()) {
            for tag in value.split(separates) {
                let tag = tag.split_whitespace().collect::<Vec<_>>().join("-");
                if !tag.is_empty() && !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
        }
        tags
    }

    fn entries(&self, cells: &Cells<'_>, clock: Clock<'_>) -> Vec<IncomingEntry> {
        let mut all = Vec::new();
        for (column, format, public) in &self.bound.entries {
            if let Some(Some(text)) = cells.get(*column) {
                all.extend(journal::entries(text, *format, *public, clock));
            }
        }
        all.sort_by_key(|entry| entry.at);
        all
    }
}

/// A ticket needs a title of one line: made from its description or its key where there is none, cut where it is long.
fn settle_title(fields: &mut BTreeMap<Field, Typed>, key: &str, row: u64, notes: &mut Notes) {
    let text = |field| match fields.get(&field) {
        Some(Typed::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let described = text(Field::Description);
    let (title, long) = match text(Field::Title) {
        Some(title) if title_too_long(title).is_none() => return,
        Some(title) => {
            notes.say(row, "a title was too long; it is cut, and whole in the description");
            (cut(title), Some(format!("{title}\n\n{}", described.unwrap_or_default()).trim_end().to_owned()))
        }
        None => {
            notes.say(row, "there is no title; the description's first line or the key stands in");
            (described.and_then(|d| d.lines().next()).map_or_else(|| key.to_owned(), cut), None)
        }
    };
    fields.insert(Field::Title, Typed::Text(title));
    if let Some(long) = long {
        fields.insert(Field::Description, Typed::Text(long));
    }
}
