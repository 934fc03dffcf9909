//! What could come next: fields, their words, and the desk's own names, at the cursor of a filter line.

use std::borrow::Cow;
use std::ops::Range;

use crate::desk::id::Kind;
use crate::desk::query::lex::{is_name, is_space};
use crate::desk::query::print::quoted;
use crate::desk::query::vocabulary::{FIELDS, FieldHelp, ReferenceField, Takes, TimeField, field_named};
use crate::desk::query::words::{Has, Is, SortField};

/// The names of a desk, as completion offers them.
pub trait Names {
    /// Logins of people.
    fn people(&self) -> Vec<String>;
    /// Keys of teams.
    fn teams(&self) -> Vec<String>;
    /// Keys of services.
    fn services(&self) -> Vec<String>;
    /// Categories, by name or whole path.
    fn categories(&self) -> Vec<String>;
    /// Keys of states of all workflows.
    fn states(&self) -> Vec<String>;
    /// Tags in use.
    fn tags(&self) -> Vec<String>;
    /// The words of one of the desk's lists, such as `channel`.
    fn choices(&self, list: &str) -> Vec<String>;
}

/// What may replace what is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that a candidate replaces.
    pub replace: Range<usize>,
    /// The best first.
    pub candidates: Vec<Candidate>,
}

/// One thing that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What to insert, in quotes where it needs them.
    pub text: String,
    /// What it means; empty for the desk's own names.
    pub help: Cow<'static, str>,
}

impl Candidate {
    pub(in crate::desk) fn new(text: impl Into<String>, help: impl Into<Cow<'static, str>>) -> Self {
        Candidate { text: text.into(), help: help.into() }
    }
}

/// What could be meant at `cursor`, a byte of `text`: a field, or a value of the field before it.
#[must_use]
pub fn complete(text: &str, cursor: usize, names: &dyn Names) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at_checked(cursor).unwrap_or((text, ""));
    let place = place(before, field_named);
    let typed = before.get(place.begin..).unwrap_or_default();
    let Some(field) = place.field else {
        let replace = place.begin..cursor + rest_of_name(after);
        return Completion { replace, candidates: fields(typed) };
    };
    // Signs before a value stay: the order's `-`, a time's `<`, a range's beginning.
    let kept = match field.takes {
        Takes::Sort => typed.len() - typed.trim_start_matches(['-', '+']).len(),
        Takes::Time(_) | Takes::Level(_) => typed.rfind(['<', '>', '=', '.']).map_or(0, |at| at + 1),
        _ => 0,
    };
    let typed = typed.get(kept..).unwrap_or_default();
    let end = rest_of_value(after, place.quoted);
    let candidates = ranked(values(field, kept > 0, names), typed.trim_start_matches('"'));
    Completion { replace: place.begin + kept..cursor + end, candidates }
}

/// How many bytes behind the cursor belong to a name of a field, its colon included.
pub(in crate::desk) fn rest_of_name(after: &str) -> usize {
    let rest = after.find(|c| !is_name(c)).unwrap_or(after.len());
    rest + usize::from(after.get(rest..).is_some_and(|rest| rest.starts_with(':')))
}

/// How many bytes behind the cursor belong to a value.
pub(in crate::desk) fn rest_of_value(after: &str, quoted: bool) -> usize {
    if quoted {
        after.find('"').map_or(0, |at| at + 1)
    } else {
        after.find(|c| is_space(c) || matches!(c, ',' | '(' | ')')).unwrap_or(after.len())
    }
}

/// Where the cursor stands.
pub(in crate::desk) struct Standing<F> {
    /// The field whose value is being typed; none where a word or a field's name is.
    pub(in crate::desk) field: Option<F>,
    /// Where that value or word begins.
    pub(in crate::desk) begin: usize,
    /// Whether a quote is open.
    pub(in crate::desk) quoted: bool,
}

