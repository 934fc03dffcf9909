//! A map laid on the header of one file: names become column numbers, and what is left over is known.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::map::{Columns, EntryFormat, KindRule, Map, plain};
use crate::desk::field::{Field, Shape};

/// The columns of a file by name.
#[derive(Debug)]
pub struct Headers {
    /// As shown; the second of two with one name has `#2`.
    pub names: Vec<String>,
    at: HashMap<String, usize>,
}

impl Headers {
    /// Names the columns of a header row.
    pub fn new<'a>(cells: impl Iterator<Item = &'a str>) -> Headers {
        let mut headers = Headers { names: Vec::new(), at: HashMap::new() };
        for (index, cell) in cells.enumerate() {
            let mut removed = 0;
            let cell = super::cell::take(cell, &mut removed);
            let base = if cell.is_empty() { format!("column {}", index + 1) } else { cell.into_owned() };
            let mut name = base.clone();
            let mut again = 1;
            while headers.at.contains_key(&plain(&name)) {
                again += 1;
                name = format!("{base}#{again}");
            }
            headers.at.insert(plain(&name), index);
            headers.names.push(name);
        }
        headers
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.at.get(&plain(name)).copied()
    }

    /// The column of that name and those that repeat it.
    fn find_all(&self, name: &str) -> Vec<usize> {
        let first = self.find(name);
        let again = (2..).map_while(|n| self.find(&format!("{name}#{n}")));
        first.into_iter().chain(again).collect()
    }
}

/// One way to get a value.
#[derive(Debug)]
enum Pick {
    Column(usize),
    Template(Vec<Piece>),
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Column(usize),
}

impl Pick {
    fn bind(source: &str, headers: &Headers) -> Option<Pick> {
        if !source.contains('{') {
            return headers.find(source).map(Pick::Column);
        }
        let mut pieces = Vec::new();
        let mut rest = source;
        while let Some((text, after)) = rest.split_once('{') {
            let (column, after) = after.split_once('}')?;
            pieces.push(Piece::Text(text.to_owned()));
            pieces.push(Piece::Column(headers.find(column)?));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Some(Pick::Template(pieces))
    }

    fn columns(&self) -> Vec<usize> {
        match self {
            Pick::Column(column) => vec![*column],
            Pick::Template(pieces) => pieces
                .iter()
                .filter_map(|piece| if let Piece::Column(column) = piece { Some(*column) } else { None })
                .collect(),
        }
    }

    /// The value of this row; `None` where a column of it is blank or unknown.
    fn of<'a>(&self, row: &'a [Option<Cow<'a, str>>]) -> Option<Cow<'a, str>> {
        let at = |column: &usize| row.get(*column).and_then(Option::as_deref);
        match self {
            Pick::Column(column) => at(column).map(Cow::Borrowed),
            Pick::Template(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(given) => text.push_str(given),
                        Piece::Column(column) => text.push_str(at(column)?),
                    }
                }
                Some(Cow::Owned(text))
            }
        }
    }
}

/// Ways to get a value, the best first.
#[derive(Debug, Default)]
pub struct Picks {
    picks: Vec<Pick>,
    strip: Vec<String>,
}

impl Picks {
    fn bind(columns: &Columns, headers: &Headers) -> Picks {
        let picks = columns.from().iter().filter_map(|source| Pick::bind(source, headers)).collect();
        Picks { picks, strip: columns.strip().to_vec() }
    }

    /// Whether the file has any column for it.
    pub fn is_empty(&self) -> bool {
        self.picks.is_empty()
    }

    /// The columns that it looks at.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.picks.iter().flat_map(Pick::columns)
    }

    /// The value of this row.
    pub fn of<'a>(&self, row: &'a [Option<Cow<'a, str>>]) -> Option<Cow<'a, str>> {
        let value = self.picks.iter().find_map(|pick| pick.of(row))?;
        let cut = |text: &str| -> Option<usize> {
            let head = |s: &&String| text.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s));
            self.strip.iter().find(head).map(String::len)
        };
        match cut(&value) {
            None => Some(value),
            Some(n) => value.get(n..).map(|rest| Cow::Owned(rest.trim().to_owned())),
        }
    }
}

/// A map bound to the columns of a file.
#[derive(Debug)]
pub struct Bound<'m> {
    /// The map.
    pub map: &'m Map,
    /// What identifies a record.
    pub key: Picks,
    /// What tells the kind, if a column does.
    pub kind: Picks,
    /// The fields that the file has.
    pub fields: Vec<(Field, Picks)>,
    /// The second level of the category.
    pub subcategory: Picks,
    /// Translations by field, by the value's plain form and by its exact one.
    pub values: BTreeMap<Field, HashMap<String, String>>,
    /// Columns with tags.
    pub tags: Vec<usize>,
    /// Columns with entries, how they are written, and whether they are public.
    pub entries: Vec<(usize, EntryFormat, bool)>,
    /// Columns kept in the description.
    pub keep: Vec<usize>,
    /// Declared reassignments.
    pub reassigned: Picks,
    /// Declared reopenings.
    pub reopened: Picks,
    /// Columns that order the rows of a ticket.
    pub order: Vec<usize>,
    /// When a row came to be.
    pub at: Picks,
    /// Who made it so.
    pub by: Picks,
    unknown: Vec<String>,
}

