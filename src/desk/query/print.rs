//! A query as text, in one canonical form that reads back as the same tree.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use crate::desk::id::Number;
use crate::desk::query::ast::{Expr, LevelRange, Query, SortKey, Term, TextMatch, Who};
use crate::desk::query::lex::is_space;
use crate::desk::query::values::phase_word;
use crate::desk::query::vocabulary::{Place, Takes, name_of};
use crate::desk::query::when::TimeRange;

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.filter {
            // An order stands beside the whole, never inside one alternative.
            Some(filter @ Expr::Or(_)) if !self.sort.is_empty() => write!(f, "({filter})")?,
            Some(filter) => filter.fmt(f)?,
            None => {}
        }
        if self.sort.is_empty() {
            return Ok(());
        }
        let gap = if self.filter.is_some() { " " } else { "" };
        write!(f, "{gap}{}:{}", name_of(Takes::Sort), listed(&self.sort, SortKey::to_string))
    }
}

impl Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.field.word())
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::And(parts) => joined(f, parts, " "),
            Expr::Or(parts) => joined(f, parts, " or "),
            Expr::Not(inner) if matches!(**inner, Expr::Term(_)) => write!(f, "-{inner}"),
            Expr::Not(inner) => write!(f, "-({inner})"),
            Expr::Term(term) => term.fmt(f),
        }
    }
}

/// Parts of an `And` or `Or`. Only an `Or` within an `And` needs parentheses, which it had when it was typed:
/// so nothing nests deeper printed than typed.
fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], between: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        match part {
            Expr::Or(_) => write!(f, "({part})")?,
            _ => part.fmt(f)?,
        }
    }
    Ok(())
}

impl Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (takes, values) = match self {
            Term::Is(words) => (Takes::Is, listed(words, |w| w.word().to_owned())),
            Term::Has(words) => (Takes::Has, listed(words, |w| w.word().to_owned())),
            Term::Kind(kinds) => (Takes::Kind, listed(kinds, |k| k.word().to_owned())),
            Term::State(states) => (Takes::State, listed(states, |s| quoted(s))),
            Term::Phase(phases) => (Takes::Phase, listed(phases, |p| phase_word(*p).to_owned())),
            Term::Level { field, ranges } => (Takes::Level(*field), listed(ranges, LevelRange::to_string)),
            Term::Person { field, who } => (Takes::Person(*field), listed(who, Who::to_string)),
            Term::Reference { field, names } => (Takes::Reference(*field), listed(names, name)),
            Term::Choice { field, words } => (Takes::Choice(*field), listed(words, name)),
            Term::Tag(tags) => (Takes::Tag, listed(tags, name)),
            Term::Linked(numbers) => (Takes::Linked, listed(numbers, Number::to_string)),
            Term::Number(numbers) => return f.write_str(&listed(numbers, Number::to_string)),
            Term::Time { field, ranges } => (Takes::Time(*field), listed(ranges, TimeRange::to_string)),
            Term::Text { place: Place::Anywhere, any } if any.len() == 1 => return f.write_str(&listed(any, word)),
            Term::Text { place, any } => (Takes::Text(*place), listed(any, TextMatch::to_string)),
        };
        write!(f, "{}:{values}", name_of(takes))
    }
}

fn listed<T>(values: &[T], show: impl Fn(&T) -> String) -> String {
    values.iter().map(show).collect::<Vec<_>>().join(",")
}

impl Display for LevelRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LevelRange { from, to } if from == to => write!(f, "{from}"),
            LevelRange { from, to } => write!(f, "{from}..{to}"),
        }
    }
}

impl Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Me => f.write_str("me"),
            Who::None => f.write_str("none"),
            Who::Named(name) => f.write_str(&quoted(name)),
        }
    }
}

impl Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeRange::None => f.write_str("none"),
            TimeRange::Within(when) => f.write_str(&quoted(when.text())),
            TimeRange::Compared(comparison, when) => {
                f.write_str(&quoted(&format!("{}{}", comparison.sign(), when.text())))
            }
            TimeRange::Between(from, to) => f.write_str(&quoted(&format!("{}..{}", from.text(), to.text()))),
        }
    }
}

