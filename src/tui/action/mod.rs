//! The action table: every key, its name, its help, whether it may run now and why not, and what it does.
//!
//! One table feeds dispatch, the footer, `?`, the `:` palette and the guide, so that none of them can drift.

mod go;
mod list;
mod overlay;
mod place;
mod ticket;
mod view;

pub(crate) use ticket::{assign_to, move_to};

use crate::tui::effect::Effect;
use crate::tui::model::Model;

/// Where an action's keys mean something. The focus gives a stack of them, innermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere, in text fields too.
    Always,
    /// Everywhere but in text fields.
    Global,
    /// The list of views.
    Views,
    /// The list of tickets.
    List,
    /// The ticket shown.
    Sheet,
    /// A ticket, in the list or shown.
    Ticket,
    /// The filter line.
    Filter,
    /// A picker.
    Picker,
    /// A line asked for.
    Prompt,
    /// A form.
    Form,
    /// A form that is being left.
    Leaving,
    /// Any text field.
    Text,
}

impl Scope {
    /// All scopes, in the order of the guide.
    pub const ALL: &[Scope] = &[
        Scope::Global,
        Scope::List,
        Scope::Ticket,
        Scope::Sheet,
        Scope::Views,
        Scope::Filter,
        Scope::Picker,
        Scope::Prompt,
        Scope::Form,
        Scope::Leaving,
        Scope::Text,
        Scope::Always,
    ];

    /// What it is called in help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Scope::Always => "Always",
            Scope::Global => "Everywhere",
            Scope::Views => "Views",
            Scope::List => "List",
            Scope::Sheet => "Ticket pane",
            Scope::Ticket => "Tickets",
            Scope::Filter => "Filter line",
            Scope::Picker => "Picker",
            Scope::Prompt => "Prompt",
            Scope::Form => "Form",
            Scope::Leaving => "Leaving a form",
            Scope::Text => "Text fields",
        }
    }

    /// Whether plain keys are typed text here.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(self, Scope::Filter | Scope::Picker | Scope::Prompt | Scope::Form)
    }
}

/// What an action does to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Nothing.
    Read,
    /// Changes it: blocked where the desk can only be read.
    Write,
}

/// One row of the table.
pub struct ActionSpec {
    /// Which action.
    pub id: ActionId,
    /// Its name in the palette, the config and the guide: `ticket.take`.
    pub name: &'static str,
    /// Its title in the footer, at most 12 columns.
    pub title: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// Where its keys mean it.
    pub scope: Scope,
    /// Its chords.
    pub keys: &'static [&'static str],
    /// Its place in the footer: 0 is not shown, higher is shown first.
    pub rank: u8,
    /// What it does to the desk.
    pub risk: Risk,
    /// Whether it may run now, or why not.
    pub enabled: fn(&Model) -> Result<(), String>,
    /// What it does.
    pub run: fn(&mut Model) -> Vec<Effect>,
}

macro_rules! actions {
    ($($id:ident)*) => {
        /// Every action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ActionId { $(#[allow(missing_docs, reason = "the table says what each does")] $id,)* }

        impl ActionId {
            /// All actions.
            pub const ALL: &[ActionId] = &[$(ActionId::$id,)*];
        }
    };
}

actions! {
    Help Palette Filter Quit Back NextPane PreviousPane NextView PreviousView Zoom Undo Redo Refresh Repaint Suspend Shell Stop
    Down Up PageDown PageUp Top Bottom ScrollDown ScrollUp Open Close Mark MarkAll Range
    SheetDown SheetUp SheetPageDown SheetPageUp SheetTop SheetBottom
    ViewDown ViewUp ViewOpen
    New Take Assign Note Reply Move Resolve Reopen Edit Priority Due CopyNumber CopyTitle CopyBoth
    FilterAccept FilterCancel PickerNext PickerPrevious PickerAccept PickerClose
    Order Reverse Columns Narrow Facets SaveView OnlyMarked Preview
    PlaceBack PlaceForward PlaceLast GoNumber GoQueue Again CopyBody Pipe EditText PromptAccept PromptClose
    FilterNext FilterPrevious FilterOlder FilterNewer
    FormNext FormPrevious FormUp FormDown FormLine FormLeave LeaveSend LeaveEditor LeaveKeep LeaveKeepToo LeaveDiscard FormEditor
    TextLeft TextRight TextHome TextEnd TextBackspace TextDelete TextWord TextToStart TextToEnd
}

