//! What stands behind a field's colon, read as the field takes it.

use crate::desk::id::{Kind, Number};
use crate::desk::query::ast::{LevelRange, SortKey, Term, TextMatch, Who};
use crate::desk::query::error::{QueryError, nearest};
use crate::desk::query::lex::Word;
use crate::desk::query::tokens::is_searchable;
use crate::desk::query::vocabulary::{FieldHelp, LevelField, Place, Takes};
use crate::desk::query::when::TimeRange;
use crate::desk::query::words::{Has, Is, SortField, Spelling};
use crate::desk::workflow::Phase;

type Read<T> = Result<T, QueryError>;

/// A word without a field: the number of a ticket, or text.
pub(super) fn bare(word: &Word) -> Read<Term> {
    if !word.quoted && !word.star {
        let numbers: Result<Vec<Number>, _> = word.text.split(',').map(str::parse).collect();
        if let Ok(numbers) = numbers {
            return Ok(Term::Number(numbers));
        }
    }
    Ok(Term::Text { place: Place::Anywhere, any: vec![text(word)?] })
}

/// `field:values` as a term.
pub(super) fn term(field: &FieldHelp, values: &[Word]) -> Read<Term> {
    check(field, values)?;
    Ok(match field.takes {
        Takes::Is => Term::Is(each(values, |v| choose(field, v, Is::named, Is::ALL.iter().map(|w| w.spelling())))?),
        Takes::Has => Term::Has(each(values, |v| choose(field, v, Has::named, Has::ALL.iter().map(|w| w.spelling())))?),
        Takes::Kind => Term::Kind(each(values, |v| kind(field, v))?),
        Takes::State => Term::State(each(values, |v| Ok(state(&v.text)))?),
        Takes::Phase => Term::Phase(each(values, |v| phase(field, v))?),
        Takes::Level(level) => Term::Level { field: level, ranges: each(values, |v| range(field, level, v))? },
        Takes::Person(person) => Term::Person { field: person, who: each(values, |v| Ok(who(v)))? },
        Takes::Reference(reference) => Term::Reference { field: reference, names: each(values, |v| Ok(name(v)))? },
        Takes::Choice(choice) => Term::Choice { field: choice, words: each(values, |v| Ok(name(v)))? },
        Takes::Tag => Term::Tag(each(values, |v| Ok(name(v)))?),
        Takes::Linked => Term::Linked(each(values, number)?),
        Takes::Number => Term::Number(each(values, number)?),
        Takes::Time(time) => {
            let read = |v: &Word| {
                TimeRange::parse(&v.text, time).map_err(|wrong| {
                    let message = format!("{}: {wrong} '{}'; write {}", field.name, v.text, field.example);
                    QueryError::new(v.column, &v.text, message)
                })
            };
            Term::Time { field: time, ranges: each(values, read)? }
        }
        Takes::Text(place) => Term::Text { place, any: each(values, text)? },
        // The parser keeps orders apart.
        Takes::Sort => return Err(QueryError::new(1, field.name, "an order is no condition")),
    })
}

/// `sort:due,-updated`.
pub(super) fn sort_keys(field: &FieldHelp, values: &[Word]) -> Read<Vec<SortKey>> {
    check(field, values)?;
    let mut keys: Vec<SortKey> = Vec::new();
    for value in values {
        let (descending, text) = match value.text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, value.text.strip_prefix('+').unwrap_or(&value.text)),
        };
        let word = Word { text: text.to_owned(), ..value.clone() };
        let by = choose(field, &word, SortField::named, SortField::ALL.iter().map(|w| w.spelling()))?;
        if keys.iter().any(|key| key.field == by) {
            return Err(QueryError::new(value.column, text, format!("the order names '{}' twice", by.word())));
        }
        keys.push(SortKey { field: by, descending });
    }
    Ok(keys)
}

/// What holds of values wherever they stand: something is given, and only text may end in a star.
fn check(field: &FieldHelp, values: &[Word]) -> Read<()> {
    for value in values {
        if value.text.trim().is_empty() && !value.star {
            let message = format!("{}: needs a value, such as {}", field.name, field.example);
            return Err(QueryError::new(value.column, "", message));
        }
        if value.star && !matches!(field.takes, Takes::Text(_)) {
            let message = format!("only text may end in a star; {}: takes {}", field.name, field.takes.words());
            return Err(QueryError::new(value.column, &format!("{}*", value.text), message));
        }
    }
    Ok(())
}

fn each<T>(values: &[Word], read: impl FnMut(&Word) -> Read<T>) -> Read<Vec<T>> {
    values.iter().map(read).collect()
}

