//! Bytes from the terminal to keys, pastes and focus. Pure: a byte at a time in, input out.
//!
//! Because it advances byte by byte, it gives the same answer however the line cuts a sequence. Only a *pause* can
//! change what bytes mean (a lone ESC is the Esc key, or the start of an arrow): whoever reads waits a moment while
//! [`Decoder::pending`], then calls [`Decoder::flush`].
//!
//! We never query the terminal, but editors and slow links leave replies behind. They are swallowed, since thirty
//! letters of a colour report would otherwise run thirty commands.

mod sequence;

use crate::tui::key::{Code, Key};

/// Something that a person did at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key press.
    Key(Key),
    /// Text pasted in one go, with `\n` line ends. Not cleaned: see [`crate::text`].
    Paste(String),
    /// The window got (`true`) or lost the focus.
    Focus(bool),
}

/// No key or reply has a longer control sequence.
const LONGEST_SEQUENCE: usize = 64;
/// A reply that is longer has lost its end.
const LONGEST_REPLY: usize = 8192;
/// A longer paste arrives in parts of this many bytes.
const LONGEST_PASTE: usize = 1 << 20;
/// Ends a bracketed paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// The state between two bytes. See the module.
#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
    /// The bytes of what is under way, without its introducer; of a paste, the text so far.
    bytes: Vec<u8>,
    out: Vec<Input>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// Inside a character of `need` bytes.
    Utf8 { need: usize, alt: bool },
    /// After ESC.
    Escape,
    /// After ESC `[`.
    Csi,
    /// After ESC `O`.
    Ss3,
    /// In a reply (OSC, DCS, APC, PM, SOS) that began with ESC and this byte.
    Reply { introducer: u8, after_escape: bool },
    /// In the old mouse report, which has this many raw bytes left.
    Mouse { left: u8 },
    /// In a paste, with this many bytes of [`PASTE_END`] seen.
    Paste { end: usize },
}

impl Decoder {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Decoder {
        Decoder::default()
    }

