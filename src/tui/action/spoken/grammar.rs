//! How a line is read: words and quotes, `field=value`, and the states that can follow.

use crate::desk::field::Field;
use crate::desk::workflow::Transition;
use crate::tui::action::ticket;
use crate::tui::model::Model;

/// The words of a line; one in quotes holds blanks.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The transitions from the ticket that stands for the targets.
pub(super) fn ways(model: &Model) -> Vec<Transition> {
    let Some(ticket) = ticket::sample(model) else { return Vec::new() };
    let workflow = model.rules.as_ref().and_then(|rules| rules.workflow(ticket.kind()).ok());
    workflow.map(|workflow| workflow.leaving(ticket).cloned().collect()).unwrap_or_default()
}

pub(super) fn way<'a>(ways: &'a [Transition], word: &str) -> Option<&'a Transition> {
    ways.iter().find(|way| way.to.eq_ignore_ascii_case(word) || way.verb.eq_ignore_ascii_case(word))
}

/// The fields that a transition demands and takes, the former first.
pub(super) fn asked(way: &Transition) -> Vec<Field> {
    let needs = way.needs.iter().flat_map(|need| need.split('|')).filter_map(Field::named);
    needs.chain(way.takes.iter().copied()).collect()
}

/// A field by its name, or by a part of it where a transition asks for one so called: `reason` for `pending_reason`.
pub(super) fn field_named(name: &str, asked: &[Field]) -> Option<Field> {
    let part = |field: &&Field| field.name().split('_').any(|part| part.eq_ignore_ascii_case(name));
    let exact = asked.iter().find(|field| field.name().eq_ignore_ascii_case(name));
    exact.or_else(|| asked.iter().find(part)).copied().or_else(|| Field::named(name))
}

/// `field=value` by words, or what is wrong with one.
pub(super) fn given(line: &[String], asked: &[Field]) -> Result<Vec<(Field, String)>, String> {
    line.iter()
        .map(|word| {
            let (name, value) = word.split_once('=').ok_or_else(|| format!("'{word}' is no field=value"))?;
            let field = field_named(name, asked).ok_or_else(|| format!("there is no field '{name}'"))?;
            Ok((field, value.to_owned()))
        })
        .collect()
}