/// One word of a closed set; the error knows the set.
fn choose<T>(
    field: &FieldHelp,
    value: &Word,
    named: impl Fn(&str) -> Option<T>,
    known: impl Iterator<Item = &'static Spelling> + Clone,
) -> Read<T> {
    named(value.text.trim()).ok_or_else(|| {
        let nearest = nearest(&value.text, known.clone().flat_map(Spelling::all));
        unknown(field, value, nearest, known.map(|spelling| spelling.word))
    })
}

fn unknown(
    field: &FieldHelp,
    value: &Word,
    nearest: Option<&str>,
    known: impl Iterator<Item = &'static str>,
) -> QueryError {
    let mut message = format!("{}: takes no '{}'", field.name, value.text);
    if nearest.is_none() {
        message.push_str(" but ");
        message.push_str(&known.collect::<Vec<_>>().join(", "));
    }
    QueryError::new(value.column, &value.text, message).suggesting(nearest)
}

fn kind(field: &FieldHelp, value: &Word) -> Read<Kind> {
    Kind::named(value.text.trim()).ok_or_else(|| {
        let words = Kind::ALL.into_iter().map(Kind::word);
        let prefixes = ["inc", "req", "prb", "chg", "rel", "imp"].into_iter();
        unknown(field, value, nearest(&value.text, words.clone().chain(prefixes)), words)
    })
}

fn phase(field: &FieldHelp, value: &Word) -> Read<Phase> {
    let word = value.text.trim().to_ascii_lowercase();
    Phase::ALL.into_iter().find(|phase| phase_word(*phase) == word).ok_or_else(|| {
        let words = Phase::ALL.into_iter().map(phase_word);
        unknown(field, value, nearest(&word, words.clone()), words)
    })
}

/// The word for a phase.
pub(super) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::New => "new",
        Phase::Active => "active",
        Phase::Waiting => "waiting",
        Phase::Done => "done",
        Phase::Closed => "closed",
    }
}

/// The key of a state as workflows spell it: `In-Progress` is `in_progress`.
pub(super) fn state(text: &str) -> String {
    text.trim().to_lowercase().replace(['-', ' '], "_")
}

fn range(field: &FieldHelp, level: LevelField, value: &Word) -> Read<LevelRange> {
    let max = level.max();
    let wrong = |message: String| QueryError::new(value.column, &value.text, message);
    let read = |text: &str| {
        let digits = match level {
            LevelField::Priority => text.trim().trim_start_matches(['p', 'P']),
            LevelField::Impact | LevelField::Urgency => text.trim(),
        };
        digits.parse::<u8>().ok().filter(|n| (1..=max).contains(n)).ok_or_else(|| {
            wrong(format!("{}: takes 1 to {max}, not '{}'; write {}", field.name, value.text, field.example))
        })
    };
    let text = value.text.trim();
    let (from, to) = if let Some(rest) = text.strip_prefix("<=") {
        (1, read(rest)?)
    } else if let Some(rest) = text.strip_prefix(">=") {
        (read(rest)?, max)
    } else if let Some(rest) = text.strip_prefix('<') {
        (1, read(rest)?.saturating_sub(1))
    } else if let Some(rest) = text.strip_prefix('>') {
        (read(rest)?.saturating_add(1), max)
    } else {
        match text.split_once("..") {
            None => (read(text)?, read(text)?),
            Some(("", "")) => return Err(wrong(format!("a range needs an end; write {}:1..3", field.name))),
            Some(("", to)) => (1, read(to)?),
            Some((from, "")) => (read(from)?, max),
            Some((from, to)) => (read(from)?, read(to)?),
        }
    };
    if from > to {
        return Err(wrong(format!("no {} is {}", field.name, value.text)));
    }
    Ok(LevelRange { from, to })
}

fn who(value: &Word) -> Who {
    let is = |word| !value.quoted && value.text.eq_ignore_ascii_case(word);
    match () {
        () if is("me") => Who::Me,
        () if is("none") => Who::None,
        () => Who::Named(value.text.trim().to_owned()),
    }
}

fn name(value: &Word) -> Option<String> {
    let none = !value.quoted && value.text.eq_ignore_ascii_case("none");
    (!none).then(|| value.text.trim().to_owned())
}

fn number(value: &Word) -> Read<Number> {
    value.text.parse().map_err(|message: String| QueryError::new(value.column, &value.text, message))
}

fn text(value: &Word) -> Read<TextMatch> {
    let text = value.text.trim().to_owned();
    if is_searchable(&text) {
        return Ok(TextMatch { text, prefix: value.star });
    }
    let word = if value.star { format!("{text}*") } else { text };
    let message = format!("there is nothing to search for in '{word}'");
    Err(QueryError::new(value.column, &word, message))
}
