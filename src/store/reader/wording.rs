//! Between what people type and what the file holds: values of fields as words, and words as values.

use crate::desk::field::{Edit, Field, Shape, Value};
use crate::desk::id::PersonId;
use crate::desk::priority::{Level, Priority};
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::desk::time::{MINUTE, Moment, Timestamp, parse_span, parse_time};
use crate::store::reader::Reader;
use crate::store::reader::cmdb::ambiguous;
use crate::store::reader::names::Names;

impl Reader<'_> {
    /// The value that somebody means by typing `text` into `field`; empty text and `none` mean nothing.
    ///
    /// # Errors
    /// A refusal that names the field, the word and what it takes.
    pub fn understand(
        &self,
        field: Field,
        text: &str,
        me: Option<PersonId>,
        moment: &Moment,
    ) -> Result<Value, Refusal> {
        let word = text.trim();
        let shape = field.shape();
        if word.is_empty() || (word.eq_ignore_ascii_case("none") && !matches!(shape, Shape::Line | Shape::Text)) {
            return Ok(Value::Null);
        }
        let refuse = |takes: &str| Err(Refusal::rule(format!("{field}: '{word}' won't do; {takes}")));
        match shape {
            Shape::Line | Shape::State | Shape::Choice(_) => Ok(Value::from(word)),
            Shape::Text => Ok(Value::from(text)),
            Shape::Level => match word.parse::<i64>().ok().and_then(Level::new) {
                Some(level) => Ok(Value::Int(i64::from(level.get()))),
                None => refuse("it takes 1 (highest) to 4 (lowest)"),
            },
            Shape::Priority => match word.trim_start_matches(['p', 'P']).parse::<i64>().ok().and_then(Priority::new) {
                Some(priority) => Ok(Value::Int(i64::from(priority.get()))),
                None => refuse("it takes P1 to P5"),
            },
            Shape::Flag => match word.to_ascii_lowercase().as_str() {
                "yes" | "y" | "true" | "1" | "on" => Ok(Value::Int(1)),
                "no" | "n" | "false" | "0" | "off" => Ok(Value::Int(0)),
                _ => refuse("it takes yes or no"),
            },
            Shape::Number => match word.parse::<i64>() {
                Ok(number) => Ok(Value::Int(number)),
                Err(_) => refuse("it takes a whole number"),
            },
            Shape::Minutes => match word.parse::<i64>().ok().or_else(|| parse_span(word).map(|span| span / MINUTE)) {
                Some(minutes) => Ok(Value::Int(minutes)),
                None => refuse("it takes a span: 90m, 1h30m"),
            },
            Shape::Time => match parse_time(word, moment) {
                Some(typed) => Ok(Value::Int(typed.from.0)),
                None => refuse("it takes a date or time: 2026-11-30, fri 14:00, 2h, tomorrow"),
            },
            Shape::Person => match (word.eq_ignore_ascii_case("me"), me) {
                (true, Some(me)) => Ok(Value::Int(me.0)),
                // The desk learns who that is with the command.
                (true, None) => Ok(Value::from("me")),
                _ => Ok(Value::Int(self.find_person(word)?.id.0)),
            },
            Shape::Team => Ok(Value::Int(self.find_team(word)?.id.0)),
            Shape::Service => Ok(Value::Int(self.find_service(word)?.id.0)),
            Shape::Category => Ok(Value::Int(self.find_category(word)?.id.0)),
            // What the CMDB does not have is kept by name: it may come to have it.
            Shape::Ci => Ok(match self.ci_called(word)?.as_slice() {
                [] => Value::from(word),
                [one] => Value::from(one.number()),
                several => return Err(ambiguous(word, several)),
            }),
        }
    }

    /// A refusal for people: a conflict with names in place of row ids, and local times.
    #[must_use]
    pub fn in_words(&self, refusal: Refusal, moment: &Moment) -> Refusal {
        let Refusal::Conflict(mut conflict) = refusal else { return refusal };
        for disputed in &mut conflict.fields {
            let field = match disputed.field.as_str() {
                "owner" => Some(Field::Assignee),
                "parent" => Some(Field::Category),
                name => Field::named(name),
            };
            let Some(field) = field else { continue };
            for value in [&mut disputed.base, &mut disputed.theirs, &mut disputed.yours] {
                if let (Value::Int(_), Ok(names)) = (&*value, self.names([(field, &*value)])) {
                    *value = Value::Text(shown(field, value, &names, moment));
                }
            }
        }
        Refusal::Conflict(conflict)
    }
}

