//! The query language asked of CIs: the same grammar as for tickets, with the words of the CMDB.
//!
//! ```text
//! class:server is:live -has:location team:net os:debian* memory:<16000 expires:<90d runs_on:esx2 fw sort:name
//! ```
//!
//! Besides what every CI has, each attribute of the desk's classes and each relation is a field.

use crate::desk::cmdb::class::Type;
use crate::desk::cmdb::field::Common;
use crate::desk::cmdb::{Model, class::Attribute};
use crate::desk::id::CiId;
use crate::desk::query::{Comparison, Expr, QueryError, TimeField, TimeRange, Vocabulary, Word, nearest, read, words};

/// Which CIs, and in what order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CiQuery {
    /// Which; `None` means every one.
    pub filter: Option<Expr<CiTerm>>,
    /// The order asked for.
    pub sort: Option<(CiSort, bool)>,
}

/// One thing asked of a CI. Where it holds several values, any of them will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiTerm {
    /// `is:live`.
    Is(Vec<CiIs>),
    /// `has:location`, `has:runs_on`, `has:ticket`.
    Has(Vec<CiHas>),
    /// `CI-7`.
    Number(Vec<CiId>),
    /// `class:server`: those classes and all below them.
    Class(Vec<String>),
    /// A field that every CI has.
    Common {
        /// Which.
        field: Common,
        /// What will do.
        any: Vec<Test>,
    },
    /// A field of some class.
    Attribute {
        /// Its name.
        name: String,
        /// What will do.
        any: Vec<Test>,
    },
    /// `runs_on:esx2`, `hosts:vm7`, `runs_on:none`.
    Related {
        /// The type of relation.
        relation: String,
        /// Whether it is read from the other end.
        reverse: bool,
        /// Names or numbers of the other end; `None` is no relation at all.
        any: Vec<Option<String>>,
    },
    /// `location:berlin`: standing there, or in something that stands there.
    Location(Vec<Option<String>>),
    /// A word: in the name, or the beginning of a serial, asset tag or identifier.
    Text(String),
}

/// What a CI may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiHas {
    /// A field.
    Field(Common),
    /// An attribute.
    Attribute(String),
    /// A relation of a type, from this end or from the other.
    Relation(String, bool),
    /// Any relation.
    AnyRelation,
    /// A ticket that is open.
    Ticket,
    /// Software that an inventory found.
    Software,
    /// A number of its own of what must stand of a group.
    Redundancy,
}

/// What will do as a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// There is none.
    None,
    /// This one, in any case; `me` for a person is whoever asks.
    Is(String),
    /// One that begins so.
    Begins(String),
    /// A number that compares so.
    Compared(Comparison, i64),
    /// A number between these two.
    Between(i64, i64),
    /// A day or time, and which way a span counts.
    Time(TimeRange, TimeField),
}

words! {
    /// What a CI can be: `is:live`.
    CiIs {
        Live "live" [] "In use.";
        Planned "planned" [] "Not there yet.";
        Stock "stock" [] "There, and not in use.";
        Gone "gone" ["obsolete"] "No longer there.";
        Present "present" ["current"] "Anything but gone.";
        Mine "mine" [] "I answer for it, or hold it.";
        Held "held" ["out"] "Handed out to somebody.";
        Overdue "overdue" [] "Handed out, and its day of return has passed.";
        Stale "stale" [] "Found by an inventory once, and not for long.";
        Found "found" [] "Some inventory has found it.";
        Drifting "drifting" ["drift"] "An inventory found something else than the record says.";
        Locked "locked" [] "Some of its fields are kept by hand.";
        Low "low" [] "A stock below its minimum.";
        Duplicate "duplicate" [] "Another CI has the same serial, asset tag, MAC address or UUID.";
        Incomplete "incomplete" [] "It lacks something that is recommended for its class.";
        Misrelated "misrelated" [] "A relation of it joins classes that the model does not allow.";
    }
}

words! {
    /// What CIs can be sorted by.
    CiSort {
        Name "name" [] "By name.";
        Number "id" ["number"] "By number.";
        Class "class" [] "By class.";
        Status "status" [] "By status.";
        Criticality "criticality" [] "By criticality.";
        Updated "updated" [] "By the last change of the record.";
        Created "created" [] "By when the record was made.";
        Seen "seen" [] "By when an inventory last found it.";
    }
}

