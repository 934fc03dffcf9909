//! What the screens begin with: what one person set, what the terminal can do, what the command line asks for.

use std::path::Path;

use chrono::Weekday;

use crate::home::config::{Config, ConfigError, FirstDay, Mouse, Scroll};
use crate::home::week::first_day;
use crate::tui::key::{Fault, Keymap, Wanted};
use crate::tui::model::Look;
use crate::tui::term::{Capability, Clipboard, Glyphs};
use crate::tui::theme::Theme;

/// What the screens begin with.
#[derive(Debug)]
pub struct Setup {
    /// What the terminal can do, as far as the person lets it.
    pub capability: Capability,
    /// How the screens are drawn.
    pub look: Look,
    /// The keys in force.
    pub keymap: Keymap,
    /// The ways to the clipboard.
    pub clipboard: Clipboard,
    /// How a list moves when the cursor leaves it.
    pub scroll: Scroll,
    /// The day on which weeks begin.
    pub week: Weekday,
    /// Whether a desktop can open files.
    pub desktop: bool,
    /// The query of a list to be watched, and nothing else.
    pub watch: Option<String>,
    /// What may not work, to be told at the beginning.
    pub warnings: Vec<String>,
}

impl Setup {
    /// By the configuration and the environment; `plain` asks for screens that can be read aloud.
    ///
    /// # Errors
    /// A mistake in the configuration.
    pub fn new(config: &Config, plain: bool, watch: Option<String>) -> Result<Setup, ConfigError> {
        let settings = &config.settings;
        let mut capability = Capability::read();
        capability.wheel = settings.mouse == Mouse::Wheel;
        capability.glyphs = match settings.ascii {
            Some(true) => Glyphs::Ascii,
            Some(false) => Glyphs::Unicode,
            None => capability.glyphs,
        };
        let theme = match &settings.theme {
            Some(name) => Theme::named(name.get_ref(), capability.colours)
                .map_err(|error| config.mistake(name.span().start, error))?,
            None => Theme::usual(capability.colours),
        };
        let (keymap, warnings) = keys(config)?;
        Ok(Setup {
            look: Look { theme, glyphs: capability.glyphs, utf8: capability.utf8, plain: plain || settings.plain },
            keymap,
            clipboard: Clipboard::find(settings.clipboard.clone()),
            scroll: settings.scroll,
            week: settings.week.map_or_else(first_day, FirstDay::day),
            desktop: ["DISPLAY", "WAYLAND_DISPLAY"]
                .iter()
                .any(|name| std::env::var_os(name).is_some_and(|at| !at.is_empty())),
            watch,
            warnings: warnings
                .iter()
                .map(|it| format!("{} (config.toml, line {})", it.text, config.line(it.at)))
                .collect(),
            capability,
        })
    }
}

/// The keys in force by the configuration in a folder.
///
/// # Errors
/// A mistake in it.
pub fn keymap(folder: &Path) -> Result<Keymap, ConfigError> {
    Ok(keys(&Config::read(folder)?)?.0)
}

fn keys(config: &Config) -> Result<(Keymap, Vec<Fault>), ConfigError> {
    let wanted: Vec<Wanted> = config
        .settings
        .keys
        .iter()
        .map(|(action, chords)| Wanted {
            action: (action.get_ref().clone(), action.span().start),
            chords: chords.iter().map(|chord| (chord.get_ref().clone(), chord.span().start)).collect(),
        })
        .collect();
    Keymap::with(&wanted).map_err(|fault| config.mistake(fault.at, fault.text))
}
