//! How things look: roles, which a theme gives colours. The default is the sixteen ANSI colours over the user's own, and
//! colour never says anything alone.

use ratatui::buffer::Buffer;
pub use ratatui::style::Style;
use ratatui::style::{Color, Modifier};

use crate::desk::change::window::WindowKind;
use crate::desk::priority::Priority;
use crate::desk::rules::{Hue, nearest};
use crate::desk::workflow::Phase;
use crate::text::markdown::{Ink, Part, Role};
use crate::tui::model::Look;
use crate::tui::palette::Palette;
use crate::tui::screen::queue::timeline::Tone;
use crate::tui::term::Colours;

/// The themes shipped, by name.
const SHIPPED: &[(&str, &str)] = &[
    (DEFAULT, include_str!("../../assets/themes/default.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
    ("light-contrast", include_str!("../../assets/themes/light-contrast.toml")),
    ("dark-contrast", include_str!("../../assets/themes/dark-contrast.toml")),
];
const DEFAULT: &str = "default";

/// A theme's colours, as far as this terminal has them. What has none takes the terminal's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    palette: Palette<Option<Color>>,
}

impl Theme {
    /// The theme of this name, in the colours that there are.
    ///
    /// # Errors
    /// When there is none, with what was meant.
    pub fn named(name: &str, colours: Colours) -> Result<Theme, String> {
        let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) else {
            let names = SHIPPED.iter().map(|(name, _)| *name);
            return Err(match nearest(name, names.clone()) {
                Some(near) => format!("there is no theme `{name}`; did you mean `{near}`?"),
                None => format!("there is no theme `{name}`; there are {}", names.collect::<Vec<_>>().join(", ")),
            });
        };
        let palette = Palette::read(text).map_err(|error| format!("{name}: {error}"))?;
        let theme =
            Theme { palette: palette.try_map(|text| text.parse().map_err(|_| format!("{name}: no colour: {text}")))? };
        match colours {
            Colours::None => Ok(Theme::default()),
            Colours::Sixteen if theme.is_of_true_colours() => Theme::named(DEFAULT, colours),
            Colours::Indexed => Ok(Theme { palette: theme.palette.map(|colour| colour.map(indexed)) }),
            Colours::Sixteen | Colours::True => Ok(theme),
        }
    }

    /// The default theme, which is sound by a test.
    #[must_use]
    pub fn usual(colours: Colours) -> Theme {
        Theme::named(DEFAULT, colours).unwrap_or_default()
    }

    fn is_of_true_colours(&self) -> bool {
        self.palette.each().into_iter().any(|colour| matches!(colour, Some(Color::Rgb(..))))
    }

    fn hue(&self, hue: Hue) -> Option<Color> {
        match hue {
            Hue::None => None,
            Hue::Red => self.palette.red,
            Hue::Green => self.palette.green,
            Hue::Yellow => self.palette.yellow,
            Hue::Blue => self.palette.blue,
            Hue::Magenta => self.palette.magenta,
            Hue::Cyan => self.palette.cyan,
        }
    }
}

/// The nearest of xterm's cube of 216 colours.
fn indexed(colour: Color) -> Color {
    let step = |level: u8| match level {
        0..48 => 0,
        48..115 => 1,
        _ => (level - 35) / 40,
    };
    match colour {
        Color::Rgb(r, g, b) => Color::Indexed(16 + 36 * step(r) + 6 * step(g) + step(b)),
        other => other,
    }
}

/// Gives what was drawn the theme's own text, background and quiet, where it has them.
pub fn paint(look: Look, buffer: &mut Buffer) {
    let Palette { text, background, quiet, .. } = look.theme.palette;
    if (text, background, quiet) == (None, None, None) {
        return;
    }
    for cell in &mut buffer.content {
        let dim = cell.modifier.contains(Modifier::DIM);
        if let (true, Some(quiet)) = (dim, quiet) {
            cell.modifier -= Modifier::DIM;
            if cell.fg == Color::Reset {
                cell.fg = quiet;
            }
        }
        if let (Color::Reset, Some(text)) = (cell.fg, text) {
            cell.fg = text;
        }
        if let (Color::Reset, Some(background)) = (cell.bg, background) {
            cell.bg = background;
        }
    }
}

fn colour(colour: Option<Color>) -> Style {
    // Without a colour none is ever sent: on some terminals a reset would take the reverse of the cursor's row with it.
    colour.map_or_else(Style::new, |colour| Style::new().fg(colour))
}

