//! The tree of a query: what is asked, before anybody knows whom `anna` or which day `today` means.
//!
//! Trees are kept in a normal form, so that equal questions print alike: `And` and `Or` hold two or more parts, none of
//! their own sort; nothing is negated twice. [`Expr::all`], [`Expr::any`] and [`Expr::negated`] keep it.

use crate::desk::id::{Kind, Number};
use crate::desk::query::vocabulary::{ChoiceField, LevelField, PersonField, Place, ReferenceField, TimeField};
use crate::desk::query::when::TimeRange;
use crate::desk::query::words::{Has, Is, SortField};
use crate::desk::workflow::Phase;

/// A question about tickets: which ones, and in what order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// Which tickets; `None` means every one.
    pub filter: Option<Expr>,
    /// The order asked for; empty when the asker leaves it to the screen.
    pub sort: Vec<SortKey>,
}

impl Query {
    /// The same question, narrowed: only tickets for which `expr` holds too.
    #[must_use]
    pub fn and(self, expr: Expr) -> Query {
        let filter = Expr::all(self.filter.into_iter().chain([expr]).collect());
        Query { filter, sort: self.sort }
    }

    /// Whether it asks, anywhere in it, if a ticket is this.
    #[must_use]
    pub fn asks(&self, is: Is) -> bool {
        fn within(expr: &Expr, is: Is) -> bool {
            match expr {
                Expr::And(parts) | Expr::Or(parts) => parts.iter().any(|part| within(part, is)),
                Expr::Not(inner) => within(inner, is),
                Expr::Term(term) => matches!(term, Term::Is(words) if words.contains(&is)),
            }
        }
        self.filter.as_ref().is_some_and(|filter| within(filter, is))
    }

    /// The same question without an order, for counts.
    #[must_use]
    pub fn without_sort(self) -> Query {
        Query { filter: self.filter, sort: Vec::new() }
    }
}

/// What must hold of a ticket; or of another record, whose terms are others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr<T = Term> {
    /// Every part holds; at least two.
    And(Vec<Expr<T>>),
    /// At least one part holds; at least two.
    Or(Vec<Expr<T>>),
    /// It does not hold.
    Not(Box<Expr<T>>),
    /// One thing asked of one field.
    Term(T),
}

impl<T> Expr<T> {
    /// All of `parts`; `None` when there are none.
    #[must_use]
    pub fn all(parts: Vec<Expr<T>>) -> Option<Expr<T>> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Expr::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Expr::And(flat)) } else { flat.pop() }
    }

    /// Any of `parts`; `None` when there are none.
    #[must_use]
    pub fn any(parts: Vec<Expr<T>>) -> Option<Expr<T>> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Expr::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Expr::Or(flat)) } else { flat.pop() }
    }

    /// The contrary.
    #[must_use]
    pub fn negated(self) -> Expr<T> {
        match self {
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        }
    }
}

impl From<Term> for Expr {
    fn from(term: Term) -> Expr {
        Expr::Term(term)
    }
}

/// One thing asked of one field. Where it holds several values, any of them will do; it never holds none.
///
/// `None` among names and words is the word `none`: the field is empty. Names are as typed; whoever compares them
/// does so by [`fold`](crate::desk::query::fold).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// `is:open`.
    Is(Vec<Is>),
    /// `has:attachment`.
    Has(Vec<Has>),
    /// `kind:inc,req`.
    Kind(Vec<Kind>),
    /// `state:in_progress`: the keys of states, in lower case with `_`.
    State(Vec<String>),
    /// `phase:waiting`.
    Phase(Vec<Phase>),
    /// `prio:1,2`, `impact:<=2`.
    Level {
        /// Which of the three.
        field: LevelField,
        /// The levels that will do.
        ranges: Vec<LevelRange>,
    },
    /// `assignee:me,none`.
    Person {
        /// Which person of the ticket.
        field: PersonField,
        /// Who will do.
        who: Vec<Who>,
    },
    /// `team:net`: by key or name; a category by name or whole path, its children included.
    Reference {
        /// Which reference.
        field: ReferenceField,
        /// The names that will do.
        names: Vec<Option<String>>,
    },
    /// `channel:mail`, `ci:fw1`.
    Choice {
        /// Which field.
        field: ChoiceField,
        /// The words that will do.
        words: Vec<Option<String>>,
    },
    /// `tag:vpn`.
    Tag(Vec<Option<String>>),
    /// `linked:PRB-3`: related to one of these, in either direction.
    Linked(Vec<Number>),
    /// `INC-42`: one of these tickets.
    Number(Vec<Number>),
    /// `due:<4h`, `created:2026-01-01..2026-03-31`.
    Time {
        /// Which time.
        field: TimeField,
        /// The ranges that will do.
        ranges: Vec<TimeRange>,
    },
    /// `vpn*`, `"bgp flap"`, `title:printer`.
    Text {
        /// Where it is looked for.
        place: Place,
        /// The words or phrases that will do.
        any: Vec<TextMatch>,
    },
}

/// Levels from `from` to `to`, both included; 1 is the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LevelRange {
    /// The smallest number.
    pub from: u8,
    /// The largest number.
    pub to: u8,
}

/// Whom a query means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whoever asks.
    Me,
    /// Nobody.
    None,
    /// The person of that login or name.
    Named(String),
}

/// A word or phrase to be found in text, by the rules of [`tokens`](crate::desk::query::tokens).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextMatch {
    /// As typed, without quotes and star; holds at least one token. Several tokens are a phrase.
    pub text: String,
    /// Whether the last token may go on: `vpn*`.
    pub prefix: bool,
}

/// One key of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// By what.
    pub field: SortField,
    /// From the largest.
    pub descending: bool,
}
