//! Editing a ticket's fields: what may be given, what follows from it, and what two simultaneous edits make together.

use std::collections::BTreeMap;

use crate::desk::field::{Edit, Field, Origin, Shape, Value};
use crate::desk::people::{Deed, Roles};
use crate::desk::priority::{Criticality, Priority, priority};
use crate::desk::refusal::{Disputed, Refusal};
use crate::desk::rules::{Rules, choose};
use crate::desk::ticket::Ticket;

/// What the rule of editing needs to know besides the ticket.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The desk's rules.
    pub rules: &'a Rules,
    /// What the editor may do.
    pub roles: &'a Roles,
    /// The criticality of the service that the ticket will have after the edit.
    pub criticality: Option<Criticality>,
}

/// A title has at most so many characters: what is longer is a description.
pub const LONGEST_TITLE: usize = 250;

/// Why a title can't be, if it is too long.
#[must_use]
pub fn title_too_long(title: &str) -> Option<String> {
    let length = title.chars().count();
    (length > LONGEST_TITLE)
        .then(|| format!("a title takes {LONGEST_TITLE} characters, not {length}; the rest belongs in the description"))
}

/// Checks what people want to give a ticket's fields, each by its own rule.
///
/// # Errors
/// A refusal that names the field and what it takes.
pub fn check(ticket: &Ticket, given: &Edit, situation: &Situation) -> Result<Edit, Refusal> {
    let number = ticket.number;
    let mut checked = Edit::new();
    for (field, value) in given {
        let refuse = |why: String| Refusal::rule(format!("{number}: {why}"));
        if !field.fits(ticket.kind()) {
            return Err(refuse(format!("{} has no {field}", ticket.kind().one())));
        }
        match field.spec().origin {
            Origin::Desk => return Err(refuse(format!("{field} is set by the desk itself"))),
            Origin::Move if *field == Field::State => {
                return Err(refuse(String::from("the state is changed by moving: deskhand move ID STATE")));
            }
            _ => {}
        }
        if *field == Field::Major && *value != ticket.value(Field::Major) {
            situation.roles.may(Deed::DeclareMajor)?;
        }
        if *field == Field::Title && !value.given() {
            return Err(refuse(String::from("a title is needed")));
        }
        let too_long =
            value.text().filter(|_| *field == Field::Title).and_then(|title| title_too_long(&one_line(title)));
        if let Some(why) = too_long {
            return Err(refuse(why));
        }
        let value = match (field.shape(), value) {
            (Shape::Choice(list), Value::Text(word)) if value.given() => {
                choose(situation.rules, *field, list, word).map_err(refuse)?
            }
            (Shape::Line | Shape::Ci, Value::Text(text)) => Value::from(one_line(text)),
            (Shape::Level, Value::Int(1..=4))
            | (Shape::Priority, Value::Int(1..=5))
            | (Shape::Flag, Value::Int(0 | 1))
            | (Shape::Text, Value::Text(_))
            | (Shape::Number | Shape::Minutes, Value::Int(0..=1_000_000))
            | (Shape::Time | Shape::Person | Shape::Team | Shape::Service | Shape::Category, Value::Int(_))
            | (_, Value::Null) => value.clone(),
            (_, Value::Text(text)) if text.trim().is_empty() => Value::Null,
            _ => return Err(refuse(format!("{field} can't be {value:?}"))),
        };
        checked.insert(*field, value);
    }
    Ok(checked)
}

/// A line as it is kept: single blanks, and nothing that a terminal would obey.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What priority follows from an edit, both values kept: by the matrix, and by the person who overrode it.
///
/// Giving `priority` demands `priority_reason`, unless it is what the matrix says anyway; giving it empty returns to the matrix.
///
/// # Errors
/// A refusal when the reason is missing.
pub fn settle_priority(ticket: &Ticket, edit: &Edit, situation: &Situation) -> Result<Edit, Refusal> {
    let mut after = ticket.clone();
    after.put_all(edit);
    let computed = priority(&situation.rules.matrix, after.impact, after.urgency, situation.criticality);
    let reason_taken_back = edit.get(&Field::PriorityReason).is_some_and(|value| !value.given());
    let wanted = match edit.get(&Field::Priority) {
        Some(value) => Some(value.int().and_then(Priority::new)),
        // An override without a reason is none.
        None => reason_taken_back.then_some(None),
    };
    let number = |priority: Priority| Value::Int(i64::from(priority.get()));
    let mut settled = edit.clone();
    settled.insert(Field::PriorityComputed, number(computed));
    match wanted {
        Some(Some(wanted)) if wanted != computed => {
            if after.priority_reason.is_none() {
                return Err(Refusal::rule(format!(
                    "{}: the matrix says {computed}; to make it {wanted}, give priority_reason=…",
                    ticket.number
                )));
            }
            settled.insert(Field::Priority, number(wanted));
        }
        None if ticket.priority_reason.is_some() => {
            settled.remove(&Field::Priority);
        }
        _ => {
            settled.insert(Field::Priority, number(computed));
            settled.insert(Field::PriorityReason, Value::Null);
        }
    }
    Ok(settled)
}

