//! How things look: the sixteen ANSI colours over the user's own, never colour alone.

pub use ratatui::style::Style;
use ratatui::style::{Color, Modifier};

use crate::desk::priority::Priority;
use crate::desk::workflow::Phase;
use crate::tui::model::Look;
use crate::tui::screen::queue::timeline::Tone;
use crate::tui::term::Colours;

fn colour(look: Look, colour: Color) -> Style {
    // Without colours none is ever sent: on some terminals a reset would take the reverse of the cursor's row with it.
    if look.colours == Colours::None { Style::new() } else { Style::new().fg(colour) }
}

/// Plain text.
#[must_use]
pub fn plain() -> Style {
    Style::new()
}

/// Names and headings.
#[must_use]
pub fn strong() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// What is there when wanted.
#[must_use]
pub fn quiet() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// The row under the cursor.
#[must_use]
pub fn selected() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// The one accent: where one is.
#[must_use]
pub fn accent(look: Look) -> Style {
    colour(look, Color::Cyan).add_modifier(Modifier::BOLD)
}

/// The one warning.
#[must_use]
pub fn warning(look: Look) -> Style {
    colour(look, Color::Red).add_modifier(Modifier::BOLD)
}

/// A tone of the timeline.
#[must_use]
pub fn tone(look: Look, tone: Tone) -> Style {
    match tone {
        Tone::Plain => plain(),
        Tone::Strong => strong(),
        Tone::Quiet => quiet(),
        Tone::Warning => warning(look),
        Tone::Public => accent(look),
    }
}

/// A priority.
#[must_use]
pub fn priority(look: Look, priority: Priority) -> Style {
    match priority.get() {
        1 => warning(look),
        2 => colour(look, Color::Yellow),
        _ => plain(),
    }
}

/// A state.
#[must_use]
pub fn phase(look: Look, phase: Phase) -> Style {
    match phase {
        Phase::New => colour(look, Color::Cyan),
        Phase::Active => plain(),
        Phase::Waiting => colour(look, Color::Magenta),
        Phase::Done | Phase::Closed => quiet(),
    }
}
