//! Copying: by the configured command, else to tmux, else by OSC 52. The clipboard is never read.
//!
//! No windowing library: over ssh it would reach the wrong machine's clipboard, or wait a minute for a display that is
//! gone.

use std::fmt;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

/// xterm takes 100,000 bytes of base64, and others less than all; a cut text must not look copied.
const LONGEST_OSC: usize = 74_994;
/// GNU screen drops longer strings.
const SCREEN_CHUNK: usize = 240;
/// A clipboard command that takes longer waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(3);

/// The ways to the clipboard from here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clipboard {
    /// The command that the user set, run by the shell with the text on its standard input.
    pub command: Option<String>,
    /// Inside tmux.
    pub tmux: bool,
    /// Inside GNU screen.
    pub screen: bool,
}

/// The way that a text took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyRoute {
    /// The user's command.
    Command(String),
    /// A tmux buffer, which tmux hands on to the terminal where it may.
    Tmux,
    /// The terminal's own clipboard. It does not say whether it allowed that.
    Terminal,
}

impl fmt::Display for CopyRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CopyRoute::Command(command) => write!(f, "with `{command}`"),
            CopyRoute::Tmux => f.write_str("to the tmux buffer"),
            CopyRoute::Terminal => f.write_str("through the terminal (OSC 52)"),
        }
    }
}

/// Why nothing was copied.
#[derive(Debug, Error)]
pub enum CopyError {
    /// The configured command failed.
    #[error("Not copied: `{command}` {reason}. Check `clipboard` in the configuration.")]
    Command {
        /// As configured.
        command: String,
        /// What it did.
        reason: String,
    },
    /// Too much for OSC 52.
    #[error("Not copied: {bytes} bytes are more than a terminal takes ({LONGEST_OSC}). Set `clipboard` to a command.")]
    TooLong {
        /// Of the text.
        bytes: usize,
    },
    /// The terminal is gone.
    #[error("Not copied: the terminal does not take it: {0}")]
    Terminal(#[from] io::Error),
}

impl Clipboard {
    /// The ways from this process, with the command that the user configured.
    #[must_use]
    pub fn find(command: Option<String>) -> Clipboard {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Clipboard { command, tmux: set("TMUX"), screen: set("STY") }
    }

    /// Copies `text`; `write` sends bytes to the terminal.
    pub(super) fn copy(&self, text: &str, write: impl FnOnce(&[u8]) -> io::Result<()>) -> Result<CopyRoute, CopyError> {
        if let Some(command) = &self.command {
            return match pipe(Command::new("sh").args(["-c", command]), text) {
                Ok(()) => Ok(CopyRoute::Command(command.clone())),
                Err(reason) => Err(CopyError::Command { command: command.clone(), reason }),
            };
        }
        // `-w` hands it on to the terminal's clipboard; tmux before 3.2 does not know it.
        if self.tmux
            && [&["load-buffer", "-w", "-"][..], &["load-buffer", "-"]]
                .iter()
                .any(|arguments| pipe(Command::new("tmux").args(*arguments), text).is_ok())
        {
            return Ok(CopyRoute::Tmux);
        }
        if text.len() > LONGEST_OSC {
            return Err(CopyError::TooLong { bytes: text.len() });
        }
        write(self.sequence(text).as_bytes())?;
        Ok(CopyRoute::Terminal)
    }

    fn sequence(&self, text: &str) -> String {
        let osc = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
        if !self.screen {
            return osc;
        }
        // Screen passes on what is in a DCS, and joins several. The sequence is ASCII, so it can be cut anywhere.
        let chunks = osc.as_bytes().chunks(SCREEN_CHUNK).map(String::from_utf8_lossy);
        chunks.map(|chunk| format!("\x1bP{chunk}\x1b\\")).collect()
    }
}

/// Runs `command` with `text` on its standard input, for as long as [`PATIENCE`] lasts; or says what went wrong.
fn pipe(command: &mut Command, text: &str) -> Result<(), String> {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(|error| format!("cannot be run: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        let text = text.to_owned();
        // In a thread, since a child that does not read would block us; it ends with the child.
        thread::spawn(move || {
            let _ = stdin.write_all(text.as_bytes());
        });
    }
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("failed ({status})")),
            Ok(None) if started.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("did not finish".to_owned());
            }
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |word: u32, place: u32| {
        let index = (word >> (18 - 6 * place)) & 0x3f;
        ALPHABET.get(index as usize).map_or('=', |byte| char::from(*byte))
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            text.push(if place as usize <= chunk.len() { digit(word, place) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(clipboard: &Clipboard, text: &str) -> (Result<CopyRoute, CopyError>, String) {
        let mut sent = String::new();
        let route = clipboard.copy(text, |bytes| {
            sent.push_str(&String::from_utf8_lossy(bytes));
            Ok(())
        });
        (route, sent)
    }

    #[test]
    fn base64_pads() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("é?>", "w6k/Pg==")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn the_terminal_is_the_last_resort() {
        let (route, sent) = copied(&Clipboard::default(), "INC-42");
        assert_eq!(route.unwrap(), CopyRoute::Terminal);
        assert_eq!(sent, "\x1b]52;c;SU5DLTQy\x07");
    }

    #[test]
    fn screen_gets_short_pieces() {
        let clipboard = Clipboard { screen: true, ..Clipboard::default() };
        let (_, sent) = copied(&clipboard, &"x".repeat(600));
        assert!(sent.split("\x1b\\").all(|piece| piece.len() <= SCREEN_CHUNK + 2));
        let joined = sent.replace("\x1b\\", "").replace("\x1bP", "");
        assert_eq!(joined, copied(&Clipboard::default(), &"x".repeat(600)).1);
    }

    #[test]
    fn a_command_gets_the_text_and_nothing_goes_to_the_terminal() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copied");
        let command = format!("cat > '{}'", file.display());
        let clipboard = Clipboard { command: Some(command.clone()), ..Clipboard::default() };
        let (route, sent) = copied(&clipboard, "two\nlines");
        assert_eq!(route.unwrap(), CopyRoute::Command(command));
        assert_eq!(std::fs::read_to_string(file).unwrap(), "two\nlines");
        assert_eq!(sent, "");
    }

    #[test]
    fn a_failing_command_says_so_and_no_other_way_is_taken() {
        let clipboard = Clipboard { command: Some("exit 3".to_owned()), ..Clipboard::default() };
        let (route, sent) = copied(&clipboard, "text");
        assert_eq!(
            route.unwrap_err().to_string(),
            "Not copied: `exit 3` failed (exit status: 3). Check `clipboard` in the configuration."
        );
        assert_eq!(sent, "");
    }

    #[test]
    fn too_much_is_refused_not_cut() {
        let (route, sent) = copied(&Clipboard::default(), &"x".repeat(LONGEST_OSC + 1));
        assert!(matches!(route, Err(CopyError::TooLong { .. })));
        assert_eq!(sent, "");
    }
}
