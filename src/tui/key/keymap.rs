//! Which keys mean what: the table's own, with those that the user bound instead. Asked once, before anything is updated.

use crate::desk::rules::nearest;
use crate::tui::action::{self, ActionId, ActionSpec, Scope, spoken};
use crate::tui::key::lint::{self, Flaw};
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

/// A chord and the action that it runs.
#[derive(Clone)]
pub struct Bound {
    /// The chord.
    pub chord: Chord,
    /// The action.
    pub row: &'static ActionSpec,
}

/// The keys in force. An action's chords stand in their order, the one to show first.
#[derive(Clone)]
pub struct Keymap {
    bound: Vec<Bound>,
}

/// What somebody wants bound: an action's name and its chords in place of those of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The action's name, and where it is written.
    pub action: (String, usize),
    /// The chords, and where each is written.
    pub chords: Vec<(String, usize)>,
}

/// What is wrong with a wanted key, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As in [`Wanted`].
    pub at: usize,
    /// What is wrong and what to do, in words.
    pub text: String,
}

impl Default for Keymap {
    /// The keys of the table, which a test parses all.
    fn default() -> Keymap {
        let chords = |row: &'static ActionSpec| {
            row.keys.iter().filter_map(move |key| Some(Bound { chord: key.parse().ok()?, row }))
        };
        Keymap { bound: action::all().flat_map(chords).collect() }
    }
}

impl std::fmt::Debug for Keymap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.bound.iter().map(|bound| (bound.row.name, bound.chord.to_string()))).finish()
    }
}

impl Keymap {
    /// The table's keys with these instead; and what may not work in every terminal.
    ///
    /// # Errors
    /// The first thing that is wrong, by the same rules that hold for the table.
    pub fn with(wanted: &[Wanted]) -> Result<(Keymap, Vec<Fault>), Fault> {
        let mut keymap = Keymap::default();
        let mut warnings = Vec::new();
        for want in wanted {
            let row = named(want)?;
            keymap.bound.retain(|bound| bound.row.id != row.id);
            for (text, at) in &want.chords {
                let fault = |text: String| Fault { at: *at, text: format!("{}: {text}", row.name) };
                let chord: Chord = text.parse().map_err(|error| fault(format!("{error}")))?;
                if row.scope.is_typed_into() && chord.keys().first().is_some_and(|key| key.text().is_some()) {
                    return Err(fault(format!(
                        "`{chord}` would be typed as text here; begin with a key such as ctrl-t"
                    )));
                }
                warnings.extend(chord.keys().iter().find_map(lint::eaten).map(|who| fault(format!("`{chord}` {who}"))));
                keymap.bound.push(Bound { chord, row });
            }
            if want.chords.is_empty() && !row.scope.is_in_palette() {
                let text = format!("{}: give it a key; it can't be reached from the palette", row.name);
                return Err(Fault { at: want.action.1, text });
            }
        }
        let known = lint::flaws(&Keymap::default().bound);
        let fresh = lint::flaws(&keymap.bound).into_iter().find(|flaw| !known.contains(flaw));
        fresh.map_or(Ok((keymap, warnings)), |flaw| Err(located(&flaw, wanted)))
    }

