//! Facets: which values the tickets of a query have in one field, and how often, as conditions to narrow it by.

use rusqlite::params_from_iter;

use crate::desk::field::Field;
use crate::desk::query::{LevelField, LevelRange, PersonField, Query, ReferenceField, Term, Who};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;
use crate::store::reader::filter::Asker;
use crate::store::reader::tickets::value;

/// At most so many tickets are counted: a screen waits for it, and of more only the proportions matter.
const COUNTED: u64 = 200_000;
/// At most so many values are told, those that most tickets have.
const TOLD: usize = 40;

/// A field that can be counted by its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// The state.
    State,
    /// The priority.
    Priority,
    /// Who does it.
    Assignee,
    /// The group that owns it.
    Team,
    /// What the business misses.
    Service,
    /// What it is about.
    Category,
    /// The tags on it.
    Tag,
}

impl Facet {
    /// All, in the order in which they are shown.
    pub const ALL: &[Facet] =
        &[Facet::State, Facet::Priority, Facet::Assignee, Facet::Team, Facet::Service, Facet::Category, Facet::Tag];

    fn column(self) -> &'static str {
        match self {
            Facet::State => "t.state",
            Facet::Priority => "t.priority",
            Facet::Assignee => "t.assignee",
            Facet::Team => "t.team",
            Facet::Service => "t.service",
            Facet::Category => "t.category",
            Facet::Tag => "t.id",
        }
    }

    fn field(self) -> Option<Field> {
        match self {
            Facet::Assignee => Some(Field::Assignee),
            Facet::Team => Some(Field::Team),
            Facet::Service => Some(Field::Service),
            Facet::Category => Some(Field::Category),
            Facet::State | Facet::Priority | Facet::Tag => None,
        }
    }

    /// The condition that a ticket has this value, by the word for it.
    fn term(self, word: Option<String>, level: i64) -> Term {
        let level = u8::try_from(level).unwrap_or(0);
        let reference = |field, word| Term::Reference { field, names: vec![word] };
        match self {
            Facet::State => Term::State(word.into_iter().collect()),
            Facet::Priority => {
                Term::Level { field: LevelField::Priority, ranges: vec![LevelRange { from: level, to: level }] }
            }
            Facet::Assignee => {
                Term::Person { field: PersonField::Assignee, who: vec![word.map_or(Who::None, Who::Named)] }
            }
            Facet::Team => reference(ReferenceField::Team, word),
            Facet::Service => reference(ReferenceField::Service, word),
            Facet::Category => reference(ReferenceField::Category, word),
            Facet::Tag => Term::Tag(vec![word]),
        }
    }
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The condition that narrows to it.
    pub term: Term,
    /// What it is called, where the condition has only a key.
    pub label: String,
    /// How many tickets have it.
    pub count: u64,
}

/// The values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facets {
    /// The values that most tickets have, first.
    pub values: Vec<FacetValue>,
    /// Whether there were too many tickets to count all: the counts are then at least so high.
    pub at_least: bool,
}

impl Reader<'_> {
    /// Which values the tickets of a query have in a field.
    ///
    /// # Errors
    /// When the query names somebody or something that the desk does not know.
    pub fn facets(&self, query: &Query, facet: Facet, asker: &Asker) -> Result<Facets, Refusal> {
        let (from, wanted) = self.source(query, asker, false)?;
        let column = facet.column();
        let found = format!("SELECT {column} AS value FROM {from} WHERE {} LIMIT {COUNTED}", wanted.sql);
        let sql = match facet {
            Facet::Tag => format!(
                "SELECT tag.name, count(*) FROM ({found}) found CROSS JOIN tag ON tag.ticket = found.value GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
            _ => format!("SELECT value, count(*) FROM ({found}) GROUP BY 1 ORDER BY 2 DESC, 1"),
        };
        let mut counted = self.all(&sql, params_from_iter(&wanted.values), |row| {
            Ok((value(row, 0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0)))
        })?;
        let total = match facet {
            Facet::Tag => {
                let sql = format!("SELECT count(*) FROM ({found})");
                self.one(&sql, params_from_iter(&wanted.values), |row| row.get::<_, i64>(0))?
                    .and_then(|count| u64::try_from(count).ok())
                    .unwrap_or(0)
            }
            _ => counted.iter().map(|(_, count)| count).sum(),
        };
        counted.truncate(TOLD);
        let named =
            facet.field().map(|field| self.names(counted.iter().map(|(value, _)| (field, value)))).transpose()?;
        let values = counted
            .into_iter()
            .map(|(value, count)| {
                let reference = |key| named.as_ref()?.reference(facet.field()?, value.int()?, key).map(str::to_owned);
                // The key of a category says less than its path, which finds it as well.
                let word = reference(facet != Facet::Category).or_else(|| value.text().map(str::to_owned));
                let label = reference(false).filter(|label| word.as_ref() != Some(label)).unwrap_or_default();
                FacetValue { term: facet.term(word, value.int().unwrap_or(0)), label, count }
            })
            .collect();
        Ok(Facets { values, at_least: total >= COUNTED })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command::{Author, Command, OpenTicket, Request};
    use crate::desk::field::{Edit, Value};
    use crate::desk::id::Kind;
    use crate::desk::query::parse;
    use crate::desk::time::{Moment, Timestamp};
    use crate::store::Store;

    #[test]
    fn values_are_counted_within_the_query_and_narrow_it_to_as_many() {
        let folder = tempfile::tempdir().unwrap();
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let moment = Moment::utc(Timestamp(1_790_000_000_000));
        let mut store = Store::create(&folder.path().join("ops.desk"), &author, &moment, "ops").unwrap();
        for n in 0..6_u8 {
            let open = OpenTicket {
                kind: Kind::Incident,
                set: Edit::from([(Field::Title, Value::from(if n < 4 { "vpn down" } else { "mail" }))]),
                tags: if n % 2 == 0 { vec![String::from("even")] } else { Vec::new() },
                tasks: Vec::new(),
                links: Vec::new(),
                created: None,
            };
            store.execute(&Request::new(Command::Open(open)), &author, &moment).unwrap();
        }
        let reader = store.read().unwrap();
        let asker = Asker { me: None, moment };
        for text in ["", "vpn", "is:open tag:even"] {
            let query = parse(text).unwrap();
            let whole = reader.count(&query, &asker).unwrap();
            for facet in Facet::ALL {
                let facets = reader.facets(&query, *facet, &asker).unwrap();
                assert!(!facets.at_least);
                for one in &facets.values {
                    let narrowed = query.clone().and(one.term.clone().into());
                    assert_eq!(reader.count(&narrowed, &asker).unwrap(), one.count, "{text}: {}", one.term);
                }
                let sum: u64 = facets.values.iter().map(|one| one.count).sum();
                assert!(*facet == Facet::Tag || sum == whole, "{text}: {facet:?}");
            }
        }
    }
}
