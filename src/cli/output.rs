//! Where output goes and in which format: collected for the pager on a terminal, streamed into a pipe.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::pager;
use crate::text::markdown::{Ink, Line, Part, Piece, Role};
use crate::text::{pad, pad_start};

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Columns for people.
    Table,
    /// One JSON array, or one object where there is one thing.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated, with a header; what a spreadsheet would run is quoted by '.
    Csv,
    /// Tab-separated, without a header; tabs, newlines and control characters are escaped as in C.
    Tsv,
    /// Only what names each row: numbers, logins, keys.
    Ids,
    /// A tree: `ci impact` alone.
    #[value(hide = true)]
    Tree,
    /// A graph for Graphviz: `ci impact` alone.
    #[value(hide = true)]
    Dot,
    /// A graph for Mermaid: `ci impact` alone.
    #[value(hide = true)]
    Mermaid,
}

impl Format {
    /// Whether it is a drawing.
    pub(super) fn draws(self) -> bool {
        matches!(self, Format::Tree | Format::Dot | Format::Mermaid)
    }
}

/// Where output goes: collected for the pager on a terminal, streamed into a pipe.
pub(super) struct Output {
    pub(super) format: Format,
    /// Columns of the terminal; `None` into a pipe, where nothing is cut.
    pub(super) columns: Option<usize>,
    colours: bool,
    sink: Sink,
}

enum Sink {
    Terminal(Vec<u8>),
    Pipe(BufWriter<Stdout>),
}

impl Output {
    /// Rows: a table on a terminal, tab-separated into a pipe.
    pub(super) fn rows(globals: &Globals) -> Output {
        let otherwise = if io::stdout().is_terminal() { Format::Table } else { Format::Tsv };
        Output::new(globals.format.unwrap_or(otherwise))
    }

    /// A text for people, unless a format for programs was asked for.
    pub(super) fn text(globals: &Globals) -> Output {
        Output::new(globals.format.unwrap_or(Format::Table))
    }

    /// In that format, wherever it goes.
    pub(super) fn new(format: Format) -> Output {
        let terminal = io::stdout().is_terminal();
        Output {
            format,
            columns: (terminal && format == Format::Table).then(|| usize::from(crate::tui::term::size().0)),
            colours: terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            sink: match terminal {
                true => Sink::Terminal(Vec::new()),
                false => Sink::Pipe(BufWriter::new(io::stdout())),
            },
        }
    }

    /// Whether a person is looking, rather than a program.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self.sink, Sink::Terminal(_))
    }

    /// A heading: bold where colours are wanted.
    pub(super) fn heading(&self, text: &str) -> String {
        if self.colours { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A line of an article, with its inks where colours are wanted.
    pub(super) fn inked(&self, line: &Line) -> String {
        let piece = |piece: &Piece| match sgr(piece.ink) {
            codes if self.colours && !codes.is_empty() => format!("\u{1b}[{codes}m{}\u{1b}[0m", piece.text),
            _ => piece.text.clone(),
        };
        line.iter().map(piece).collect()
    }

    /// Several JSON values: one array, or one a line as `jsonl` wants it.
    pub(super) fn jsons(&mut self, values: Vec<Json>) -> io::Result<()> {
        match self.format {
            Format::Jsonl => values.iter().try_for_each(|value| self.json(value)),
            _ => self.json(&Json::Array(values)),
        }
    }

    /// One JSON value: indented, or in one line as `jsonl` wants it.
    pub(super) fn json(&mut self, value: &Json) -> io::Result<()> {
        let text = match self.format {
            Format::Jsonl => value.to_string(),
            _ => serde_json::to_string_pretty(value)?,
        };
        writeln!(self, "{}", printable(&text))
    }

    /// Sends the rest on its way.
    pub(super) fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Terminal(bytes) if self.format == Format::Table => pager::show(&bytes),
            Sink::Terminal(bytes) => io::stdout().write_all(&bytes),
            Sink::Pipe(mut pipe) => pipe.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Terminal(collected) => collected.write(bytes),
            Sink::Pipe(pipe) => pipe.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Terminal(_) => Ok(()),
            Sink::Pipe(pipe) => pipe.flush(),
        }
    }
}

/// How a terminal is told to show an ink, among the sixteen colours.
fn sgr(ink: Ink) -> String {
    let role = match ink.role {
        Role::Text => "",
        Role::Heading => "1",
        Role::Quiet | Role::Part(Part::Comment) => "2",
        Role::Link => "4",
        Role::Code => "36",
        Role::Part(Part::Keyword) => "35",
        Role::Part(Part::Quoted | Part::Come) => "32",
        Role::Part(Part::Constant) => "33",
        Role::Part(Part::Name) => "34",
        Role::Part(Part::Gone) => "31",
    };
    let marks = [(ink.strong, "1"), (ink.emphasis, "3"), (ink.struck, "9")];
    let marks = marks.into_iter().filter(|(set, code)| *set && *code != role).map(|(_, code)| code);
    std::iter::once(role).filter(|role| !role.is_empty()).chain(marks).collect::<Vec<_>>().join(";")
}

/// Control characters that JSON may carry as they are, but a terminal would obey.
pub(super) fn printable(json: &str) -> String {
    json.chars()
        .map(|c| match c {
            c if matches!(c, '\u{7f}'..='\u{9f}') || turns_direction(c) => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// Turns the direction of reading, so that a text looks like another.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A label and its value in a column of such pairs.
pub(super) fn labelled(label: &str, columns: usize, value: &str) -> String {
    format!("{}  {value}", pad(label, columns))
}

/// A number at the right end of its column.
pub(super) fn right(text: &str, columns: usize) -> String {
    pad_start(text, columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_carries_no_control_that_a_terminal_would_obey() {
        let text = printable(&Json::from("a\u{1b}b\u{9b}c\u{202e}").to_string());
        assert_eq!(text, "\"a\\u001bb\\u009bc\\u202e\"");
        assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), Json::from("a\u{1b}b\u{9b}c\u{202e}"));
    }
}
