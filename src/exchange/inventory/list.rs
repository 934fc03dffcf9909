//! A list of machines, licences or contracts as somebody keeps it in a table, read as a map says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::input::Input;
use super::tell::{line, thing};
use super::{Heard, InventoryError, ListMap, Read};
use crate::desk::cmdb::{Common, FoundCi, Model, Type};
use crate::desk::time::Moment;
use crate::exchange::csv::{Columns, DateOrder, Written, grid, plain};

/// Relations that a list tells by naming the other CI.
const NAME: &str = "name";

/// Reads the CIs of the table at `path`; a zip archive with one table in it will do.
///
/// # Errors
/// When it can't be read, or has no column that names a CI.
pub fn read(
    path: &Path,
    map: &ListMap,
    dates: Option<DateOrder>,
    model: &Model,
    moment: &Moment,
) -> Result<Read, InventoryError> {
    let table = grid(path)?;
    let input = Input::open(path)?;
    let columns = Bound::new(map, &table.headers, model);
    if columns.fields.iter().all(|(field, _)| ![NAME, "serial", "asset_tag", "fqdn"].contains(&field.as_str())) {
        let reason = format!(
            "no column names a CI: name, serial, asset tag and fqdn are looked for, the file has {}; \
             say under [fields] of a map of your own which column it is",
            table.headers.join(", ")
        );
        return Err(InventoryError::Refused { path: path.to_owned(), reason });
    }
    let mut heard = Heard::default();
    if !columns.unread.is_empty() {
        heard.warnings.push(format!("left out, by the map: {}", columns.unread.join(", ")));
    }
    let list = List { map, model, moment, dates: dates.or(map.dates), columns };
    for (row, cells) in &table.rows {
        let read = cells.clone().and_then(|cells| list.thing(&cells, *row, &mut heard.warnings));
        match read {
            Ok(it) => heard.found.push(it),
            Err(why) => heard.warnings.push(format!("row {row} was left out: {why}")),
        }
    }
    Ok(input.told(&map.source, heard, moment.now))
}

/// Where in a row everything stands.
struct Bound {
    key: Vec<usize>,
    class: Vec<usize>,
    fields: Vec<(String, Vec<usize>)>,
    relations: Vec<(String, Vec<usize>)>,
    unread: Vec<String>,
}

impl Bound {
    fn new(map: &ListMap, headers: &[String], model: &Model) -> Bound {
        let named: Vec<String> = headers.iter().map(|header| plain(header)).collect();
        let at = |columns: &Columns| -> Vec<usize> {
            let wanted = columns.from().iter().map(|name| plain(name));
            wanted.filter_map(|wanted| named.iter().position(|name| *name == wanted)).collect()
        };
        let key = map.key.as_ref().map(at).unwrap_or_default();
        let class = map.class.from.as_ref().map(at).unwrap_or_default();
        let relations: Vec<(String, Vec<usize>)> =
            map.relations.iter().map(|(relation, columns)| (relation.clone(), at(columns))).collect();
        let mut fields: Vec<(String, Vec<usize>)> =
            map.fields.iter().map(|(field, columns)| (field.clone(), at(columns))).collect();
        let mut used: BTreeSet<usize> = fields.iter().chain(&relations).flat_map(|(_, at)| at.clone()).collect();
        used.extend(key.iter().chain(class.first()));
        // A column that has the name of a field needs no line in the map.
        let open: Vec<usize> = (0..named.len()).filter(|at| !used.contains(at)).collect();
        for (at, name) in open.into_iter().filter_map(|at| Some((at, named.get(at)?))) {
            let common =
                Common::named(name).is_some_and(|common| !common.is_given_by_desk() && common != Common::Location);
            if common || model.classes.named(name).next().is_some() {
                fields.push((name.clone(), vec![at]));
                used.insert(at);
            }
        }
        let unread = headers.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(|(_, name)| name.clone());
        let full = |(_, at): &(String, Vec<usize>)| !at.is_empty();
        Bound {
            key,
            class,
            unread: unread.collect(),
            fields: fields.into_iter().filter(full).collect(),
            relations: relations.into_iter().filter(full).collect(),
        }
    }
}

