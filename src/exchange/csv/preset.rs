//! The maps that come with the program, from `assets/import/`.

use std::path::Path;

use super::bind::{Bound, Headers};
use super::error::ImportError;
use super::map::Map;

/// A map that comes with the program.
#[derive(Debug)]
pub struct Preset {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Its TOML, a good beginning for a map of one's own.
    pub toml: &'static str,
}

macro_rules! presets {
    ($($name:literal)*) => {
        /// All of them.
        pub static PRESETS: &[Preset] = &[$(
            Preset { name: $name, toml: include_str!(concat!("../../../assets/import/", $name, ".toml")) },
        )*];
    };
}

presets! { "generic" "servicenow" "servicenow-event-log" "jira" "glpi" "rt" "osticket" }

/// The map of that name: a preset's, or else the file of that path.
///
/// # Errors
/// When it is neither, or a file that is no map; the message has the line.
pub fn preset(name_or_path: &str) -> Result<Map, ImportError> {
    if let Some(preset) = PRESETS.iter().find(|p| p.name.eq_ignore_ascii_case(name_or_path)) {
        return Map::parse(preset.name, preset.toml);
    }
    let path = Path::new(name_or_path);
    if !path.exists() {
        let names: Vec<&str> = PRESETS.iter().map(|p| p.name).collect();
        return Err(ImportError::Map {
            map: name_or_path.to_owned(),
            reason: format!("is neither a file nor one of the presets {}", names.join(", ")),
        });
    }
    let toml = std::fs::read_to_string(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    Map::parse(name_or_path, &toml)
}

/// The preset that knows most of these columns, and how many, if one knows the key and several more.
pub fn fitting(names: &[String]) -> Option<(&'static str, usize)> {
    let headers = Headers::new(names.iter().map(String::as_str));
    let known = |preset: &'static Preset| {
        let map = Map::parse(preset.name, preset.toml).ok()?;
        let bound = Bound::new(&map, &headers);
        let fits = !bound.key.is_empty() && (map.history.is_none() || !bound.at.is_empty());
        let count = names.len() - bound.unmapped(names.len()).len();
        (fits && count > 2).then_some((count, preset.name))
    };
    PRESETS.iter().filter_map(known).max_by_key(|(count, _)| *count).map(|(count, name)| (name, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_sound_map() {
        for preset in PRESETS {
            Map::parse(preset.name, preset.toml).unwrap();
        }
    }

    #[test]
    fn a_name_that_is_no_preset_is_told_which_there_are() {
        assert_eq!(
            preset("snow").unwrap_err().to_string(),
            "map 'snow': is neither a file nor one of the presets \
             generic, servicenow, servicenow-event-log, jira, glpi, rt, osticket"
        );
    }
}