/// Reads what stands before the cursor as the lexer would, but forgives what is not finished.
pub(in crate::desk) fn place<F>(before: &str, named: impl Fn(&str) -> Option<F>) -> Standing<F> {
    let mut standing = Standing { field: None, begin: 0, quoted: false };
    let mut last = ' ';
    for (at, c) in before.char_indices() {
        let next = at + c.len_utf8();
        let begins = at == standing.begin;
        match c {
            '"' if standing.quoted => standing.quoted = false,
            _ if standing.quoted => {}
            '"' if begins || matches!(last, '"' | '<' | '>' | '=' | '.') => standing.quoted = true,
            _ if is_space(c) || matches!(c, '(' | ')') => {
                standing = Standing { field: None, begin: next, quoted: false }
            }
            '-' if begins && standing.field.is_none() => standing.begin = next,
            ':' if standing.field.is_none() => {
                let field = before.get(standing.begin..at).and_then(&named);
                if field.is_some() {
                    standing = Standing { field, begin: next, quoted: false };
                }
            }
            ',' if standing.field.is_some() => standing.begin = next,
            _ => {}
        }
        last = c;
    }
    standing
}

/// Fields, and the words of `is:`, that begin so.
fn fields(typed: &str) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let fields = FIELDS
        .iter()
        .filter(|row| row.spellings().any(|spelling| spelling.starts_with(&typed)))
        .map(|row| Candidate::new(format!("{}:", row.name), row.help));
    let words = Is::ALL
        .iter()
        .map(|word| word.spelling())
        .filter(|word| !typed.is_empty() && word.all().any(|spelling| spelling.starts_with(&typed)))
        .map(|word| Candidate::new(format!("is:{}", word.word), word.help));
    fields.chain(words).collect()
}

/// What `typed` begins, then what has it anywhere.
pub(in crate::desk) fn ranked(candidates: Vec<Candidate>, typed: &str) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let bare = |candidate: &Candidate| candidate.text.trim_matches('"').to_lowercase();
    let (mut first, rest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|c| bare(c).starts_with(&typed));
    first.extend(rest.into_iter().filter(|c| bare(c).contains(&typed)));
    first
}

/// Everything that a field could take. Behind a sign such as `<` there is no `none`.
fn values(field: &FieldHelp, signed: bool, names: &dyn Names) -> Vec<Candidate> {
    let own = |names: Vec<String>| names.into_iter().map(|name| Candidate::new(quoted(&name), "")).collect::<Vec<_>>();
    let or_none = |mut own: Vec<Candidate>| {
        own.push(Candidate::new("none", "Nothing is given."));
        own
    };
    match field.takes {
        Takes::Is => Is::ALL.iter().map(|w| Candidate::new(w.word(), w.spelling().help)).collect(),
        Takes::Has => Has::ALL.iter().map(|w| Candidate::new(w.word(), w.spelling().help)).collect(),
        Takes::Sort => SortField::ALL.iter().map(|w| Candidate::new(w.word(), w.spelling().help)).collect(),
        Takes::Kind => Kind::ALL.iter().map(|kind| Candidate::new(kind.word(), "")).collect(),
        Takes::State => own(names.states()),
        Takes::Phase => ["new", "active", "waiting", "done", "closed"].map(|w| Candidate::new(w, "")).to_vec(),
        Takes::Level(level) => (1..=level.max()).map(|n| Candidate::new(n.to_string(), "")).collect(),
        Takes::Person(_) => {
            let me = [Candidate::new("me", "Whoever asks."), Candidate::new("none", "Nobody.")];
            me.into_iter().chain(own(names.people())).collect()
        }
        Takes::Reference(ReferenceField::Team) => or_none(own(names.teams())),
        Takes::Reference(ReferenceField::Service) => or_none(own(names.services())),
        Takes::Reference(ReferenceField::Category) => or_none(own(names.categories())),
        Takes::Tag => or_none(own(names.tags())),
        Takes::Choice(choice) => or_none(own(choice.list().map(|list| names.choices(list)).unwrap_or_default())),
        Takes::Time(time) => times(time, signed),
        Takes::Linked | Takes::Number | Takes::Text(_) => Vec::new(),
    }
}

