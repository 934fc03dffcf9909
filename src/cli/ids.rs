//! What the words of a command line name: tickets by number, fields by `name=value`.

use std::collections::HashSet;
use std::hash::Hash;
use std::io::Read;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::desk::command::Target;
use crate::desk::field::{Edit, FIELDS, Field};
use crate::desk::id::Number;
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::desk::ticket::Ticket;

/// The tickets that these words name, each once, in their order. `-` reads them from stdin, the first word of each line.
///
/// All that are not found are told at once.
pub(super) fn tickets(desk: &Desk, words: &[String]) -> Outcome<Vec<Ticket>> {
    let mut numbers: Vec<Number> = Vec::new();
    for word in words {
        if word == "-" {
            for line in stdin()?.lines() {
                numbers.extend(line.split_whitespace().next().map(number).transpose()?);
            }
        } else {
            numbers.push(number(word)?);
        }
    }
    let reader = desk.read()?;
    let (mut found, mut refused): (Vec<Ticket>, Vec<Refusal>) = (Vec::new(), Vec::new());
    let mut known = HashSet::new();
    for number in numbers {
        match reader.ticket_numbered(number) {
            Ok(ticket) if !known.insert(ticket.id) => {}
            Ok(ticket) => found.push(ticket),
            Err(refusal) => refused.push(refusal),
        }
    }
    match refused.pop() {
        None if found.is_empty() => Err(Failure::usage("no ticket was named")),
        None => Ok(found),
        Some(only) if refused.is_empty() => Err(only.into()),
        Some(last) => {
            refused.push(last);
            Err(Refusal::Several(refused).into())
        }
    }
}

/// The one ticket that a word names.
pub(super) fn ticket(desk: &Desk, word: &str) -> Outcome<Ticket> {
    Ok(desk.read()?.ticket_numbered(number(word)?)?)
}

/// Tickets as commands take them: whatever they are now.
pub(super) fn targets(tickets: &[Ticket]) -> Vec<Target> {
    tickets.iter().map(|ticket| Target::from(ticket.id)).collect()
}

/// Reads a number as typed.
pub(super) fn number(word: &str) -> Outcome<Number> {
    word.parse().map_err(Failure::Usage)
}

/// All of stdin, as text.
pub(super) fn stdin() -> Outcome<String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `name=value`, where the word is one.
pub(super) fn pair(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_' || c == '-');
    is_name.then_some((name, value))
}

/// Words parted into those that are `name=value` and those that are not.
pub(super) fn parted(words: &[String]) -> (Vec<String>, Vec<(String, String)>) {
    let (mut others, mut pairs) = (Vec::new(), Vec::new());
    for word in words {
        match pair(word) {
            Some((name, value)) => pairs.push((name.to_owned(), value.to_owned())),
            None => others.push(word.clone()),
        }
    }
    (others, pairs)
}

/// What somebody wants of a ticket.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) set: Edit,
    pub(super) tag: Vec<String>,
    pub(super) untag: Vec<String>,
}

/// Reads `name=value` pairs; `tags=+a,-b` adds and removes tags.
pub(super) fn wanted(desk: &mut Desk, pairs: &[(String, String)]) -> Outcome<Wanted> {
    let mut wanted = Wanted::default();
    let mut fields: Vec<(Field, &str)> = Vec::new();
    for (name, value) in pairs {
        if matches!(name.as_str(), "tag" | "tags") {
            tags(value, &mut wanted)?;
        } else {
            fields.push((field(name)?, value));
        }
    }
    // Asked first: naming oneself may make one known to the desk.
    let me = match fields.iter().any(|(_, value)| value.trim().eq_ignore_ascii_case("me")) {
        true => Some(desk.me()?),
        false => None,
    };
    let reader = desk.read()?;
    for (field, value) in fields {
        wanted.set.insert(field, reader.understand(field, value, me, &desk.moment)?);
    }
    Ok(wanted)
}

fn tags(value: &str, wanted: &mut Wanted) -> Outcome {
    for tag in value.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        match (tag.strip_prefix('+'), tag.strip_prefix('-')) {
            (Some(tag), _) => wanted.tag.push(tag.to_owned()),
            (_, Some(tag)) => wanted.untag.push(tag.to_owned()),
            _ => return Err(Failure::usage(format!("tags are added and removed: tags=+{tag} or tags=-{tag}"))),
        }
    }
    Ok(())
}

/// The field of that name.
pub(super) fn field(name: &str) -> Outcome<Field> {
    if name.eq_ignore_ascii_case("prio") {
        return Ok(Field::Priority);
    }
    Field::named(name).ok_or_else(|| {
        Failure::usage(match nearest(name, FIELDS.iter().map(|spec| spec.name)) {
            Some(near) => format!("there is no field '{name}'; did you mean '{near}'?"),
            None => format!("there is no field '{name}'; see: deskhand guide fields"),
        })
    })
}

/// What several words name, each once, in their order. `-` reads words from stdin, the first of each line. All that are not
/// found are told at once; `what` is what is looked for.
pub(in crate::cli) fn several<I: Copy + Eq + Hash>(
    words: &[String],
    what: &str,
    find: impl Fn(&str) -> Result<I, Refusal>,
) -> Outcome<Vec<I>> {
    let mut named: Vec<String> = Vec::new();
    for word in words {
        if word == "-" {
            named.extend(stdin()?.lines().filter_map(|line| line.split_whitespace().next().map(str::to_owned)));
        } else {
            named.push(word.clone());
        }
    }
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    let mut known = HashSet::new();
    for word in &named {
        match find(word) {
            Ok(id) if !known.insert(id) => {}
            Ok(id) => found.push(id),
            Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => return Err(refusal.into()),
            Err(refusal) => refused.push(refusal),
        }
    }
    match refused.pop() {
        None if found.is_empty() => Err(Failure::usage(format!("no {what} was named"))),
        None => Ok(found),
        Some(only) if refused.is_empty() => Err(only.into()),
        Some(last) => {
            refused.push(last);
            Err(Refusal::Several(refused).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_name_and_an_equals_sign_is_a_pair() {
        assert_eq!(pair("due=fri 14:00"), Some(("due", "fri 14:00")));
        assert_eq!(pair("tags=+a,-b"), Some(("tags", "+a,-b")));
        assert_eq!(pair("workaround=a=b"), Some(("workaround", "a=b")));
        assert_eq!(pair("INC-1"), None);
        assert_eq!(pair("=x"), None);
    }

    #[test]
    fn a_mistyped_field_is_answered_with_the_nearest() {
        let failure = field("asignee").unwrap_err();
        assert_eq!(failure.to_string(), "there is no field 'asignee'; did you mean 'assignee'?");
        assert_eq!(failure.exit_code(), 2);
    }
}