    /// What the keys pressed so far mean in these scopes, the innermost first.
    #[must_use]
    pub fn resolve(&self, scopes: &[Scope], keys: &[Key]) -> Meaning {
        for scope in scopes {
            let here = || self.bound.iter().filter(move |bound| bound.row.scope == *scope);
            if let Some(bound) = here().find(|bound| bound.chord.keys() == keys) {
                return Meaning::Act(bound.row);
            }
            if here().any(|bound| bound.chord.keys().starts_with(keys)) {
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
    pub fn following(&self, scopes: &[Scope], keys: &[Key]) -> Vec<(String, &'static ActionSpec)> {
        let goes_on = |bound: &&Bound| {
            let chord = bound.chord.keys();
            scopes.contains(&bound.row.scope) && chord.starts_with(keys) && chord.len() > keys.len()
        };
        let next = |bound: &Bound| Some((bound.chord.keys().get(keys.len())?.to_string(), bound.row));
        self.bound.iter().filter(goes_on).filter_map(next).collect()
    }

    /// The chords of an action as people write them, the one to show first.
    #[must_use]
    pub fn of(&self, row: &ActionSpec) -> Vec<String> {
        self.bound.iter().filter(|bound| bound.row.id == row.id).map(|bound| bound.chord.to_string()).collect()
    }

    /// Those of its chords that mean this action in these scopes: none where an inner scope takes them all.
    #[must_use]
    pub fn here(&self, scopes: &[Scope], row: &ActionSpec) -> Vec<String> {
        let means = |bound: &&Bound| {
            let keys = bound.chord.keys();
            bound.row.id == row.id && matches!(self.resolve(scopes, keys), Meaning::Act(found) if found.id == row.id)
        };
        self.bound.iter().filter(means).map(|bound| bound.chord.to_string()).collect()
    }

    /// The key of an action as hints name it: its first chord; where it has none, the palette and its name.
    #[must_use]
    pub fn hint(&self, id: ActionId) -> String {
        let first = |id| action::spec(id).and_then(|row| self.of(row).into_iter().next());
        let palette = || first(ActionId::Palette).unwrap_or_else(|| String::from(":"));
        let named = || format!("{} {}", palette(), action::spec(id).map_or("", |row| row.name));
        first(id).unwrap_or_else(named)
    }

    /// A text in which actions stand in braces for their keys: `{form.next}` becomes `Tab`.
    #[must_use]
    pub fn told(&self, text: &str) -> String {
        let mut told = text.to_owned();
        for row in action::all().filter(|_| text.contains('{')) {
            let name = format!("{{{}}}", row.name);
            if told.contains(&name) {
                told = told.replace(&name, &self.hint(row.id));
            }
        }
        told
    }

    /// The keys as Markdown, for the guide and the README.
    #[must_use]
    pub fn guide(&self) -> String {
        let mut text = String::new();
        for scope in Scope::ALL {
            text.push_str(&format!("**{}**\n\n| keys | does | name |\n|---|---|---|\n", scope.title()));
            for row in action::all().filter(|row| row.scope == *scope) {
                let keys: Vec<String> =
                    self.of(row).iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
                text.push_str(&format!("| {} | {} | {} |\n", keys.join(" "), row.help, row.name));
            }
            text.push('\n');
        }
        text.push_str("**The `:` line**\n\n| line | does | name |\n|---|---|---|\n");
        for (word, takes, row) in spoken::all() {
            text.push_str(&format!("| `{word} {}` | {} | {} |\n", takes.replace('|', "\\|"), row.help, row.name));
        }
        text.push('\n');
        text
    }
}

/// The action that is meant.
fn named(want: &Wanted) -> Result<&'static ActionSpec, Fault> {
    let (name, at) = &want.action;
    action::all().find(|row| row.name == name).ok_or_else(|| {
        let text = match nearest(name, action::all().map(|row| row.name)) {
            Some(near) => format!("there is no action `{name}`; did you mean `{near}`?"),
            None => format!("there is no action `{name}`; all are listed by: deskhand guide keys"),
        };
        Fault { at: *at, text }
    })
}

/// A flaw at the place of the user's that brought it.
fn located(flaw: &Flaw, wanted: &[Wanted]) -> Fault {
    let brought = |want: &&Wanted| want.action.0 == flaw.name || want.action.0 == flaw.other;
    let places = wanted.iter().filter(brought).flat_map(|want| &want.chords);
    let culprit = places
        .into_iter()
        .find(|(text, _)| text.parse::<Chord>().is_ok_and(|chord| chord == flaw.chord || chord == flaw.other_chord));
    Fault { at: culprit.map_or(0, |(_, at)| *at), text: flaw.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(action: &str, chords: &[&str]) -> Result<(Keymap, Vec<Fault>), Fault> {
        let chords = chords.iter().map(|chord| ((*chord).to_owned(), 7)).collect();
        Keymap::with(&[Wanted { action: (action.to_owned(), 3), chords }])
    }

    fn complaint(action: &str, chords: &[&str]) -> String {
        with(action, chords).map(|_| ()).unwrap_err().text
    }

    #[test]
    fn the_readme_has_the_keys_of_the_table() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        let readme = std::fs::read_to_string(file).unwrap();
        let (before, rest) = readme.split_once("<!-- keys -->\n").unwrap();
        let (keys, after) = rest.split_once("<!-- /keys -->\n").unwrap();
        let guide = Keymap::default().guide();
        // As snapshots are.
        if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
            std::fs::write(file, format!("{before}<!-- keys -->\n{guide}<!-- /keys -->\n{after}")).unwrap();
        } else {
            assert!(keys == guide, "the keys in README.md are old; INSTA_UPDATE=always cargo test readme renews them");
        }
    }

    #[test]
    fn an_action_has_the_users_keys_in_place_of_its_own() {
        let (keymap, warnings) = with("ticket.take", &["ctrl-t", "Z"]).unwrap();
        let take = action::spec(ActionId::Take).unwrap();
        assert_eq!(keymap.of(take), ["ctrl-t", "Z"]);
        assert_eq!(warnings, []);
        assert!(matches!(keymap.resolve(&[Scope::Ticket], &[Key::char('i')]), Meaning::Nothing));
        assert!(matches!(keymap.resolve(&[Scope::Ticket], &[Key::char('Z')]), Meaning::Act(row) if row.id == take.id));
        assert!(keymap.guide().contains("| `ctrl-t` `Z` | "));
    }

    #[test]
    fn an_action_may_have_no_key_where_the_palette_reaches_it() {
        assert!(with("ticket.take", &[]).is_ok());
        assert_eq!(complaint("form.leave", &[]), "form.leave: give it a key; it can't be reached from the palette");
    }

    #[test]
    fn a_mistake_is_told_with_what_was_meant() {
        assert_eq!(complaint("ticket.tak", &["T"]), "there is no action `ticket.tak`; did you mean `ticket.take`?");
        assert_eq!(complaint("ticket.take", &["Spcae"]), "ticket.take: `Spcae` is no key; did you mean `Space`?");
        assert!(complaint("form.next", &["n"]).contains("would be typed as text"));
    }

    #[test]
    fn chords_that_clash_or_hide_one_another_are_refused() {
        assert_eq!(
            complaint("ticket.take", &["r"]),
            "`r` is the key of ticket.reply and of ticket.take; give one of them another"
        );
        assert!(
            complaint("ticket.take", &["g"]).contains("can never be pressed"),
            "{}",
            complaint("ticket.take", &["g"])
        );
        assert!(complaint("ticket.take", &["?"]).contains("help"));
    }

    #[test]
    fn keys_that_terminals_eat_are_warned_of() {
        let (_, warnings) = with("ticket.take", &["ctrl-s"]).unwrap();
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].at, 7);
    }
}
