//! From keys to an action: once, before anything is updated.

use std::sync::LazyLock;

use crate::tui::action::{self, ActionSpec, Scope};
use crate::tui::key::{Chord, Key};

/// What a key means here.
pub enum Meaning {
    /// An action.
    Act(&'static ActionSpec),
    /// Typed text.
    Text(char),
    /// The beginning of a chord.
    More,
    /// Nothing.
    Nothing,
}

/// The chords of the table.
static CHORDS: LazyLock<Vec<(Scope, Chord, &'static ActionSpec)>> = LazyLock::new(|| {
    action::all()
        .flat_map(|row| row.keys.iter().filter_map(move |key| Some((row.scope, key.parse().ok()?, row))))
        .collect()
});

/// What the keys pressed so far mean in these scopes, the innermost first.
#[must_use]
pub fn resolve(scopes: &[Scope], keys: &[Key]) -> Meaning {
    for scope in scopes {
        let here = || CHORDS.iter().filter(move |(of, ..)| of == scope);
        if let Some((.., row)) = here().find(|(_, chord, _)| chord.keys() == keys) {
            return Meaning::Act(row);
        }
        if here().any(|(_, chord, _)| chord.keys().starts_with(keys)) {
            return Meaning::More;
        }
        if let ([key], true) = (keys, scope.takes_text())
            && let Some(c) = key.text()
        {
            return Meaning::Text(c);
        }
    }
    Meaning::Nothing
}

/// What can follow the keys of a chord begun: the next key, and what it does.
#[must_use]
pub fn following(scopes: &[Scope], keys: &[Key]) -> Vec<(String, &'static ActionSpec)> {
    CHORDS
        .iter()
        .filter(|(scope, chord, _)| {
            scopes.contains(scope) && chord.keys().starts_with(keys) && chord.keys().len() > keys.len()
        })
        .filter_map(|(_, chord, row)| Some((chord.keys().get(keys.len())?.to_string(), *row)))
        .collect()
}
