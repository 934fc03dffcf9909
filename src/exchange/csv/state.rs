//! States: from the words of a source to the states of our workflows.

use crate::desk::id::Kind;

/// What a source's state means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateWord {
    /// This state, waiting for that.
    Is(String, Option<String>),
    /// The same as in the ticket's previous row.
    Same,
}

/// The states that tickets of `kind` have in the workflows we ship.
fn known(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Incident => &["new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled"],
        Kind::Request => {
            &["new", "awaiting_approval", "in_progress", "pending", "fulfilled", "closed", "rejected", "cancelled"]
        }
        Kind::Problem => &["new", "assess", "analysis", "fix_in_progress", "resolved", "closed"],
        Kind::Change => {
            &["draft", "assess", "approval", "scheduled", "implementing", "review", "closed", "rejected", "cancelled"]
        }
        Kind::Release => &["planning", "building", "testing", "go_no_go", "deploying", "early_life", "closed"],
        Kind::Improvement => &["idea", "assessed", "approved", "in_progress", "measured", "closed", "rejected"],
    }
}

/// Reads a state: what the map made of it (`translated`), or its own word where that is one of ours: of the `desk` that it
/// is for, where that is known.
///
/// # Errors
/// When it is neither; the message says what to add to the map.
pub fn read(kind: Kind, raw: &str, translated: Option<&str>, desk: Option<&[String]>) -> Result<StateWord, String> {
    if translated == Some("=") {
        return Ok(StateWord::Same);
    }
    let own = super::map::plain(raw);
    let word = translated.unwrap_or(&own);
    let (state, reason) = match word.split_once(':') {
        Some((state, reason)) => (state, Some(reason.to_owned())),
        None => (word, None),
    };
    let has = |state: &str| match desk {
        Some(states) => states.iter().any(|known| known.eq_ignore_ascii_case(state)),
        // A desk may have states of its own, so that what the map says in so many words is believed for incidents.
        None => known(kind).contains(&state) || (translated.is_some() && kind == Kind::Incident),
    };
    let state = if has(state) { state } else { fitted(kind, state) };
    if has(state) {
        return Ok(StateWord::Is(state.to_owned(), reason));
    }
    let raw = super::cell::shown(raw);
    Err(format!("state '{raw}' is no state of kind {kind}; add \"{raw}\" = \"…\" under [values.state] in the map"))
}

/// Maps speak of states as incidents have them; the other kinds call some of them otherwise.
fn fitted(kind: Kind, state: &str) -> &str {
    match (kind, state) {
        (Kind::Request, "resolved") => "fulfilled",
        (Kind::Request, "assigned") => "in_progress",
        (Kind::Problem, "assigned" | "in_progress" | "pending") => "analysis",
        (Kind::Problem, "cancelled") => "closed",
        (Kind::Change, "new") => "draft",
        (Kind::Change, "assigned" | "in_progress" | "pending") => "implementing",
        (Kind::Change, "resolved") => "review",
        _ => state,
    }
}

/// Whether a ticket in that state has been resolved.
pub fn is_done(state: &str) -> bool {
    matches!(state, "resolved" | "fulfilled" | "review" | "measured") || is_closed(state)
}

/// Whether a ticket in that state is closed.
pub fn is_closed(state: &str) -> bool {
    matches!(state, "closed" | "cancelled" | "rejected")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_ours_or_translated_or_a_question_back() {
        let is = |state: &str, reason: Option<&str>| Ok(StateWord::Is(state.into(), reason.map(Into::into)));
        assert_eq!(read(Kind::Incident, "In Progress", None, None), is("in_progress", None));
        assert_eq!(
            read(Kind::Incident, "Awaiting Vendor", Some("pending:vendor"), None),
            is("pending", Some("vendor"))
        );
        assert_eq!(read(Kind::Incident, "-100", Some("="), None), Ok(StateWord::Same));
        assert_eq!(read(Kind::Request, "Resolved", Some("resolved"), None), is("fulfilled", None));
        assert_eq!(
            read(Kind::Incident, "Limbo", None, None).unwrap_err(),
            "state 'Limbo' is no state of kind incident; add \"Limbo\" = \"…\" under [values.state] in the map"
        );
        let own = ["open".to_owned(), "limbo".to_owned()];
        assert_eq!(read(Kind::Incident, "Limbo", None, Some(&own)), is("limbo", None));
        assert!(read(Kind::Incident, "Active", Some("in_progress"), Some(&own)).is_err());
    }
}
