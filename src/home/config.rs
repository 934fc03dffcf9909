//! `config.toml`: what one person wants, read in one place. A mistake in it is told with its line and what was meant.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::Weekday;
use serde::Deserialize;
use toml::Spanned;

use crate::desk::rules::nearest;
use crate::store::{Class, Told};

/// The configuration as shipped, each setting commented out with its default.
pub const DEFAULT: &str = include_str!("../../assets/config.toml");

/// A person's configuration, with its text for messages about it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What is set.
    pub settings: Settings,
    file: PathBuf,
    text: String,
}

/// What can be set. Nothing must be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The desk file.
    #[serde(default)]
    pub desk: Option<String>,
    /// The theme's name.
    #[serde(default)]
    pub theme: Option<Spanned<String>>,
    /// ASCII characters only, or not, whatever the locale says.
    #[serde(default)]
    pub ascii: Option<bool>,
    /// For a screen reader.
    #[serde(default)]
    pub plain: bool,
    /// The command that copies its standard input.
    #[serde(default)]
    pub clipboard: Option<String>,
    /// How a list moves when the cursor leaves it.
    #[serde(default)]
    pub scroll: Scroll,
    /// The day on which weeks begin.
    #[serde(default)]
    pub week: Option<FirstDay>,
    /// What the mouse may do.
    #[serde(default)]
    pub mouse: Mouse,
    /// Folders that are of another class than the operating system's word makes them.
    #[serde(default)]
    pub place: BTreeMap<String, Class>,
    /// Chords by the name of their action.
    #[serde(default)]
    pub keys: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

/// How a list moves when the cursor leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scroll {
    /// By one row.
    #[default]
    Line,
    /// By half a page, which a slow line carries once instead of at each row.
    Jump,
}

/// A day on which weeks can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum FirstDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl FirstDay {
    /// The same for those who reckon with days.
    #[must_use]
    pub fn day(self) -> Weekday {
        match self {
            FirstDay::Monday => Weekday::Mon,
            FirstDay::Tuesday => Weekday::Tue,
            FirstDay::Wednesday => Weekday::Wed,
            FirstDay::Thursday => Weekday::Thu,
            FirstDay::Friday => Weekday::Fri,
            FirstDay::Saturday => Weekday::Sat,
            FirstDay::Sunday => Weekday::Sun,
        }
    }
}

/// What the mouse may do. Its clicks are never taken: they select text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mouse {
    /// The wheel moves as the arrow keys do.
    #[default]
    Wheel,
    /// Nothing.
    Off,
}

/// A mistake in the configuration: where, what, and what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    file: PathBuf,
    line: Option<usize>,
    text: String,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file.display(), self.text),
            None => write!(f, "{}: {}", self.file.display(), self.text),
        }
    }
}

