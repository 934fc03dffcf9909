//! How a command may fail, what it then says, and with which code it ends.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use crate::cli::import;
use crate::desk::query::QueryError;
use crate::desk::refusal::Refusal;
use crate::text::clean_text;

/// What a verb comes to.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

/// Why a command was not carried out.
#[derive(Debug)]
pub(super) enum Failure {
    /// The desk said no.
    Refused(Refusal),
    /// The command line makes no sense.
    Usage(String),
    /// The query makes no sense.
    Query {
        /// As it was typed.
        text: String,
        /// What is wrong with it.
        error: QueryError,
    },
    /// The output can't be written.
    Output(io::Error),
}

impl Failure {
    /// A rule says no: exit code 1.
    pub(super) fn rule(text: impl Into<String>) -> Failure {
        Failure::Refused(Refusal::rule(text))
    }

    /// What was named does not exist: exit code 3.
    pub(super) fn not_found(text: impl Into<String>) -> Failure {
        Failure::Refused(Refusal::not_found(text))
    }

    /// The command line makes no sense: exit code 2.
    pub(super) fn usage(text: impl Into<String>) -> Failure {
        Failure::Usage(text.into())
    }

    /// A file of the user's can't be read or written.
    pub(super) fn file(path: &Path, error: &io::Error) -> Failure {
        let text = format!("{}: {error}", path.display());
        match error.kind() {
            io::ErrorKind::NotFound => Failure::not_found(text),
            io::ErrorKind::AlreadyExists => Failure::rule(format!("{} exists already", path.display())),
            _ => Failure::Refused(Refusal::Unavailable(text)),
        }
    }

    /// The code with which the program ends.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Failure::Refused(refusal) => refusal.exit_code(),
            Failure::Usage(_) | Failure::Query { .. } => 2,
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Failure::Output(_) => 4,
        }
    }

    /// Says it on stderr; a reader who left early is told nothing.
    pub(super) fn tell(&self) {
        if self.exit_code() != 0 {
            say(&format!("deskhand: {self}"));
        }
    }
}

/// One message on stderr, whatever it quotes. Whoever closed stderr does not want to read it.
pub(super) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "{}", clean_text(message));
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(refusal) => refusal.fmt(f),
            Failure::Usage(text) => f.write_str(text),
            Failure::Query { text, error } => {
                let before: String = text.chars().take(error.column.saturating_sub(1)).collect();
                let carets = "^".repeat(crate::text::width(&error.word).max(1));
                write!(f, "{error}\n  {text}\n  {}{carets}", " ".repeat(crate::text::width(&before)))
            }
            Failure::Output(error) => write!(f, "the output can't be written: {error}"),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<import::Failure> for Failure {
    fn from(failure: import::Failure) -> Failure {
        match failure {
            import::Failure::Refused(refusal) => Failure::Refused(refusal),
            import::Failure::Output(error) => Failure::Output(error),
            file => match file.exit_code() {
                2 => Failure::usage(file.to_string()),
                3 => Failure::not_found(file.to_string()),
                4 => Failure::Refused(Refusal::Unavailable(file.to_string())),
                _ => Failure::rule(file.to_string()),
            },
        }
    }
}

/// Only the output is written with `?` alone; files of the user's go through [`Failure::file`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}