struct List<'m> {
    map: &'m ListMap,
    model: &'m Model,
    moment: &'m Moment,
    dates: Option<DateOrder>,
    columns: Bound,
}

impl List<'_> {
    fn thing(&self, cells: &[String], row: u64, warnings: &mut Vec<String>) -> Result<FoundCi, String> {
        let class = self.class(cells)?;
        let mut it = thing("", &class);
        for (field, at) in &self.columns.fields {
            let value = self.first(cells, at);
            if field == NAME {
                it.name = value.as_deref().and_then(line);
                continue;
            }
            let Ok(of) = self.model.field(&class, field) else { continue };
            let values: Vec<String> = match (value, of.is_list()) {
                (None, _) => Vec::new(),
                (Some(text), true) => self.parts(&text),
                (Some(text), false) if of.holds() == Type::Date => match self.day(&text) {
                    Ok(day) => vec![day],
                    Err(why) => {
                        warnings.push(format!("row {row}: {field}: {why}"));
                        continue;
                    }
                },
                (Some(text), false) => vec![self.translated(field, text)],
            };
            match of.holds() {
                Type::Long => values.iter().for_each(|text| it.describe(text)),
                _ => it.tell_all(field, values),
            }
        }
        for (relation, at) in &self.columns.relations {
            let others = self.first(cells, at).map(|text| self.parts(&text)).unwrap_or_default();
            it.relate(relation, false, others.into_iter().filter_map(|name| line(&name)).collect());
        }
        let marked = |field: &str| {
            it.fields.iter().find(|(name, _)| name == field).and_then(|(_, values)| values.first().cloned())
        };
        let known_by =
            self.first(cells, &self.columns.key).or_else(|| marked("serial")).or_else(|| marked("asset_tag"));
        let key = known_by.or_else(|| it.name.clone()).or_else(|| marked("fqdn"));
        it.key = key.as_deref().and_then(line).ok_or("it has no name, and nothing that tells it from others")?;
        Ok(it)
    }

    /// The first of some columns in which something stands.
    fn first(&self, cells: &[String], at: &[usize]) -> Option<String> {
        at.iter().filter_map(|at| cells.get(*at)).find(|cell| !self.is_unknown(cell)).cloned()
    }

    fn is_unknown(&self, cell: &str) -> bool {
        let cell = cell.trim();
        cell.is_empty() || self.map.unknown.iter().any(|word| word.eq_ignore_ascii_case(cell))
    }

    fn parts(&self, text: &str) -> Vec<String> {
        let parts = text.split(|c| self.map.separators.contains(c)).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    fn translated(&self, field: &str, text: String) -> String {
        let here = self.map.values.get(field).and_then(|values| said(values, &text));
        here.unwrap_or(text)
    }

    fn class(&self, cells: &[String]) -> Result<String, String> {
        let Some(word) = self.first(cells, &self.columns.class) else { return Ok(self.map.class.otherwise.clone()) };
        let word = said(&self.map.class.values, &word).unwrap_or(word);
        self.model.classes.find(&word).map(|class| class.name.clone())
    }

    /// A day as the desk writes it, however the list does.
    fn day(&self, text: &str) -> Result<String, String> {
        let written = Written::parse(text).ok_or_else(|| format!("'{text}' is no day"))?;
        let zone = self.moment.zone;
        let of =
            |order| written.instant(order, self.moment).map(|at| at.local(zone).chars().take(10).collect::<String>());
        let (day_first, month_first) = (of(DateOrder::DayFirst), of(DateOrder::MonthFirst));
        let day = match self.dates {
            Some(DateOrder::DayFirst) => day_first,
            Some(DateOrder::MonthFirst) => month_first,
            None if day_first == month_first => day_first,
            None => match (day_first, month_first) {
                (Some(only), None) | (None, Some(only)) => Some(only),
                _ => {
                    return Err(format!(
                        "'{text}' has day and month in an order that nothing tells; say it: --dates day-first"
                    ));
                }
            },
        };
        day.ok_or_else(|| format!("'{text}' is no day"))
    }
}

/// What a word of the list is here, however it is spelled.
fn said(values: &BTreeMap<String, String>, word: &str) -> Option<String> {
    let word = plain(word);
    values.iter().find(|(there, _)| plain(there) == word).map(|(_, here)| here.clone())
}