impl Config {
    /// Reads `config.toml` in `folder`; where there is none, nothing is set.
    ///
    /// # Errors
    /// When it can't be read or something in it is wrong.
    pub fn read(folder: &Path) -> Result<Config, ConfigError> {
        let file = folder.join("config.toml");
        match std::fs::read_to_string(&file) {
            Ok(text) => Config::parse(file, text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            Err(error) => Err(ConfigError { file, line: None, text: format!("it can't be read: {error}") }),
        }
    }

    fn parse(file: PathBuf, text: String) -> Result<Config, ConfigError> {
        match toml::from_str(&text) {
            Ok(settings) => Ok(Config { settings, file, text }),
            Err(error) => {
                let config = Config { settings: Settings::default(), file, text };
                Err(match error.span() {
                    Some(span) => config.mistake(span.start, explained(error.message(), config.text.get(span))),
                    None => ConfigError { file: config.file, line: None, text: error.message().to_owned() },
                })
            }
        }
    }

    /// A mistake at this byte of the file.
    #[must_use]
    pub fn mistake(&self, at: usize, text: String) -> ConfigError {
        ConfigError { file: self.file.clone(), line: Some(self.line(at)), text }
    }

    /// The line of this byte, counted from 1.
    #[must_use]
    pub fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    /// The desk file that is named, with `~/` meaning `home`.
    #[must_use]
    pub fn desk(&self, home: Option<&Path>) -> Option<PathBuf> {
        self.settings.desk.as_deref().map(|path| expand(path, home))
    }

    /// What is said of places, with `~/` meaning `home`.
    #[must_use]
    pub fn places(&self, home: Option<&Path>) -> Told {
        self.settings.place.iter().map(|(folder, class)| (expand(folder, home), *class)).collect()
    }
}

fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// What the parser says, and what was meant: it lists what it knows between backticks.
fn explained(message: &str, written: Option<&str>) -> String {
    let message = message.trim().replace('\n', "; ");
    let mut words = message.split('`').skip(1).step_by(2);
    let near = match message.split_whitespace().next() {
        Some("unknown") => words.next().and_then(|word| nearest(word, words)),
        _ => None,
    };
    match (near, written.map(str::trim).filter(|text| !text.is_empty() && text.len() < 40 && !text.contains('\n'))) {
        (Some(near), Some(written)) => format!("`{}` is not known; did you mean `{near}`?", written.trim_matches('"')),
        (None, Some(written)) if !message.contains(written) => format!("{message}, at {written}"),
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(PathBuf::from("config.toml"), text.to_owned()).map_err(|error| error.to_string())
    }

    fn complaint(text: &str) -> String {
        parse(text).map(|_| ()).unwrap_err()
    }

    #[test]
    fn the_configuration_shipped_sets_nothing_and_is_sound_with_every_line_set() {
        let silent = parse(DEFAULT).unwrap();
        assert!(silent.settings.desk.is_none() && silent.settings.keys.is_empty());
        let set = parse(&uncommented()).unwrap();
        assert!(set.settings.desk.is_some() && set.settings.theme.is_some() && set.settings.ascii.is_some());
        assert!(set.settings.clipboard.is_some() && !set.settings.keys.is_empty());
        assert!(!set.settings.place.is_empty());
    }

    /// Settings are commented out as `#name`, words as `# Word`.
    fn uncommented() -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        };
        DEFAULT.lines().map(line).collect()
    }

    #[test]
    fn a_mistake_is_told_with_file_line_and_what_was_meant() {
        assert_eq!(
            complaint("plain = true\n\nthem = \"default\"\n"),
            "config.toml, line 3: `them` is not known; did you mean `theme`?"
        );
        assert_eq!(complaint("scroll = \"jmp\""), "config.toml, line 1: `jmp` is not known; did you mean `jump`?");
        assert!(complaint("ascii = \"yes\"").starts_with("config.toml, line 1: invalid type"));
        assert!(complaint("plain = true\ndesk = ops").starts_with("config.toml, line 2: "));
        assert!(complaint("\n[keys]\n\"undo\" = 3\n").starts_with("config.toml, line 3: "));
    }

    #[test]
    fn a_desk_in_the_home_folder_is_found() {
        let config = parse("desk = \"~/ops.desk\"").unwrap();
        assert_eq!(config.desk(Some(Path::new("/home/anna"))), Some(PathBuf::from("/home/anna/ops.desk")));
    }

    #[test]
    fn a_place_is_of_the_class_that_is_said_and_of_no_other() {
        let config = parse("[place]\n\"~/disk\" = \"local\"\n\"/mnt/old\" = \"unsafe\"").unwrap();
        assert_eq!(
            config.places(Some(Path::new("/home/anna"))),
            [(PathBuf::from("/mnt/old"), Class::Unsafe), (PathBuf::from("/home/anna/disk"), Class::Local)]
        );
        assert_eq!(
            complaint("[place]\n\"/mnt\" = \"lokal\""),
            "config.toml, line 2: `lokal` is not known; did you mean `local`?"
        );
    }
}