/// Reads a query for CIs.
///
/// # Errors
/// The first mistake, with its column and the nearest valid word.
pub fn parse(text: &str, model: &Model) -> Result<CiQuery, QueryError> {
    let (filter, sort) = read(text, &Cis(model))?;
    Ok(CiQuery { filter, sort })
}

/// The fields that are no attribute and no relation, with what they take, an example and help.
pub const FIELDS: &[(&str, &str, &str)] = &[
    ("is", "is:live", "What it is: live, planned, stock, gone, stale, drifting, held…"),
    ("has", "has:location", "What it has: a field, a relation, ticket, software, redundancy, relation (any)."),
    ("class", "class:server", "Its class; those below are included."),
    ("id", "id:CI-7", "Its number; the number alone will do."),
    ("status", "status:live", "Where it is in its life."),
    ("criticality", "criticality:vital", "How much depends on it."),
    ("environment", "env:production", "Production, staging, test…"),
    ("team", "team:net", "The group that owns it."),
    ("contact", "contact:me", "Who answers for it."),
    ("holder", "holder:anna", "To whom it was handed out."),
    ("location", "location:berlin", "Where it stands; a site includes its rooms and racks."),
    ("name", "name:esx*", "What people call it."),
    ("serial", "serial:ABC123", "The maker's serial number."),
    ("asset_tag", "asset_tag:A-17", "The sticker."),
    ("created", "created:today", "When its record was made."),
    ("updated", "updated:<2h", "When its record last changed."),
    ("seen", "seen:>30d", "When an inventory last found it."),
    ("sort", "sort:-updated", "The order; - in front turns it."),
];

struct Cis<'a>(&'a Model);

impl Cis<'_> {
    fn unknown(&self, name: &Word) -> QueryError {
        let attributes = self.0.classes.all().iter().flat_map(|class| &class.attribute).map(|one| one.name.as_str());
        let relations = self.0.relations.all().iter().map(|one| one.name.as_str());
        let known = FIELDS.iter().map(|(field, ..)| *field).chain(attributes).chain(relations);
        let near = nearest(&name.text.replace('-', "_"), known).map(str::to_owned);
        let hint = if near.is_none() { "; text with a colon needs quotes" } else { "" };
        QueryError::new(name.column, &name.text, format!("CIs have no field '{}'{hint}", name.text)).suggesting(near)
    }

    fn class(&self, value: &Word) -> Result<String, QueryError> {
        let found = self.0.classes.find(&value.text);
        found.map(|class| class.name.clone()).map_err(|error| QueryError::new(value.column, &value.text, error))
    }

    fn has(&self, value: &Word) -> Result<CiHas, QueryError> {
        let wanted = plain(&value.text);
        match wanted.as_str() {
            "ticket" => return Ok(CiHas::Ticket),
            "software" => return Ok(CiHas::Software),
            "redundancy" => return Ok(CiHas::Redundancy),
            "relation" => return Ok(CiHas::AnyRelation),
            _ => {}
        }
        if let Some(common) = Common::named(&wanted) {
            return Ok(CiHas::Field(common));
        }
        if self.0.classes.named(&wanted).next().is_some() {
            return Ok(CiHas::Attribute(wanted));
        }
        match self.0.relations.find(&value.text) {
            Ok((relation, reverse)) => Ok(CiHas::Relation(relation.name.clone(), reverse)),
            Err(_) => {
                let mut error = self.unknown(value);
                error.message =
                    format!("has: takes no '{}' but fields, relations, ticket, software, redundancy", value.text);
                Err(error)
            }
        }
    }
}