impl Reader<'_> {
    /// Who shall have a ticket, by the word for it: a person; a team, and nobody in it yet; `me`; or nobody, with `none`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest login or team.
    pub fn bearer(&self, word: &str, me: Option<PersonId>) -> Result<Edit, Refusal> {
        let assignee = |value: Value| Ok(Edit::from([(Field::Assignee, value)]));
        match (word.to_ascii_lowercase().as_str(), me) {
            ("none", _) => return assignee(Value::Null),
            ("me", Some(me)) => return assignee(Value::Int(me.0)),
            ("me", None) => return assignee(Value::from("me")),
            _ => {}
        }
        let refusal = match self.find_person(word) {
            Ok(person) => return assignee(Value::Int(person.id.0)),
            Err(refusal @ Refusal::NotFound(_)) => refusal,
            Err(refusal) => return Err(refusal),
        };
        if let Ok(team) = self.find_team(word) {
            return Ok(Edit::from([(Field::Team, Value::Int(team.id.0)), (Field::Assignee, Value::Null)]));
        }
        let (people, teams) = (self.people()?, self.teams()?);
        let known = people.iter().map(|person| person.login.as_str()).chain(teams.iter().map(|team| team.key.as_str()));
        Err(match nearest(word, known) {
            Some(near) => Refusal::not_found(format!("there is no person or team '{word}'; did you mean '{near}'?")),
            None => refusal,
        })
    }
}

/// A value for people: names, local times, `P2`, `yes`. Text is as it came: clean it before it reaches a terminal.
#[must_use]
pub fn shown(field: Field, value: &Value, names: &Names, moment: &Moment) -> String {
    match (field.shape(), value) {
        (_, Value::Null) => String::new(),
        (Shape::Priority, Value::Int(n)) => format!("P{n}"),
        (Shape::Flag, Value::Int(n)) => String::from(if *n == 1 { "yes" } else { "no" }),
        (Shape::Time, Value::Int(at)) => Timestamp(*at).local(moment.zone),
        (Shape::Number, Value::Int(n)) => n.to_string(),
        (Shape::Minutes, Value::Int(n)) => minutes(*n),
        (_, Value::Int(n)) => names.reference(field, *n, false).map_or_else(|| n.to_string(), str::to_owned),
        (Shape::Ci, Value::Text(text)) => names.ci(text).unwrap_or(text).to_owned(),
        (_, Value::Text(text)) => text.clone(),
    }
}

/// A value for machines: logins and keys, RFC 3339 in UTC, numbers as JSON numbers.
#[must_use]
pub fn machine(field: Field, value: &Value, names: &Names) -> serde_json::Value {
    match (field.shape(), value) {
        (_, Value::Null) => serde_json::Value::Null,
        (Shape::Flag, Value::Int(n)) => serde_json::Value::Bool(*n == 1),
        (Shape::Time, Value::Int(at)) => Timestamp(*at).rfc3339().into(),
        (Shape::Person | Shape::Team | Shape::Service | Shape::Category, Value::Int(n)) => {
            names.reference(field, *n, true).map_or_else(|| (*n).into(), Into::into)
        }
        (_, Value::Int(n)) => (*n).into(),
        (_, Value::Text(text)) => text.as_str().into(),
    }
}

/// `45m`, `1h`, `1h30m`.
fn minutes(n: i64) -> String {
    match (n / 60, n % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}