/// The desk's label, in the desk's own colour.
#[must_use]
pub fn label(look: Look, hue: Hue) -> Style {
    match look.theme.hue(hue) {
        Some(own) => colour(Some(own)).add_modifier(Modifier::BOLD),
        None => quiet(),
    }
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

/// A word that was looked for.
#[must_use]
pub fn hit(look: Look) -> Style {
    accent(look).add_modifier(Modifier::UNDERLINED)
}

/// The one accent: where one is.
#[must_use]
pub fn accent(look: Look) -> Style {
    colour(look.theme.palette.accent).add_modifier(Modifier::BOLD)
}

/// The one warning.
#[must_use]
pub fn warning(look: Look) -> Style {
    colour(look.theme.palette.warning).add_modifier(Modifier::BOLD)
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

/// A piece of an article.
#[must_use]
pub fn ink(look: Look, ink: Ink) -> Style {
    let palette = look.theme.palette;
    let role = match ink.role {
        Role::Text => plain(),
        Role::Heading => accent(look),
        Role::Quiet | Role::Part(Part::Comment) => quiet(),
        Role::Link => colour(palette.accent).add_modifier(Modifier::UNDERLINED),
        Role::Code => colour(palette.cyan),
        Role::Part(Part::Keyword) => colour(palette.magenta),
        Role::Part(Part::Quoted | Part::Come) => colour(palette.green),
        Role::Part(Part::Constant) => colour(palette.yellow),
        Role::Part(Part::Name) => colour(palette.blue),
        Role::Part(Part::Gone) => colour(palette.red),
    };
    let marks = [(ink.strong, Modifier::BOLD), (ink.emphasis, Modifier::ITALIC), (ink.struck, Modifier::CROSSED_OUT)];
    marks.into_iter().filter(|(set, _)| *set).fold(role, |style, (_, mark)| style.add_modifier(mark))
}

/// A priority.
#[must_use]
pub fn priority(look: Look, priority: Priority) -> Style {
    match priority.get() {
        1 => warning(look),
        2 => colour(look.theme.palette.yellow),
        _ => plain(),
    }
}

/// How risky a change is: 0 is the least, 1 the most; what is not judged yet has no colour.
#[must_use]
pub fn risk(look: Look, share: Option<f32>) -> Style {
    match share {
        None => plain(),
        Some(share) if share >= 1.0 => warning(look),
        Some(share) if share > 0.0 => colour(look.theme.palette.yellow),
        Some(_) => colour(look.theme.palette.green),
    }
}

/// A window: in a freeze nothing is to happen.
#[must_use]
pub fn window(look: Look, kind: WindowKind) -> Style {
    match kind {
        WindowKind::Freeze => colour(look.theme.palette.magenta),
        WindowKind::Maintenance => colour(look.theme.palette.cyan),
    }
}

/// A state.
#[must_use]
pub fn phase(look: Look, phase: Phase) -> Style {
    match phase {
        Phase::New => colour(look.theme.palette.cyan),
        Phase::Active => plain(),
        Phase::Waiting => colour(look.theme.palette.magenta),
        Phase::Done | Phase::Closed => quiet(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, by WCAG 2.1.
    fn luminance(colour: Color) -> f64 {
        let Color::Rgb(r, g, b) = colour else { panic!("{colour} is no true colour") };
        let linear = |level: u8| {
            let level = f64::from(level) / 255.0;
            if level <= 0.04045 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_theme_shipped_is_sound_and_true_colours_stand_out_by_4_5_to_1() {
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/themes")).unwrap() {
            let name = file.unwrap().file_name().to_string_lossy().replace(".toml", "");
            let theme = Theme::named(&name, Colours::True).unwrap();
            if theme.is_of_true_colours() {
                let background = theme.palette.background.unwrap();
                for colour in theme.palette.each() {
                    let colour = colour.unwrap_or_else(|| panic!("{name} leaves a colour to chance"));
                    let enough = colour == background || contrast(colour, background) >= 4.5;
                    assert!(enough, "{name}: {colour} has {}", contrast(colour, background));
                }
            }
        }
    }

    #[test]
    fn a_terminal_gets_no_colours_that_it_has_not() {
        assert_eq!(Theme::named("dark-contrast", Colours::None), Ok(Theme::default()));
        assert_eq!(Theme::named("dark-contrast", Colours::Sixteen), Ok(Theme::usual(Colours::Sixteen)));
        let indexed = Theme::named("dark-contrast", Colours::Indexed).unwrap();
        assert!(indexed.palette.each().iter().all(|colour| matches!(colour, Some(Color::Indexed(_)))));
        assert_eq!(Theme::usual(Colours::Sixteen).palette.accent, Some(Color::Cyan));
    }

    #[test]
    fn a_theme_that_is_not_there_is_told_with_the_one_meant() {
        let error = Theme::named("dark-contrst", Colours::True).unwrap_err();
        assert_eq!(error, "there is no theme `dark-contrst`; did you mean `dark-contrast`?");
    }
}
