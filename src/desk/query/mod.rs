//! The query language: one way to say *which tickets*, for the filter line, the command line, views, rules and reports.
//!
//! ```text
//! is:open team:net prio:1,2 due:<4h "bgp flap" -assignee:none (ci:fw1 or ci:fw2) sort:due,-updated
//! ```
//!
//! [`parse`] reads text into a [`Query`]; a `Query` prints itself in one canonical form that reads back as the same tree.
//! What fields there are, how they are spelt and what they take stands in one table, [`FIELDS`], from which parser,
//! [`complete`], suggestions and guide all read.
//!
//! A query stays as it was typed: `today` is the day on which it is asked, `assignee:anna` whoever is called so then.
//! The store turns it into SQL; [`matches()`] answers the same question of one ticket in memory, slowly and plainly:
//! it is what the store's answers are measured against.

mod ast;
mod complete;
mod error;
mod evaluate;
mod facts;
mod lex;
mod parse;
mod print;
mod tokens;
mod values;
mod vocabulary;
mod when;
mod words;

pub use ast::{Expr, LevelRange, Query, SortKey, Term, TextMatch, Who};
pub use complete::{Candidate, Completion, Names, complete};
pub(in crate::desk) use complete::{place, ranked, rest_of_name, rest_of_value};
pub use error::QueryError;
pub(in crate::desk) use error::nearest;
pub use evaluate::matches;
pub use facts::{Facts, Named, PersonNames};
pub(in crate::desk) use lex::Word;
pub use parse::parse;
pub(in crate::desk) use parse::{Vocabulary, read};
pub(in crate::desk) use print::quoted;
pub use tokens::{fold, located, tokens};
pub use vocabulary::{
    ChoiceField, FIELDS, FieldHelp, LevelField, PersonField, Place, ReferenceField, Takes, TimeField, field_named,
};
pub use when::{Comparison, TimeRange, When};
pub(in crate::desk) use words::words;
pub use words::{Has, Is, SortField, Spelling};
