//! Long output on a terminal goes through `PAGER`, as git does it: only what does not fit.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use crate::tui::term::split_words;

/// Shows `bytes` on the terminal: directly when they fit, else in the pager.
pub(super) fn show(bytes: &[u8]) -> io::Result<()> {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    let rows = usize::from(crate::tui::term::size().1);
    if lines < rows || !paged(bytes) {
        return io::stdout().write_all(bytes);
    }
    Ok(())
}

/// Whether a pager took it.
fn paged(bytes: &[u8]) -> bool {
    let wanted = std::env::var("PAGER").unwrap_or_else(|_| String::from("less"));
    let mut words = split_words(&wanted).into_iter();
    let Some(program) = words.next().filter(|program| program != "cat") else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // As git sets it: leave when all fits, pass colours through, keep the screen.
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left early does not read to the end; that is what it is for.
        let _ = stdin.write_all(bytes);
    }
    let _ = child.wait();
    true
}