impl Vocabulary for Cis<'_> {
    type Term = CiTerm;
    type Sort = (CiSort, bool);

    fn bare(&self, word: &Word) -> Result<CiTerm, QueryError> {
        if !word.quoted && !word.star {
            let numbers: Result<Vec<CiId>, _> = word.text.split(',').map(str::parse).collect();
            if let Ok(numbers) = numbers {
                return Ok(CiTerm::Number(numbers));
            }
        }
        let text = word.text.trim();
        if text.is_empty() {
            return Err(QueryError::new(word.column, &word.text, "there is nothing to search for"));
        }
        Ok(CiTerm::Text(text.to_owned()))
    }

    fn is_sort(&self, name: &Word) -> Result<bool, QueryError> {
        Ok(plain(&name.text) == "sort")
    }

    fn sort(&self, name: &Word, values: &[Word]) -> Result<(CiSort, bool), QueryError> {
        let [value] = values else {
            return Err(QueryError::new(name.column, &name.text, "CIs are sorted by one field; write sort:name"));
        };
        let (text, descending) = match value.text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (value.text.as_str(), false),
        };
        CiSort::named(text).map(|sort| (sort, descending)).ok_or_else(|| {
            let known = || CiSort::ALL.iter().flat_map(|sort| sort.spelling().all());
            let message = format!("sort: takes no '{text}' but {}", known().collect::<Vec<_>>().join(", "));
            QueryError::new(value.column, text, message).suggesting(nearest(text, known()))
        })
    }

    fn term(&self, name: &Word, values: &[Word]) -> Result<CiTerm, QueryError> {
        if let Some(empty) = values.iter().find(|value| value.text.trim().is_empty() && !value.quoted) {
            let message = format!("{}: needs a value, or none", name.text);
            return Err(QueryError::new(empty.column, "", message));
        }
        let wanted = match plain(&name.text).as_str() {
            "env" => String::from("environment"),
            "state" => String::from("status"),
            "owner" => String::from("contact"),
            "number" => String::from("id"),
            "tags" => String::from("tag"),
            other => other.to_owned(),
        };
        match wanted.as_str() {
            "is" => {
                let read = |value: &Word| {
                    CiIs::named(&value.text).ok_or_else(|| {
                        let known = || CiIs::ALL.iter().flat_map(|is| is.spelling().all());
                        let near = nearest(&value.text, known());
                        let message = match near {
                            Some(_) => format!("is: takes no '{}'", value.text),
                            None => {
                                format!("is: takes no '{}' but {}", value.text, known().collect::<Vec<_>>().join(", "))
                            }
                        };
                        QueryError::new(value.column, &value.text, message).suggesting(near)
                    })
                };
                return values.iter().map(read).collect::<Result<_, _>>().map(CiTerm::Is);
            }
            "has" => return values.iter().map(|value| self.has(value)).collect::<Result<_, _>>().map(CiTerm::Has),
            "class" => {
                return values.iter().map(|value| self.class(value)).collect::<Result<_, _>>().map(CiTerm::Class);
            }
            "location" => return Ok(CiTerm::Location(values.iter().map(name_or_none).collect())),
            "id" => {
                let number = |value: &Word| {
                    value.text.parse::<CiId>().map_err(|wrong| QueryError::new(value.column, &value.text, wrong))
                };
                return values.iter().map(number).collect::<Result<_, _>>().map(CiTerm::Number);
            }
            _ => {}
        }
        if let Some(field) = Common::named(&wanted) {
            let any = values.iter().map(|value| test(name, value, field.holds(), None)).collect::<Result<_, _>>()?;
            return Ok(CiTerm::Common { field, any });
        }
        if let Some(attribute) = self.0.classes.named(&wanted).next() {
            let read = |value: &Word| test(name, value, attribute.holds, Some(attribute));
            let any = values.iter().map(read).collect::<Result<_, _>>()?;
            return Ok(CiTerm::Attribute { name: wanted.clone(), any });
        }
        match self.0.relations.find(&name.text) {
            Ok((relation, reverse)) => {
                let any = values.iter().map(name_or_none).collect();
                Ok(CiTerm::Related { relation: relation.name.clone(), reverse, any })
            }
            Err(_) => Err(self.unknown(name)),
        }
    }
}

fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('-', "_")
}

fn is_none(value: &Word) -> bool {
    !value.quoted && value.text.eq_ignore_ascii_case("none")
}

fn name_or_none(value: &Word) -> Option<String> {
    (!is_none(value)).then(|| value.text.trim().to_owned())
}

