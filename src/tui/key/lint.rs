//! What is wrong with a set of keys. The table is held to it by tests, the user's keys when they are read.

use std::fmt;

use crate::tui::focus;
use crate::tui::key::{Bound, Chord, Code, Key};

/// Two chords that stand in each other's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// How they do.
    pub kind: FlawKind,
    /// An action's name.
    pub name: &'static str,
    /// Its chord.
    pub chord: Chord,
    /// The other action's name.
    pub other: &'static str,
    /// The other chord.
    pub other_chord: Chord,
}

/// How two chords stand in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// One chord has two meanings in one scope.
    Clash,
    /// One chord begins another.
    Hides,
    /// An inner scope takes a chord of an outer one: meant in the table, where `Enter` is many things.
    Shadows,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flaw { name, chord, other, other_chord, .. } = self;
        match self.kind {
            FlawKind::Clash | FlawKind::Shadows => {
                write!(f, "`{chord}` is the key of {name} and of {other}; give one of them another")
            }
            FlawKind::Hides => {
                write!(
                    f,
                    "`{chord}` of {name} and `{other_chord}` of {other}: the longer can never be pressed; change one"
                )
            }
        }
    }
}

/// Every pair that stands in each other's way where both can be pressed.
#[must_use]
pub fn flaws(bound: &[Bound]) -> Vec<Flaw> {
    let mut found = Vec::new();
    for stack in focus::STACKS {
        let here: Vec<&Bound> = bound.iter().filter(|one| stack.contains(&one.row.scope)).collect();
        for (at, one) in here.iter().enumerate() {
            for other in here.iter().take(at) {
                let (a, b) = (one.chord.keys(), other.chord.keys());
                let kind = match (a == b, one.row.scope == other.row.scope) {
                    (true, true) => FlawKind::Clash,
                    (true, false) => FlawKind::Shadows,
                    (false, _) if a.starts_with(b) || b.starts_with(a) => FlawKind::Hides,
                    (false, _) => continue,
                };
                // In one order, whatever the order of the rows.
                let (one, other) = if one.row.name <= other.row.name { (other, one) } else { (one, other) };
                let flaw = Flaw {
                    kind,
                    name: other.row.name,
                    chord: other.chord.clone(),
                    other: one.row.name,
                    other_chord: one.chord.clone(),
                };
                if !found.contains(&flaw) {
                    found.push(flaw);
                }
            }
        }
    }
    found
}

/// Who eats a key before it reaches us, if somebody often does.
#[must_use]
pub fn eaten(key: &Key) -> Option<&'static str> {
    Some(match key {
        Key { ctrl: true, code: Code::Char('s' | 'q'), .. } => "stops and continues the output of many terminals",
        Key { ctrl: true, code: Code::Char('b'), .. } => "is what tmux waits for",
        Key { ctrl: true, code: Code::Char('a'), .. } => "is what screen waits for",
        Key { ctrl: true, code: Code::Char('\\'), .. } => "ends programs",
        Key { ctrl: true, code: Code::Char('h'), .. } => "is Backspace in many terminals",
        Key { ctrl: true, code: Code::Char('i'), .. } => "is Tab in every terminal",
        Key { ctrl: true, code: Code::Char('j' | 'm'), .. } => "is Enter in every terminal",
        Key { alt: true, .. } => "reads as Esc and the key on slow lines",
        Key { code: Code::F(_), .. } => "is taken by many desktops and terminals",
        _ => return None,
    })
}