    /// Takes the next bytes and gives the input that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        for byte in bytes {
            self.step(*byte);
        }
        std::mem::take(&mut self.out)
    }

    /// Whether the meaning of the last bytes depends on what follows soon: call [`Decoder::flush`] if nothing does.
    #[must_use]
    pub fn pending(&self) -> bool {
        match self.state {
            State::Ground => false,
            State::Utf8 { .. } | State::Escape | State::Mouse { .. } => true,
            // Once a sequence has parameters nobody typed it: its rest is waited for, however late it comes.
            State::Csi | State::Ss3 => self.bytes.is_empty(),
            State::Reply { after_escape, .. } => self.bytes.is_empty() || after_escape,
            State::Paste { end } => end == 1,
        }
    }

    /// Whether a paste is under way. Its packets may lie far apart, so that more patience is due than for a key.
    #[must_use]
    pub fn pasting(&self) -> bool {
        matches!(self.state, State::Paste { .. })
    }

    /// Nothing followed: takes the last bytes for what they mean alone.
    pub fn flush(&mut self) -> Vec<Input> {
        if self.pending() {
            match self.state {
                State::Ground | State::Mouse { .. } => {}
                State::Utf8 { alt, .. } => self.character(char::REPLACEMENT_CHARACTER, alt),
                State::Escape => self.key(Key::new(Code::Esc)),
                State::Csi => self.key(Key::char('[').with_alt()),
                State::Ss3 => self.key(Key::char('O').with_alt()),
                State::Reply { after_escape: true, .. } => self.key(Key::new(Code::Esc)),
                State::Reply { introducer, .. } => self.key(Key::char(char::from(introducer)).with_alt()),
                State::Paste { .. } => {
                    // Esc is the way out of a paste whose end got lost.
                    self.paste();
                    self.key(Key::new(Code::Esc));
                }
            }
            self.enter(State::Ground);
        }
        std::mem::take(&mut self.out)
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.bytes.clear();
    }

    fn key(&mut self, key: Key) {
        self.out.push(Input::Key(key));
    }

    fn step(&mut self, byte: u8) {
        match self.state {
            State::Ground => self.ground(byte, false),
            State::Utf8 { need, alt } => self.utf8(byte, need, alt),
            State::Escape => self.escape(byte),
            State::Csi => self.csi(byte),
            State::Ss3 => self.ss3(byte),
            State::Reply { introducer, after_escape } => self.reply(byte, introducer, after_escape),
            State::Mouse { left: 0 | 1 } => self.enter(State::Ground),
            State::Mouse { left } => self.state = State::Mouse { left: left - 1 },
            State::Paste { end } => self.paste_byte(byte, end),
        }
    }

    /// A byte outside any sequence; `alt` if ESC came before.
    fn ground(&mut self, byte: u8, alt: bool) {
        self.enter(State::Ground);
        match byte {
            0x1b => self.enter(State::Escape),
            0..=0x1f | 0x7f => self.key(Key { alt, ..sequence::control(byte) }),
            0x20..=0x7e => self.character(char::from(byte), alt),
            0xc2..=0xf4 => {
                let need = if byte < 0xe0 { 2 } else { 3 + usize::from(byte >= 0xf0) };
                self.enter(State::Utf8 { need, alt });
                self.bytes.push(byte);
            }
            // Continuations without a start, and bytes that are in no UTF-8: 0xC0, 0xC1, 0xF5 to 0xFF.
            0x80..=0xc1 | 0xf5..=0xff => self.character(char::REPLACEMENT_CHARACTER, alt),
        }
    }

    fn character(&mut self, c: char, alt: bool) {
        if !c.is_control() {
            self.key(Key { alt, ..Key::char(c) });
        }
    }

    fn utf8(&mut self, byte: u8, need: usize, alt: bool) {
        if !matches!(byte, 0x80..=0xbf) {
            self.character(char::REPLACEMENT_CHARACTER, alt);
            return self.ground(byte, false);
        }
        self.bytes.push(byte);
        if self.bytes.len() == need {
            let c = str::from_utf8(&self.bytes).ok().and_then(|text| text.chars().next());
            self.character(c.unwrap_or(char::REPLACEMENT_CHARACTER), alt);
            self.enter(State::Ground);
        }
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            // Esc twice is twice Esc, never Alt-Esc: reflexive double Esc must work over any line.
            0x1b => self.key(Key::new(Code::Esc)),
            b'[' => self.enter(State::Csi),
            b'O' => self.enter(State::Ss3),
            b']' | b'P' | b'_' | b'^' | b'X' => self.enter(State::Reply { introducer: byte, after_escape: false }),
            _ => self.ground(byte, true),
        }
    }

    fn csi(&mut self, byte: u8) {
        let linux_function_key = self.bytes == b"[";
        let first = self.bytes.is_empty();
        match byte {
            b'M' if first => self.enter(State::Mouse { left: 3 }),
            b'[' if first => self.bytes.push(byte),
            b'$' if !first && self.bytes.iter().all(u8::is_ascii_digit) => self.finish_csi(byte),
            0x40..=0x7e => self.finish_csi(byte),
            0x20..=0x3f if self.bytes.len() < LONGEST_SEQUENCE && !linux_function_key => self.bytes.push(byte),
            _ => {
                if first {
                    self.key(Key::char('[').with_alt());
                }
                self.ground(byte, false);
            }
        }
    }

    fn finish_csi(&mut self, last: u8) {
        match sequence::csi(&self.bytes, last) {
            Some(sequence::Meaning::Input(input)) => self.out.push(input),
            Some(sequence::Meaning::PasteBegins) => return self.enter(State::Paste { end: 0 }),
            None => {}
        }
        self.enter(State::Ground);
    }

    fn ss3(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' | b';' if self.bytes.len() < LONGEST_SEQUENCE => self.bytes.push(byte),
            0x20..=0x7e => {
                if let Some(key) = sequence::ss3(&self.bytes, byte) {
                    self.key(key);
                }
                self.enter(State::Ground);
            }
            _ => {
                if self.bytes.is_empty() {
                    self.key(Key::char('O').with_alt());
                }
                self.ground(byte, false);
            }
        }
    }

    fn reply(&mut self, byte: u8, introducer: u8, after_escape: bool) {
        match byte {
            b'\\' if after_escape => self.enter(State::Ground),
            _ if after_escape => {
                // The reply lost its end, and something else begins.
                self.enter(State::Escape);
                self.escape(byte);
            }
            0x07 => self.enter(State::Ground),
            0x1b => self.state = State::Reply { introducer, after_escape: true },
            // No reply has controls in it: Enter or ctrl-c were typed.
            0..=0x1f | 0x7f => self.ground(byte, false),
            _ if self.bytes.len() < LONGEST_REPLY => self.bytes.push(byte),
            _ => self.ground(byte, false),
        }
    }

    fn paste_byte(&mut self, byte: u8, end: usize) {
        if PASTE_END.get(end) == Some(&byte) {
            self.state = State::Paste { end: end + 1 };
            if end + 1 == PASTE_END.len() {
                self.paste();
                self.enter(State::Ground);
            }
            return;
        }
        // ESC stands only at the start of the end mark, so a mismatch can restart it only with this byte.
        self.bytes.extend_from_slice(PASTE_END.get(..end).unwrap_or_default());
        if byte == 0x1b {
            self.state = State::Paste { end: 1 };
            return;
        }
        self.state = State::Paste { end: 0 };
        let starts_character = !matches!(byte, 0x80..=0xbf | b'\n');
        if self.bytes.len() >= LONGEST_PASTE && starts_character {
            self.paste();
        }
        self.bytes.push(byte);
    }

    /// Gives out what was pasted so far. Terminals send CR for a line end.
    fn paste(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if !bytes.is_empty() {
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
            self.out.push(Input::Paste(text));
        }
    }
}

#[cfg(test)]
mod tests;