/// The fields that two simultaneous edits dispute: changed by somebody since the version that this editor saw, and wanted
/// otherwise now.
///
/// `since` holds, for every field changed meanwhile, what it was in the version that the editor saw.
#[must_use]
pub fn disputes(now: &Ticket, since: &BTreeMap<Field, Value>, wanted: &Edit) -> Vec<Disputed> {
    wanted
        .iter()
        .filter_map(|(field, yours)| {
            let base = since.get(field)?;
            let theirs = now.value(*field);
            (theirs != *yours && base != yours).then(|| Disputed {
                field: field.name().to_owned(),
                base: base.clone(),
                theirs,
                yours: yours.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::{Kind, Number, TicketId};
    use crate::desk::people::Role;
    use crate::desk::time::Timestamp;

    fn ticket() -> Ticket {
        let mut ticket = Ticket::blank(TicketId(1), Number { kind: Kind::Incident, n: 1 }, "new", Timestamp(0));
        ticket.title = String::from("Mail is slow");
        ticket
    }

    fn with<T>(roles: &[Role], test: impl FnOnce(&Situation) -> T) -> T {
        let rules = Rules::shipped().unwrap();
        let roles = Roles::of(roles);
        test(&Situation { rules: &rules, roles: &roles, criticality: None })
    }

    #[test]
    fn overriding_the_matrix_takes_a_reason_and_keeps_both_values() {
        with(&[Role::Agent], |situation| {
            let bare = Edit::from([(Field::Priority, Value::Int(2))]);
            let refused = settle_priority(&ticket(), &bare, situation).unwrap_err();
            assert_eq!(refused.to_string(), "INC-1: the matrix says P5; to make it P2, give priority_reason=…");

            let mut reasoned = bare.clone();
            reasoned.insert(Field::PriorityReason, Value::from("the board meets at nine"));
            let settled = settle_priority(&ticket(), &reasoned, situation).unwrap();
            assert_eq!(settled.get(&Field::Priority), Some(&Value::Int(2)));
            assert_eq!(settled.get(&Field::PriorityComputed), Some(&Value::Int(5)));
        });
    }

    #[test]
    fn an_override_stays_when_impact_changes_and_goes_when_priority_is_emptied() {
        with(&[Role::Agent], |situation| {
            let mut overridden = ticket();
            overridden.priority = Priority::new(2).unwrap();
            overridden.priority_reason = Some(String::from("the board"));
            let settled =
                settle_priority(&overridden, &Edit::from([(Field::Impact, Value::Int(1))]), situation).unwrap();
            assert_eq!(settled.get(&Field::Priority), None);
            assert_eq!(settled.get(&Field::PriorityComputed), Some(&Value::Int(3)));

            let back = settle_priority(&overridden, &Edit::from([(Field::Priority, Value::Null)]), situation).unwrap();
            assert_eq!(back.get(&Field::Priority), Some(&Value::Int(5)));
            assert_eq!(back.get(&Field::PriorityReason), Some(&Value::Null));
        });
    }

    #[test]
    fn taking_the_reason_back_returns_to_the_matrix() {
        with(&[Role::Agent], |situation| {
            let mut overridden = ticket();
            overridden.priority = Priority::new(1).unwrap();
            overridden.priority_reason = Some(String::from("the board"));
            let settled =
                settle_priority(&overridden, &Edit::from([(Field::PriorityReason, Value::Null)]), situation).unwrap();
            assert_eq!(settled.get(&Field::Priority), Some(&Value::Int(5)));
        });
    }

    #[test]
    fn a_title_of_more_than_250_characters_is_refused_with_its_length() {
        let titled = |length: usize| Edit::from([(Field::Title, Value::from("é".repeat(length)))]);
        with(&[Role::Agent], |situation| {
            assert!(check(&ticket(), &titled(250), situation).is_ok());
            assert_eq!(
                check(&ticket(), &titled(251), situation).unwrap_err().to_string(),
                "INC-1: a title takes 250 characters, not 251; the rest belongs in the description"
            );
        });
    }

    #[test]
    fn only_a_lead_declares_a_major() {
        let edit = Edit::from([(Field::Major, Value::Int(1))]);
        with(&[Role::Agent], |situation| assert!(check(&ticket(), &edit, situation).is_err()));
        with(&[Role::Lead], |situation| assert!(check(&ticket(), &edit, situation).is_ok()));
    }

    #[test]
    fn two_edits_of_different_fields_merge_and_of_the_same_field_conflict() {
        let mut now = ticket();
        now.title = String::from("Mail is very slow");
        let since = BTreeMap::from([(Field::Title, Value::from("Mail is slow"))]);
        assert_eq!(disputes(&now, &since, &Edit::from([(Field::Ci, Value::from("mx1"))])), []);
        assert_eq!(disputes(&now, &since, &Edit::from([(Field::Title, Value::from("Mail is very slow"))])), []);
        let disputed = disputes(&now, &since, &Edit::from([(Field::Title, Value::from("No mail"))]));
        assert_eq!(
            disputed,
            [Disputed {
                field: String::from("title"),
                base: Value::from("Mail is slow"),
                theirs: Value::from("Mail is very slow"),
                yours: Value::from("No mail"),
            }]
        );
    }
}
