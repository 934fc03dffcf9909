//! Other programs on our terminal: the editor, a shell, a command that a text is piped to.
//!
//! Whatever they do, crash included, the terminal is ours again afterwards, and no key goes to the wrong side.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use thiserror::Error;

use super::screen::Screen;
use super::tty;

/// A program to lend the terminal to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lend {
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    input: Option<String>,
    after: After,
}

/// What happens when the program has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The screens come back at once.
    Return,
    /// They wait for Enter, so that what the program printed can be read.
    WaitForEnter,
}

/// Why the program could not do its work.
#[derive(Debug, Error)]
pub enum LendError {
    /// It could not be started.
    #[error("Cannot run `{program}`: {error}. {advice}")]
    Start {
        /// As it was called.
        program: String,
        /// The system's word.
        error: io::Error,
        /// What to do about it.
        advice: &'static str,
    },
    /// The terminal could not be taken back: there is nothing to go on with.
    #[error("The terminal is gone: {0}")]
    Terminal(#[from] io::Error),
}

impl Lend {
    /// The user's editor on `file`: `$VISUAL`, else `$EDITOR`, else `vi`, with their own arguments.
    #[must_use]
    pub fn editor(file: &Path) -> Lend {
        let variable = |name: &str| std::env::var(name).ok();
        Lend::editor_of(variable, file)
    }

    fn editor_of(variable: impl Fn(&str) -> Option<String>, file: &Path) -> Lend {
        let words = ["VISUAL", "EDITOR"].into_iter().filter_map(variable).map(|command| split_words(&command));
        let mut words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default().into_iter();
        let program = words.next().unwrap_or_else(|| "vi".to_owned());
        let arguments = words.map(OsString::from).chain([file.as_os_str().to_owned()]).collect();
        Lend { program: program.into(), arguments, ..Lend::program("") }
    }

    /// The user's shell: `$SHELL`, else `sh`.
    #[must_use]
    pub fn shell() -> Lend {
        Lend::program(std::env::var_os("SHELL").filter(|shell| !shell.is_empty()).unwrap_or_else(|| "sh".into()))
    }

    /// A line for `sh`, with `input` on its standard input. Waits for Enter afterwards.
    #[must_use]
    pub fn pipe(line: &str, input: String) -> Lend {
        let arguments = vec!["-c".into(), line.into()];
        Lend { arguments, input: Some(input), after: After::WaitForEnter, ..Lend::program("sh") }
    }

    /// A command line with a file as its last argument. Waits for Enter afterwards.
    #[must_use]
    pub fn open(line: &str, file: &Path) -> Lend {
        let arguments = vec!["-c".into(), format!("{line} \"$1\"").into(), "sh".into(), file.as_os_str().to_owned()];
        Lend { arguments, after: After::WaitForEnter, ..Lend::program("sh") }
    }

    /// Any program, without arguments.
    fn program(program: impl Into<OsString>) -> Lend {
        Lend {
            program: program.into(),
            arguments: Vec::new(),
            variables: Vec::new(),
            input: None,
            after: After::Return,
        }
    }

    /// With a variable in the program's environment.
    #[must_use]
    pub fn with(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Lend {
        self.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// With another end.
    #[must_use]
    pub fn then(self, after: After) -> Lend {
        Lend { after, ..self }
    }

    /// Runs it on a terminal that shows no screens, and waits for its end.
    ///
    /// # Errors
    /// The system's, when it can't be started.
    pub fn run(&self) -> io::Result<ExitStatus> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.variables.iter().map(|(name, value)| (name, value)));
        if self.input.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn()?;
        if let (Some(mut stdin), Some(text)) = (child.stdin.take(), self.input.clone()) {
            // In a thread: a pager that is left early does not read to the end.
            thread::spawn(move || {
                let _ = stdin.write_all(text.as_bytes());
            });
        }
        child.wait()
    }
}

impl Screen {
    /// Lends the terminal to a program, waits for its end, and takes the terminal back. Then draw: the next frame is
    /// a full one.
    ///
    /// # Errors
    /// When the program cannot be run (the screens are back all the same), or the terminal is gone.
    pub fn lend(&mut self, lend: &Lend) -> Result<ExitStatus, LendError> {
        let away = self.keyboard.let_go();
        let lent = self.signals.lend();
        self.session.leave();
        let ended = lend.run();
        if lend.after == After::WaitForEnter && ended.is_ok() {
            wait_for_enter();
        }
        let reclaimed = self.session.reclaim();
        drop(lent);
        drop(away);
        reclaimed?;
        self.refit()?;
        ended.map_err(|error| LendError::Start {
            program: lend.program.to_string_lossy().into_owned(),
            error,
            advice: "Set VISUAL, EDITOR or SHELL to a program that is installed.",
        })
    }
}

/// The line discipline is the user's now, so Enter ends a read.
fn wait_for_enter() {
    let _ = tty::write_all(tty::display(), b"\n[Enter] back to the desk ");
    let mut line = [0; 256];
    while let Ok(count) = rustix::io::read(tty::keyboard(), &mut line) {
        if count == 0 || line.get(..count).is_some_and(|bytes| bytes.contains(&b'\n')) {
            break;
        }
    }
}

/// Splits a command as a shell does, as far as quotes and backslashes go: `code --wait "a b"` is three words.
#[must_use]
pub fn split_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = command.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => {
                let _ = word.get_or_insert_default().write_char(c);
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_split_as_in_a_shell() {
        assert_eq!(split_words(r#"code --wait "a b" c\ d '' 'e"f'"#), ["code", "--wait", "a b", "c d", "", "e\"f"]);
        assert_eq!(split_words("  "), Vec::<String>::new());
        assert_eq!(split_words("vi 'unclosed"), ["vi", "unclosed"]);
    }

    #[test]
    fn visual_comes_before_editor_and_vi_last() {
        let editor = |pairs: &[(&str, &str)]| {
            let find = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            let lend = Lend::editor_of(find, Path::new("note.md"));
            let words =
                [lend.program].into_iter().chain(lend.arguments).map(|word| word.to_string_lossy().into_owned());
            words.collect::<Vec<_>>().join("|")
        };
        assert_eq!(editor(&[("VISUAL", "emacs -nw"), ("EDITOR", "ed")]), "emacs|-nw|note.md");
        assert_eq!(editor(&[("VISUAL", " "), ("EDITOR", "ed")]), "ed|note.md");
        assert_eq!(editor(&[]), "vi|note.md");
    }
}
