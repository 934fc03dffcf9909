//! What the terminal can do, by the word of the environment alone. The terminal is never asked: it might not answer.

use std::io::IsTerminal;

use thiserror::Error;

/// What may be drawn, and whether there is anything to draw on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// Which colours a theme may use.
    pub colours: Colours,
    /// Box drawing or ASCII.
    pub glyphs: Glyphs,
    /// Whether other characters than ASCII arrive as what they are.
    pub utf8: bool,
    /// Whether the wheel may act as the arrow keys.
    pub wheel: bool,
    /// Whether it can move some of its rows and leave the others.
    pub moves_rows: bool,
    /// Behind ssh, where bytes are slow and sequences get cut.
    pub remote: bool,
    /// Why there can be no screens here, if so.
    pub unusable: Option<Unusable>,
}

/// Which colours a theme may use. Attributes (bold, reverse…) are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// None: `NO_COLOR`, or a terminal that has none. A theme resolves all its colours to the terminal's own.
    None,
    /// The sixteen ANSI colours, in the user's own palette.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// 24 bits.
    True,
}

/// Which characters may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// Box drawing, arrows, `…`.
    Unicode,
    /// `+--`, `>`, `~`.
    Ascii,
}

/// Why there can be no screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unusable {
    /// Standard input or output is a file or a pipe.
    #[error("The screens need a terminal, but standard {0} is none. The commands work without: `deskhand help`.")]
    NoTerminal(&'static str),
    /// `TERM=dumb`, or none.
    #[error(
        "The screens need a terminal that can place its cursor, but TERM is `{0}`. The commands work without: `deskhand help`."
    )]
    Dumb(&'static str),
}

impl Capability {
    /// Reads the environment of this process.
    #[must_use]
    pub fn read() -> Capability {
        let environment = |name: &str| std::env::var(name).ok();
        Capability::of(environment, std::io::stdin().is_terminal(), std::io::stdout().is_terminal())
    }

    /// What an environment says. An empty variable is one that is not set, as `NO_COLOR` and POSIX have it.
    pub fn of(
        environment: impl Fn(&str) -> Option<String>,
        input_is_terminal: bool,
        output_is_terminal: bool,
    ) -> Capability {
        let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
        let term = variable("TERM").unwrap_or_default();
        let unusable = match term.as_str() {
            _ if !output_is_terminal => Some(Unusable::NoTerminal("output")),
            _ if !input_is_terminal => Some(Unusable::NoTerminal("input")),
            "" => Some(Unusable::Dumb("not set")),
            "dumb" => Some(Unusable::Dumb("dumb")),
            _ => None,
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default();
        let colours = match variable("NO_COLOR") {
            Some(_) => Colours::None,
            None => colours(&term, variable("COLORTERM").as_deref()),
        };
        Capability {
            colours,
            glyphs: glyphs(&term, &locale),
            utf8: is_utf8(&locale),
            wheel: true,
            moves_rows: moves_rows(&term),
            remote: variable("SSH_CONNECTION").or_else(|| variable("SSH_TTY")).is_some(),
            unusable,
        }
    }
}

/// VT100 and its children, which have no colours and their own character sets.
fn is_vt(term: &str) -> bool {
    term.strip_prefix("vt").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn colours(term: &str, colorterm: Option<&str>) -> Colours {
    match (term, colorterm) {
        ("" | "dumb", _) => Colours::None,
        _ if is_vt(term) || term.ends_with("-mono") || term.ends_with("-m") => Colours::None,
        ("linux", _) => Colours::Sixteen,
        (_, Some("truecolor" | "24bit")) => Colours::True,
        _ if term.ends_with("-direct") => Colours::True,
        _ if term.contains("256col") => Colours::Indexed,
        _ => Colours::Sixteen,
    }
}

/// All but the few that terminfo knows without `csr`.
fn moves_rows(term: &str) -> bool {
    !["", "dumb", "cygwin"].contains(&term) && !["ansi", "pcansi", "sun"].iter().any(|name| term.starts_with(name))
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn glyphs(term: &str, locale: &str) -> Glyphs {
    if is_utf8(locale) && term != "linux" && !is_vt(term) { Glyphs::Unicode } else { Glyphs::Ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Capability {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Capability::of(find, true, true)
    }

    #[test]
    fn colours_follow_no_color_then_term_then_colorterm() {
        let colours = |variables: &[(&str, &str)]| of(variables).colours;
        assert_eq!(colours(&[("TERM", "xterm"), ("NO_COLOR", "1")]), Colours::None);
        assert_eq!(colours(&[("TERM", "xterm"), ("NO_COLOR", "")]), Colours::Sixteen);
        assert_eq!(colours(&[("TERM", "vt220"), ("COLORTERM", "truecolor")]), Colours::None);
        assert_eq!(colours(&[("TERM", "linux"), ("COLORTERM", "truecolor")]), Colours::Sixteen);
        assert_eq!(colours(&[("TERM", "xterm-256color")]), Colours::Indexed);
        assert_eq!(colours(&[("TERM", "xterm-256color"), ("COLORTERM", "24bit")]), Colours::True);
    }

    #[test]
    fn boxes_are_drawn_only_where_the_locale_and_the_terminal_can() {
        let glyphs = |variables: &[(&str, &str)]| of(variables).glyphs;
        assert_eq!(glyphs(&[("TERM", "xterm"), ("LANG", "de_CH.UTF-8")]), Glyphs::Unicode);
        assert_eq!(glyphs(&[("TERM", "xterm"), ("LANG", "de_CH.UTF-8"), ("LC_ALL", "C")]), Glyphs::Ascii);
        assert_eq!(glyphs(&[("TERM", "xterm"), ("LC_CTYPE", "C.utf8"), ("LC_ALL", "")]), Glyphs::Unicode);
        assert_eq!(glyphs(&[("TERM", "linux"), ("LANG", "C.UTF-8")]), Glyphs::Ascii);
        assert_eq!(glyphs(&[("TERM", "xterm")]), Glyphs::Ascii);
    }

    #[test]
    fn without_a_terminal_there_are_no_screens() {
        assert_eq!(of(&[("TERM", "dumb")]).unusable, Some(Unusable::Dumb("dumb")));
        assert_eq!(of(&[]).unusable, Some(Unusable::Dumb("not set")));
        let piped = Capability::of(|_| Some("xterm".to_owned()), true, false);
        assert_eq!(piped.unusable, Some(Unusable::NoTerminal("output")));
    }

    #[test]
    fn rows_are_moved_by_terminals_that_have_margins() {
        let moves = |term: &str| of(&[("TERM", term)]).moves_rows;
        assert!(["xterm-256color", "screen", "tmux-256color", "linux", "vt100", "unheard-of"].into_iter().all(moves));
        assert!(!["dumb", "", "ansi", "ansi-mono", "sun-color"].into_iter().any(moves));
    }

    #[test]
    fn ssh_is_far_away() {
        assert!(of(&[("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")]).remote);
        assert!(!of(&[("TERM", "xterm")]).remote);
    }
}