impl Display for TextMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(&self.text))?;
        f.write_str(if self.prefix { "*" } else { "" })
    }
}

fn name(name: &Option<String>) -> String {
    name.as_deref().map_or_else(|| "none".to_owned(), quoted)
}

/// A word of text without a field: in quotes where it would be something else without them.
fn word(text: &TextMatch) -> String {
    let bare = text.text.as_str();
    let keyword = bare.eq_ignore_ascii_case("or");
    let other = keyword || bare.starts_with('-') || bare.contains(':') || bare.parse::<Number>().is_ok();
    if other { format!("{}{}", in_quotes(bare), if text.prefix { "*" } else { "" }) } else { text.to_string() }
}

/// A value, in quotes where it needs them.
pub(in crate::desk) fn quoted(value: &str) -> String {
    let special = |c: char| is_space(c) || matches!(c, '(' | ')' | ',' | '"');
    let keyword = value.eq_ignore_ascii_case("none") || value.eq_ignore_ascii_case("me");
    if keyword || value.is_empty() || value.ends_with('*') || value.contains(special) {
        in_quotes(value)
    } else {
        value.to_owned()
    }
}

fn in_quotes(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

impl Serialize for Query {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::desk::id::Kind;
    use crate::desk::query::tokens::is_searchable;
    use crate::desk::query::values::state;
    use crate::desk::query::vocabulary::{ChoiceField, LevelField, PersonField, ReferenceField, TimeField};
    use crate::desk::query::words::{Has, Is, SortField};
    use crate::desk::query::{complete, parse};
    use crate::desk::workflow::Phase;

    fn some<T: std::fmt::Debug + Clone + 'static>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
        prop::collection::vec(one, 1..4)
    }

    /// Names with everything in them that means something elsewhere.
    fn a_name() -> impl Strategy<Value = String> {
        let wild = "[ a-cA-Z0-9äß\u{2003}\u{301}\"',:;*.<>=()/\\\\_-]{1,8}";
        let keyword =
            select(&["me", "None", "or", "AND", "not", "inc42", "REQ-7", "today", "a..b", "<1", "x*", "-x"][..]);
        prop_oneof![wild.prop_map(|name| name.trim().to_owned()), keyword.prop_map(str::to_owned)]
            .prop_filter("names are not empty", |name| !name.is_empty())
    }

    fn a_time() -> impl Strategy<Value = Term> {
        let texts = [
            "none",
            "today",
            "4h",
            "<4h",
            ">=1w",
            "2026",
            "<=2026-03",
            "2026-01-01..2026-03-31",
            "..fri",
            "1d..7d",
            "fri 14:00",
            "<2026-03-31t14:00",
            ">-1w",
            "fri 14:00..fri 16:00",
        ];
        let fields = [TimeField::Created, TimeField::Due, TimeField::PlannedEnd, TimeField::Age];
        (select(fields.to_vec()), some(select(texts.to_vec()))).prop_filter_map(
            "valid for that field",
            |(field, texts)| {
                let ranges = texts.iter().map(|text| TimeRange::parse(text, field)).collect::<Result<_, _>>().ok()?;
                Some(Term::Time { field, ranges })
            },
        )
    }

    fn a_term() -> impl Strategy<Value = Term> {
        let number = || (select(&Kind::ALL[..]), 1..i64::MAX).prop_map(|(kind, n)| Number { kind, n });
        let names = || some(prop::option::of(a_name()));
        let range = |max: u8| (1..=max, 1..=max).prop_map(|(a, b)| LevelRange { from: a.min(b), to: a.max(b) });
        let who = prop_oneof![Just(Who::Me), Just(Who::None), a_name().prop_map(Who::Named)];
        let text = (a_name(), any::<bool>())
            .prop_filter("there is something to search for", |(text, _)| is_searchable(text))
            .prop_map(|(text, prefix)| TextMatch { text, prefix });
        let references = [ReferenceField::Team, ReferenceField::Service, ReferenceField::Category];
        let choices = [ChoiceField::Ci, ChoiceField::Channel, ChoiceField::External, ChoiceField::PendingReason];
        prop_oneof![
            some(select(Is::ALL)).prop_map(Term::Is),
            some(select(Has::ALL)).prop_map(Term::Has),
            some(select(&Kind::ALL[..])).prop_map(Term::Kind),
            some(a_name().prop_map(|name| state(&name))).prop_map(Term::State),
            some(select(&Phase::ALL[..])).prop_map(Term::Phase),
            some(range(5)).prop_map(|ranges| Term::Level { field: LevelField::Priority, ranges }),
            some(range(4)).prop_map(|ranges| Term::Level { field: LevelField::Urgency, ranges }),
            (select(&[PersonField::Requester, PersonField::Assignee][..]), some(who))
                .prop_map(|(field, who)| Term::Person { field, who }),
            (select(references.to_vec()), names()).prop_map(|(field, names)| Term::Reference { field, names }),
            (select(choices.to_vec()), names()).prop_map(|(field, words)| Term::Choice { field, words }),
            names().prop_map(Term::Tag),
            some(number()).prop_map(Term::Linked),
            some(number()).prop_map(Term::Number),
            a_time(),
            (select(&[Place::Anywhere, Place::Title][..]), some(text))
                .prop_map(|(place, any)| Term::Text { place, any }),
        ]
    }

    fn a_filter() -> impl Strategy<Value = Expr> {
        a_term().prop_map(Expr::Term).prop_recursive(5, 24, 4, |inner| {
            let parts = || prop::collection::vec(inner.clone(), 1..4);
            prop_oneof![
                parts().prop_filter_map("not empty", Expr::all),
                parts().prop_filter_map("not empty", Expr::any),
                inner.prop_map(Expr::negated),
            ]
        })
    }

    prop_compose! {
        fn a_query()(filter in prop::option::of(a_filter()), by in prop::sample::subsequence(SortField::ALL.to_vec(), 0..4),
                     descending in any::<bool>()) -> Query {
            Query { filter, sort: by.into_iter().map(|field| SortKey { field, descending }).collect() }
        }
    }

    /// Text made of the pieces of the language, nearly right and often wrong.
    fn nearly_a_query() -> impl Strategy<Value = String> {
        let pieces = [
            "is:", "open", "(", ")", "-", " or ", " and ", " not ", "\"", "sort:", "due", ",", "*", "..", "<", ":",
            "tag:", "inc42", " ", "none", "prio:", "1", "age:", ">7d", "ä", "\0", "\u{301}", "text:", "code:",
        ];
        prop::collection::vec(select(pieces.to_vec()), 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_printed_reads_back_as_the_same_tree(query in a_query()) {
            prop_assert_eq!(parse(&query.to_string()), Ok(query.clone()), "{}", query);
        }

        #[test]
        fn any_text_is_a_query_that_reads_back_or_an_error_within_it(text in prop_oneof![any::<String>(), nearly_a_query()]) {
            match parse(&text) {
                Ok(query) => {
                    let printed = query.to_string();
                    prop_assert!(printed.len() <= 8 * text.len(), "{}", printed);
                    prop_assert_eq!(parse(&printed), Ok(query), "{}", printed);
                }
                Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column), "{}", error),
            }
        }

        #[test]
        fn completion_replaces_a_part_of_any_text(text in nearly_a_query(), cursor in 0usize..100) {
            let completion = complete(&text, cursor, &Nobody);
            prop_assert!(text.get(completion.replace.clone()).is_some(), "{:?}", completion.replace);
        }
    }

    struct Nobody;

    impl crate::desk::query::Names for Nobody {
        fn people(&self) -> Vec<String> {
            Vec::new()
        }
        fn teams(&self) -> Vec<String> {
            Vec::new()
        }
        fn services(&self) -> Vec<String> {
            Vec::new()
        }
        fn categories(&self) -> Vec<String> {
            Vec::new()
        }
        fn states(&self) -> Vec<String> {
            Vec::new()
        }
        fn tags(&self) -> Vec<String> {
            Vec::new()
        }
        fn choices(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
    }
}
