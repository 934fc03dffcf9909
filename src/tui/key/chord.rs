//! A key press and a chord of them, parsed and printed as in the guide: `ctrl-d`, `Space`, `Shift-Tab`, `g g`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// One press, as far as every terminal can tell it: there is no Shift but in a character and in [`Code::BackTab`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Ctrl was held. Its character is then lower case, since terminals send the same byte for both.
    pub ctrl: bool,
    /// Alt was held, or Esc came immediately before.
    pub alt: bool,
}

/// Which key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A key that writes; Space included.
    Char(char),
    /// Enter, also on the number pad.
    Enter,
    /// Esc.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key, 1 to 12.
    F(u8),
}

/// Names of the keys that write nothing, as printed. Parsing ignores case.
const NAMES: &[(&str, Code)] = &[
    ("Space", Code::Char(' ')),
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Shift-Tab", Code::BackTab),
    ("Backspace", Code::Backspace),
    ("Del", Code::Delete),
    ("Ins", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
];

impl Key {
    /// The key alone, nothing held.
    #[must_use]
    pub const fn new(code: Code) -> Key {
        Key { code, ctrl: false, alt: false }
    }

    /// A character.
    #[must_use]
    pub const fn char(c: char) -> Key {
        Key::new(Code::Char(c))
    }

    /// A character with Ctrl held.
    #[must_use]
    pub const fn ctrl(c: char) -> Key {
        Key { code: Code::Char(c.to_ascii_lowercase()), ctrl: true, alt: false }
    }

    /// The same with Alt held.
    #[must_use]
    pub const fn with_alt(self) -> Key {
        Key { alt: true, ..self }
    }

    /// What this press writes into a text field, if it writes.
    #[must_use]
    pub const fn text(self) -> Option<char> {
        match self {
            Key { code: Code::Char(c), ctrl: false, alt: false } => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::Char(c)) => write!(f, "{c}"),
            (None, Code::F(number)) => write!(f, "F{number}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

impl FromStr for Key {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Key, ChordError> {
        let mut rest = text;
        let (mut ctrl, mut alt) = (false, false);
        // A lone `-` after a modifier is the key minus: `ctrl--`.
        while let Some((word, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match word.to_ascii_lowercase().as_str() {
                "ctrl" => ctrl = true,
                "alt" => alt = true,
                _ => break,
            }
            rest = after;
        }
        let code = parse_code(rest).ok_or_else(|| ChordError::of(text, rest))?;
        Ok(Key {
            code: match code {
                Code::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
                other => other,
            },
            ctrl,
            alt,
        })
    }
}

fn parse_code(text: &str) -> Option<Code> {
    let mut characters = text.chars();
    if let (Some(c), None) = (characters.next(), characters.next()) {
        return (!c.is_control() && !c.is_whitespace()).then_some(Code::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*code);
    }
    let number: u8 = text.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=12).contains(&number).then_some(Code::F(number))
}

/// Presses that mean something together, one after the other: `g g`. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord(Vec<Key>);

impl Chord {
    /// The presses in order; at least one.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.0
    }
}

impl From<Key> for Chord {
    fn from(key: Key) -> Chord {
        Chord(vec![key])
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{key}")?;
        }
        Ok(())
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Chord, ChordError> {
        let keys = text.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        if keys.is_empty() { Err(ChordError::Empty) } else { Ok(Chord(keys)) }
    }
}

/// Why a text names no key, in words for whoever wrote the key file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChordError {
    /// Nothing was written.
    #[error("no key is named; write for example `ctrl-d`, `Space` or `g g`")]
    Empty,
    /// Shift with anything but Tab.
    #[error("`{0}`: terminals do not report Shift; write the character that it makes, for example `G`")]
    Shift(String),
    /// Several characters without a space.
    #[error("`{0}` is no key; if keys are to be pressed one after the other, put spaces between: `{1}`")]
    Run(String, String),
    /// A name that no key has.
    #[error("`{0}` is no key; did you mean `{1}`?")]
    Misspelt(String, &'static str),
    /// A name that resembles no key.
    #[error("`{0}` is no key; keys are characters, {names}, F1 to F12, with ctrl- or alt- before", names = names())]
    Unknown(String),
}

impl ChordError {
    /// The error for `rest`, what was left of `text` behind its modifiers.
    fn of(text: &str, rest: &str) -> ChordError {
        if text.is_empty() {
            return ChordError::Empty;
        }
        if rest.to_ascii_lowercase().starts_with("shift-") {
            return ChordError::Shift(text.to_owned());
        }
        let likeness = |name: &str| strsim::jaro_winkler(&name.to_ascii_lowercase(), &rest.to_ascii_lowercase());
        let aliases = [("PageUp", "PgUp"), ("PageDown", "PgDn"), ("Return", "Enter"), ("Escape", "Esc")];
        let known = NAMES.iter().map(|(name, _)| (*name, *name)).chain(aliases);
        let best = known.max_by(|(a, _), (b, _)| likeness(a).total_cmp(&likeness(b)));
        match best {
            Some((name, meant)) if likeness(name) > 0.85 => ChordError::Misspelt(text.to_owned(), meant),
            _ if rest.chars().count() <= 3 && text == rest => {
                let spaced = rest.chars().map(String::from).collect::<Vec<_>>().join(" ");
                ChordError::Run(text.to_owned(), spaced)
            }
            _ => ChordError::Unknown(text.to_owned()),
        }
    }
}

fn names() -> String {
    NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_read_as_the_guide_writes_them() {
        for (text, key) in [
            ("j", Key::char('j')),
            ("G", Key::char('G')),
            ("-", Key::char('-')),
            ("|", Key::char('|')),
            ("ctrl-d", Key::ctrl('d')),
            ("ctrl--", Key::ctrl('-')),
            ("Space", Key::char(' ')),
            ("Shift-Tab", Key::new(Code::BackTab)),
            ("alt-Enter", Key::new(Code::Enter).with_alt()),
            ("PgDn", Key::new(Code::PageDown)),
            ("F10", Key::new(Code::F(10))),
        ] {
            assert_eq!(text.parse(), Ok(key));
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn case_matters_only_for_a_character() {
        assert_eq!("ENTER".parse(), Ok(Key::new(Code::Enter)));
        assert_eq!("Ctrl-D".parse(), Ok(Key::ctrl('d')));
        assert_ne!("g".parse::<Key>(), "G".parse::<Key>());
    }

    #[test]
    fn a_mistake_says_what_was_meant() {
        let complaint = |text: &str| text.parse::<Chord>().unwrap_err().to_string();
        assert_eq!(complaint(" "), "no key is named; write for example `ctrl-d`, `Space` or `g g`");
        assert!(complaint("gg").ends_with("`g g`"));
        assert_eq!(complaint("Spcae"), "`Spcae` is no key; did you mean `Space`?");
        assert_eq!(complaint("PageDown"), "`PageDown` is no key; did you mean `PgDn`?");
        assert!(complaint("shift-g").contains("`G`"));
        assert!(complaint("F13").contains("is no key"));
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let named = (0..NAMES.len()).prop_map(|index| NAMES[index].1);
        let printable = any::<char>().prop_filter("a key writes", |c| !c.is_control() && !c.is_whitespace());
        let code = prop_oneof![named, printable.prop_map(Code::Char), (1_u8..=12).prop_map(Code::F)];
        (code, any::<bool>(), any::<bool>()).prop_map(|(code, ctrl, alt)| match code {
            Code::Char(c) if ctrl => Key { alt, ..Key::ctrl(c) },
            code => Key { code, ctrl, alt },
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_back(keys in prop::collection::vec(any_key(), 1..4)) {
            let chord = Chord(keys);
            prop_assert_eq!(chord.to_string().parse(), Ok(chord));
        }
    }
}
