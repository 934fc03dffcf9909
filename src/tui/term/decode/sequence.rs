//! What complete control sequences mean: the dialects of xterm, rxvt, the Linux console, PuTTY and kitty in one table.

use super::Input;
use crate::tui::key::{Code, Key};

/// A control sequence that concerns us.
pub(super) enum Meaning {
    Input(Input),
    PasteBegins,
}

impl From<Key> for Meaning {
    fn from(key: Key) -> Meaning {
        Meaning::Input(Input::Key(key))
    }
}

/// The key of a C0 control or DEL.
pub(super) fn control(byte: u8) -> Key {
    match byte {
        b'\r' => Key::new(Code::Enter),
        b'\t' => Key::new(Code::Tab),
        // Terminals disagree which of the two Backspace sends; ctrl-h is therefore bound to nothing.
        0x08 | 0x7f => Key::new(Code::Backspace),
        0x1b => Key::new(Code::Esc),
        0 => Key::ctrl(' '),
        1..=26 => Key::ctrl(char::from(byte - 1 + b'a')),
        _ => Key::ctrl(char::from(byte + b'@')),
    }
}

/// The meaning of `ESC [ parameters last`; `None` for replies, mouse reports and what we do not know.
pub(super) fn csi(parameters: &[u8], last: u8) -> Option<Meaning> {
    if parameters == b"[" {
        // Linux console: ESC [ [ A is F1.
        return matches!(last, b'A'..=b'E').then(|| Key::new(Code::F(last - b'A' + 1)).into());
    }
    let parameters = Parameters::parse(parameters)?;
    let modifiers = parameters.modifiers();
    let code = match last {
        b'I' | b'O' if parameters.is_empty() => return Some(Meaning::Input(Input::Focus(last == b'I'))),
        b'Z' => Code::BackTab,
        // A cursor position report ends in R as well; only row 1 can be mistaken for a modified F3.
        b'R' if !parameters.is_empty() && parameters.number(0) != 1 => return None,
        b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S' => letter(last)?,
        b'a'..=b'd' => letter(last.to_ascii_uppercase())?,
        b'~' => match parameters.number(0) {
            200 => return Some(Meaning::PasteBegins),
            // xterm's modifyOtherKeys.
            27 => return coded(parameters.number(2), modifiers),
            number => numbered(number)?,
        },
        // rxvt marks Shift, Ctrl and both by the final byte.
        b'$' => numbered(parameters.number(0))?,
        b'^' | b'@' => return Some(Key { ctrl: true, ..Key::new(numbered(parameters.number(0))?) }.into()),
        b'u' if !parameters.is_empty() => return coded(parameters.number(0), modifiers),
        _ => return None,
    };
    modifiers.apply(code).map(Meaning::from)
}

/// The key of `ESC O last`, where some terminals put a modifier between.
pub(super) fn ss3(parameters: &[u8], last: u8) -> Option<Key> {
    let modifiers = Parameters::parse(parameters)?;
    let modifiers = Modifiers::from_parameter(modifiers.number(modifiers.last()));
    let code = match last {
        b'M' => Code::Enter,
        b'X' => Code::Char('='),
        // The number pad in application mode: its letters stand 0x40 above what they write.
        b'j'..=b'y' => Code::Char(char::from(last - 0x40)),
        b'a'..=b'd' => return Some(Key { ctrl: true, ..Key::new(letter(last.to_ascii_uppercase())?) }),
        _ => letter(last)?,
    };
    modifiers.apply(code)
}

fn letter(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::F(last - b'P' + 1),
        _ => return None,
    })
}

fn numbered(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11 => Code::F(1),
        12 => Code::F(2),
        13 => Code::F(3),
        14 => Code::F(4),
        15 => Code::F(5),
        17 => Code::F(6),
        18 => Code::F(7),
        19 => Code::F(8),
        20 => Code::F(9),
        21 => Code::F(10),
        23 => Code::F(11),
        24 => Code::F(12),
        _ => return None,
    })
}

/// A key named by its code point: kitty's `CSI u`, xterm's modifyOtherKeys.
fn coded(number: u32, modifiers: Modifiers) -> Option<Meaning> {
    let key = match char::from_u32(number)? {
        '\t' if modifiers.shift => modifiers.apply(Code::BackTab)?,
        c if c.is_ascii_control() => {
            let plain = control(u8::try_from(number).ok()?);
            Key { ctrl: modifiers.ctrl || plain.ctrl, ..modifiers.apply(plain.code)? }
        }
        // Kitty puts its own keys into the private use area.
        '\u{e000}'..='\u{f8ff}' => return None,
        c if c.is_control() => return None,
        c if modifiers.ctrl => modifiers.apply(Code::Char(c.to_ascii_lowercase()))?,
        c if modifiers.shift => {
            let mut upper = c.to_uppercase();
            let only = upper.next().filter(|_| upper.next().is_none());
            modifiers.apply(Code::Char(only.unwrap_or(c)))?
        }
        c => modifiers.apply(Code::Char(c))?,
    };
    Some(key.into())
}

/// What was held, and whether the key went down at all.
#[derive(Clone, Copy)]
struct Modifiers {
    shift: bool,
    ctrl: bool,
    alt: bool,
    released: bool,
}

impl Modifiers {
    /// xterm's parameter: one more than the sum of Shift 1, Alt 2, Ctrl 4.
    fn from_parameter(parameter: u32) -> Modifiers {
        let held = parameter.saturating_sub(1);
        Modifiers { shift: held & 1 != 0, alt: held & 2 != 0, ctrl: held & 4 != 0, released: false }
    }

    /// The key, if it was pressed.
    fn apply(self, code: Code) -> Option<Key> {
        (!self.released).then_some(Key { code, ctrl: self.ctrl, alt: self.alt })
    }
}

/// Numbers between semicolons, each with sub-numbers between colons.
struct Parameters(Vec<Vec<u32>>);

impl Parameters {
    /// `None` for private ones (`?`, `<`, `=`, `>`) and those with intermediates: these are replies, never keys.
    fn parse(bytes: &[u8]) -> Option<Parameters> {
        if !bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')) {
            return None;
        }
        let text = str::from_utf8(bytes).ok()?;
        let numbers = |part: &str| part.split(':').map(|number| number.parse().unwrap_or(0)).collect();
        Some(Parameters(if text.is_empty() { Vec::new() } else { text.split(';').map(numbers).collect() }))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn last(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// Zero where there is none, as in the standard.
    fn number(&self, index: usize) -> u32 {
        self.0.get(index).and_then(|numbers| numbers.first()).copied().unwrap_or(0)
    }

    fn modifiers(&self) -> Modifiers {
        // Kitty's event type: 1 pressed, 2 repeated, 3 released.
        let released = self.0.get(1).and_then(|numbers| numbers.get(1)) == Some(&3);
        Modifiers { released, ..Modifiers::from_parameter(self.number(1)) }
    }
}