impl<'m> Bound<'m> {
    /// Lays `map` on `headers`.
    pub fn new(map: &'m Map, headers: &Headers) -> Bound<'m> {
        let bind = |columns: Option<&Columns>| columns.map(|c| Picks::bind(c, headers)).unwrap_or_default();
        let all = |names: &[String]| -> Vec<usize> {
            let mut columns: Vec<usize> = Vec::new();
            for column in names.iter().flat_map(|name| headers.find_all(name)) {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
            columns
        };
        let fields = map.fields.iter().map(|(field, columns)| (*field, Picks::bind(columns, headers)));
        let kind = match &map.kind {
            KindRule::Fixed(_) => Picks::default(),
            KindRule::Column { from, .. } => Picks::bind(&Columns::Any(from.clone()), headers),
        };
        let values = map.values.iter().map(|(field, words)| {
            let both = words.iter().flat_map(|(from, to)| [(exact(from), to), (plain(from), to)]);
            (*field, both.filter(|(from, _)| !from.is_empty()).map(|(from, to)| (from, to.clone())).collect())
        });
        let mut bound = Bound {
            map,
            key: Picks::bind(&map.key, headers),
            kind,
            fields: fields.filter(|(_, picks)| !picks.is_empty()).collect(),
            subcategory: bind(map.subcategory.as_ref()),
            values: values.collect(),
            tags: all(&map.tags),
            entries: map
                .entries
                .iter()
                .flat_map(|e| all(&e.from).into_iter().map(|column| (column, e.format, e.public)))
                .collect(),
            keep: Vec::new(),
            reassigned: bind(map.declared.reassigned.as_ref()),
            reopened: bind(map.declared.reopened.as_ref()),
            order: map.history.iter().flat_map(|h| all(&h.order)).collect(),
            at: bind(map.history.as_ref().map(|h| &h.at)),
            by: bind(map.history.as_ref().and_then(|h| h.by.as_ref())),
            unknown: map.unknown.clone(),
        };
        bound.keep =
            if map.keep.iter().any(|name| name == "*") { bound.unmapped(headers.names.len()) } else { all(&map.keep) };
        bound
    }

    /// The columns of which nothing is taken.
    pub fn unmapped(&self, width: usize) -> Vec<usize> {
        let singles = [&self.key, &self.kind, &self.subcategory, &self.reassigned, &self.reopened, &self.at, &self.by];
        let used: BTreeSet<usize> = singles
            .into_iter()
            .chain(self.fields.iter().map(|(_, picks)| picks))
            .flat_map(Picks::columns)
            .chain(self.tags.iter().copied())
            .chain(self.entries.iter().map(|(column, ..)| *column))
            .chain(self.keep.iter().copied())
            .chain(self.order.iter().copied())
            .collect();
        (0..width).filter(|column| !used.contains(column)).collect()
    }

    /// The columns that hold dates.
    pub fn dates(&self) -> BTreeSet<usize> {
        let times = self.fields.iter().filter(|(field, _)| field.shape() == Shape::Time).map(|(_, picks)| picks);
        times.chain([&self.at]).flat_map(Picks::columns).collect()
    }

    /// Whether a value says that nothing is known.
    pub fn is_unknown(&self, value: &str) -> bool {
        value.is_empty() || self.unknown.iter().any(|word| word.eq_ignore_ascii_case(value))
    }

    /// What the map makes of a value of `field`, if it says anything.
    pub fn translate(&self, field: Field, value: &str) -> Option<&str> {
        let words = self.values.get(&field)?;
        let found = words.get(&exact(value)).or_else(|| words.get(&plain(value))).or_else(|| words.get("*"));
        found.map(String::as_str)
    }
}

fn exact(value: &str) -> String {
    value.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_two_columns_with_one_name_can_be_named() {
        let headers = Headers::new(["Category", "category", "", "CATEGORY", "Category#2"].into_iter());
        assert_eq!(headers.names, ["Category", "category#2", "column 3", "CATEGORY#3", "Category#2#2"]);
        assert_eq!(headers.find("category"), Some(0));
        assert_eq!(headers.find("category#2"), Some(1));
        assert_eq!(headers.find_all("category"), [0, 1, 3]);
    }

    #[test]
    fn a_template_counts_only_where_all_its_columns_are_filled() {
        let map = Map::parse("m", "about=''\nkey='INC{n}'\n[fields]\ntitle=['{a} / {b}', '{a}', 'missing']").unwrap();
        let headers = Headers::new(["n", "a", "b"].into_iter());
        let bound = Bound::new(&map, &headers);
        let full = [Some("7".into()), Some("x".into()), Some("y".into())];
        let half = [Some("7".into()), Some("x".into()), None];
        let title = &bound.fields[0].1;
        assert_eq!(bound.key.of(&full).unwrap(), "INC7");
        assert_eq!(title.of(&full).unwrap(), "x / y");
        assert_eq!(title.of(&half).unwrap(), "x");
        assert_eq!(title.of(&[None, None, None]), None);
    }
}