/// The table.
pub fn all() -> impl Iterator<Item = &'static ActionSpec> {
    let lists = list::ROWS.iter().chain(view::ROWS);
    let tickets = ticket::ROWS.iter().chain(place::ROWS);
    go::ROWS.iter().chain(lists).chain(tickets).chain(overlay::ROWS)
}

/// The row of an action.
#[must_use]
pub fn spec(id: ActionId) -> Option<&'static ActionSpec> {
    all().find(|row| row.id == id)
}

/// The keys as Markdown, for the guide and the README.
#[must_use]
pub fn guide() -> String {
    let mut text = String::new();
    for scope in Scope::ALL {
        let rows: Vec<&ActionSpec> = all().filter(|row| row.scope == *scope).collect();
        text.push_str(&format!("**{}**\n\n| keys | does | name |\n|---|---|---|\n", scope.title()));
        for row in rows {
            let keys: Vec<String> = row.keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            text.push_str(&format!("| {} | {} | {} |\n", keys.join(" "), row.help, row.name));
        }
        text.push('\n');
    }
    text
}

/// Whether an action may run now, or why not.
///
/// # Errors
/// The reason, in the user's words.
pub fn allowed(row: &ActionSpec, model: &Model) -> Result<(), String> {
    if row.risk == Risk::Write && model.read_only {
        return Err(String::from("this desk is read-only for you"));
    }
    (row.enabled)(model)
}

fn always(_: &Model) -> Result<(), String> {
    Ok(())
}

fn no_ticket(model: &Model) -> Result<(), String> {
    if model.targets().is_empty() { Err(String::from("no ticket is selected")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tui::key::{Chord, Code};

    /// Scopes that are reached together, innermost first.
    const STACKS: [&[Scope]; 8] = [
        &[Scope::Views, Scope::Global, Scope::Always],
        &[Scope::List, Scope::Ticket, Scope::Global, Scope::Always],
        &[Scope::Sheet, Scope::Ticket, Scope::Global, Scope::Always],
        &[Scope::Filter, Scope::Text, Scope::Always],
        &[Scope::Picker, Scope::Text, Scope::Always],
        &[Scope::Prompt, Scope::Text, Scope::Always],
        &[Scope::Form, Scope::Text, Scope::Always],
        &[Scope::Leaving, Scope::Always],
    ];

    fn chord(text: &str) -> Chord {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn every_action_has_one_row_and_a_name_of_its_own() {
        let names: BTreeSet<&str> = all().map(|row| row.name).collect();
        assert_eq!(names.len(), all().count());
        for id in ActionId::ALL {
            assert_eq!(all().filter(|row| row.id == *id).count(), 1, "{id:?}");
        }
    }

    #[test]
    fn titles_and_help_fit_where_they_are_shown() {
        for row in all() {
            assert!(row.title.len() <= 12, "{}", row.name);
            assert!(row.help.ends_with('.') && row.help.len() <= 100, "{}", row.name);
        }
    }

    #[test]
    fn no_chord_clashes_with_or_hides_another() {
        for stack in STACKS {
            let mut seen: Vec<(Chord, &str, Scope)> = Vec::new();
            for row in all().filter(|row| stack.contains(&row.scope)) {
                for key in row.keys {
                    let chord = chord(key);
                    for (other, name, scope) in &seen {
                        let clash = *other == chord && *scope == row.scope;
                        let hides = other.keys() != chord.keys()
                            && (other.keys().starts_with(chord.keys()) || chord.keys().starts_with(other.keys()));
                        assert!(!clash && !hides, "{key}: {} and {name}", row.name);
                    }
                    seen.push((chord, row.name, row.scope));
                }
            }
        }
    }

    #[test]
    fn no_chord_is_one_that_terminals_tmux_or_screen_eat() {
        for row in all() {
            for key in row.keys {
                for part in chord(key).keys() {
                    let eaten = part.ctrl
                        && matches!(part.code, Code::Char('s' | 'q' | 'b' | 'a' | '\\' | 'h' | 'i' | 'j' | 'm'));
                    assert!(!eaten && !part.alt && !matches!(part.code, Code::F(_)), "{}: {key}", row.name);
                }
            }
        }
    }

    #[test]
    fn every_action_is_reached_by_a_key() {
        for row in all() {
            assert!(!row.keys.is_empty(), "{}", row.name);
        }
    }
}