fn times(field: TimeField, signed: bool) -> Vec<Candidate> {
    let spans = [("1d", "One day."), ("7d", "A week.")];
    let days = [("today", ""), ("yesterday", ""), ("tomorrow", "")];
    let less = if field.looks_back() { "Less than that ago." } else { "Before four hours from now." };
    let more = if field.looks_back() { "Longer ago than a week." } else { "After a week from now." };
    let compared = [("<4h", less), (">7d", more)];
    let none = [("none", "There is no such time.")];
    let dated = field != TimeField::Age;
    let offered = days.into_iter().filter(|_| dated).chain(compared.into_iter().filter(|_| !signed));
    let offered = offered.chain(spans.into_iter().filter(|_| signed));
    offered
        .chain(none.into_iter().filter(|_| dated && !signed))
        .map(|(text, help)| Candidate::new(text, help))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Desk;

    impl Names for Desk {
        fn people(&self) -> Vec<String> {
            ["anna", "bob", "Berta Braun"].map(str::to_owned).to_vec()
        }
        fn teams(&self) -> Vec<String> {
            ["net", "ops"].map(str::to_owned).to_vec()
        }
        fn services(&self) -> Vec<String> {
            vec!["payroll".to_owned()]
        }
        fn categories(&self) -> Vec<String> {
            vec!["Network / VPN".to_owned()]
        }
        fn states(&self) -> Vec<String> {
            ["new", "in_progress", "pending"].map(str::to_owned).to_vec()
        }
        fn tags(&self) -> Vec<String> {
            vec!["vpn".to_owned()]
        }
        fn choices(&self, list: &str) -> Vec<String> {
            vec![format!("a_{list}")]
        }
    }

    /// Completes at the `|` and shows every outcome as it would stand in the line.
    fn outcomes(line: &str) -> Vec<String> {
        let cursor = line.find('|').unwrap();
        let text = line.replace('|', "");
        let completion = complete(&text, cursor, &Desk);
        let put = |candidate: Candidate| {
            let mut text = text.clone();
            text.replace_range(completion.replace.clone(), &candidate.text);
            text
        };
        completion.candidates.clone().into_iter().map(put).collect()
    }

    #[test]
    fn a_beginning_becomes_a_field_or_a_word_of_is() {
        assert_eq!(outcomes("is:open pri|"), ["is:open prio:"]);
        assert_eq!(outcomes("-(tea|"), ["-(team:"]);
        assert_eq!(outcomes("brea|"), ["is:breached"]);
        assert_eq!(outcomes("pr|i:1"), ["prio:1"]);
        assert_eq!(complete("", 0, &Desk).candidates.len(), FIELDS.len());
    }

    #[test]
    fn values_come_from_the_language_and_from_the_desk() {
        assert_eq!(outcomes("is:br|"), ["is:breached"]);
        assert_eq!(outcomes("-has:wo|"), ["-has:workaround"]);
        assert_eq!(outcomes("kind:inc,pr|"), ["kind:inc,problem", "kind:inc,improvement"]);
        assert_eq!(outcomes("(team:n|)"), ["(team:net)", "(team:none)"]);
        assert_eq!(outcomes("assignee:b|"), ["assignee:bob", "assignee:\"Berta Braun\""]);
        assert_eq!(outcomes("sort:due,-upd|"), ["sort:due,-updated"]);
        assert_eq!(outcomes("state:pro|"), ["state:in_progress"]);
        assert_eq!(outcomes("channel:|"), ["channel:a_channel", "channel:none"]);
        assert_eq!(outcomes("due:<1|"), ["due:<1d"]);
    }

    #[test]
    fn an_open_quote_is_completed_and_closed() {
        assert_eq!(outcomes("category:\"network / |"), ["category:\"Network / VPN\""]);
        assert_eq!(outcomes("x assignee:anna,\"berta b|\" y"), ["x assignee:anna,\"Berta Braun\" y"]);
    }

    #[test]
    fn what_stands_behind_the_cursor_in_the_same_word_is_replaced() {
        assert_eq!(outcomes("assignee:an|dy,bob x"), ["assignee:anna,bob x"]);
        assert_eq!(complete("ä", 1, &Desk).replace, 0..2);
        assert_eq!(complete("x", 99, &Desk).replace, 0..1);
    }
}