/// What stands behind the colon of a field, read as the field takes it.
fn test(name: &Word, value: &Word, holds: Type, attribute: Option<&Attribute>) -> Result<Test, QueryError> {
    if is_none(value) {
        return Ok(Test::None);
    }
    let refuse = |why: String| QueryError::new(value.column, &value.text, format!("{}: {why}", name.text));
    match holds {
        Type::Date | Type::Time => {
            let ahead = attribute.is_some_and(|one| one.expires || one.name == "due_back");
            let field = if ahead { TimeField::Due } else { TimeField::Updated };
            let range = TimeRange::parse(&value.text, field).map_err(|wrong| {
                refuse(format!("{wrong} '{}'; write <90d, 2026-01 or 2026-01-01..2026-03-31", value.text))
            })?;
            Ok(Test::Time(range, field))
        }
        Type::Number => {
            let Some(attribute) = attribute else { return Ok(Test::Is(value.text.trim().to_owned())) };
            // The bounds of what may be stored are no bounds of what may be asked.
            let free = Attribute { min: None, max: None, ..attribute.clone() };
            let number = |text: &str| match free.read(text) {
                Ok(value) => Ok(value.int().unwrap_or_default()),
                Err(_) => Err(refuse(format!("takes a number, <16 or 4..8, not '{}'", value.text))),
            };
            let text = value.text.trim();
            for (sign, comparison) in [
                ("<=", Comparison::AtMost),
                (">=", Comparison::AtLeast),
                ("<", Comparison::Less),
                (">", Comparison::More),
            ] {
                if let Some(rest) = text.strip_prefix(sign) {
                    return Ok(Test::Compared(comparison, number(rest)?));
                }
            }
            match text.split_once("..") {
                Some((from, to)) => Ok(Test::Between(number(from)?, number(to)?)),
                None => number(text).map(|n| Test::Between(n, n)),
            }
        }
        _ if value.star => Ok(Test::Begins(value.text.trim().to_owned())),
        _ => Ok(Test::Is(value.text.trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::rules::Rules;

    fn asked(text: &str) -> CiQuery {
        parse(text, &Rules::shipped().unwrap().cmdb).unwrap()
    }

    fn refused(text: &str) -> String {
        parse(text, &Rules::shipped().unwrap().cmdb).unwrap_err().to_string()
    }

    #[test]
    fn attributes_and_relations_of_the_desk_are_fields() {
        let query = asked("class:Server memory:<16000 runs_on:none hosts:vm7 fw sort:-seen");
        let Some(Expr::And(parts)) = query.filter else { panic!("{query:?}") };
        let term = |term: CiTerm| Expr::Term(term);
        assert_eq!(parts[0], term(CiTerm::Class(vec![String::from("server")])));
        let memory =
            CiTerm::Attribute { name: String::from("memory"), any: vec![Test::Compared(Comparison::Less, 16_000)] };
        assert_eq!(parts[1], term(memory));
        let related = |reverse, any| CiTerm::Related { relation: String::from("runs_on"), reverse, any };
        assert_eq!(parts[2], term(related(false, vec![None])));
        assert_eq!(parts[3], term(related(true, vec![Some(String::from("vm7"))])));
        assert_eq!(parts[4], term(CiTerm::Text(String::from("fw"))));
        assert_eq!(query.sort, Some((CiSort::Seen, true)));
        assert_eq!(asked("ci7").filter, Some(term(CiTerm::Number(vec![CiId(7)]))));
    }

    #[test]
    fn a_mistake_is_named_with_its_column_and_the_nearest_word() {
        assert_eq!(refused("x memroy:1"), "column 3: CIs have no field 'memroy'; did you mean 'memory'?");
        assert_eq!(refused("class:srever"), "column 7: there is no class 'srever'; did you mean 'server'?");
        assert_eq!(refused("is:liev"), "column 4: is: takes no 'liev'; did you mean 'live'?");
        assert_eq!(refused("memory:big"), "column 8: memory: takes a number, <16 or 4..8, not 'big'");
        assert_eq!(refused("(a"), "column 1: this parenthesis is not closed");
        assert_eq!(
            refused("expires:soon"),
            "column 9: expires: takes no 'soon'; write <90d, 2026-01 or 2026-01-01..2026-03-31"
        );
    }
}
