//! Rows in every format: a table for people, data for programs. A page of rows at a time, so that lists stream.

use std::io::{self, Write};

use serde_json::Value as Json;

use crate::cli::output::{Format, Output, printable, turns_direction};
use crate::exchange::csv;
use crate::text::{ELLIPSIS, clean_line, pad, truncate, width};

/// One column of rows.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name in machine formats.
    pub(super) key: String,
    /// Its header on a table.
    pub(super) label: String,
    /// Whether it is cut to make the table fit the terminal.
    pub(super) cut: bool,
}

impl Column {
    /// A column whose header is its name.
    pub(super) fn of(key: &str) -> Column {
        Column { key: key.to_owned(), label: key.replace('_', " "), cut: false }
    }

    /// The column that is cut where the terminal is too narrow.
    pub(super) fn cut(self) -> Column {
        Column { cut: true, ..self }
    }
}

/// One value, with its two faces.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// For people.
    pub(super) shown: String,
    /// For programs.
    pub(super) data: Json,
}

impl Cell {
    /// Text, the same for both.
    pub(super) fn text(text: impl Into<String>) -> Cell {
        let shown = text.into();
        Cell { data: Json::from(shown.as_str()), shown }
    }

    /// Two faces.
    pub(super) fn of(shown: impl Into<String>, data: impl Into<Json>) -> Cell {
        Cell { shown: shown.into(), data: data.into() }
    }

    fn plain(&self) -> String {
        match &self.data {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            Json::Array(parts) => parts
                .iter()
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(","),
            other => other.to_string(),
        }
    }
}

/// One row: what names it, and its cells in the order of the columns.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) cells: Vec<Cell>,
}

/// Rows on their way out, page by page.
pub(super) struct Rows {
    out: Output,
    columns: Vec<Column>,
    widths: Vec<usize>,
    begun: bool,
    printed: u64,
}

impl Rows {
    pub(super) fn new(out: Output, columns: Vec<Column>) -> Rows {
        Rows { out, columns, widths: Vec::new(), begun: false, printed: 0 }
    }

    /// Prints some more rows.
    pub(super) fn page(&mut self, rows: &[Row]) -> io::Result<()> {
        if !self.begun {
            self.begin(rows)?;
        }
        for row in rows {
            self.row(row)?;
            self.printed += 1;
        }
        self.out.flush()
    }

    /// Ends the output and says how many rows it had.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        match self.out.format {
            Format::Json if self.printed == 0 => writeln!(self.out, "[]")?,
            Format::Json => writeln!(self.out, "\n]")?,
            Format::Csv if !self.begun => self.begin(&[])?,
            _ => {}
        }
        self.out.finish()?;
        Ok(self.printed)
    }

    fn begin(&mut self, rows: &[Row]) -> io::Result<()> {
        self.begun = true;
        match self.out.format {
            Format::Table if !rows.is_empty() => {
                self.measure(rows);
                let labels: Vec<String> = self.columns.iter().map(|column| column.label.clone()).collect();
                let line = self.line(&labels);
                let line = self.out.heading(&line);
                writeln!(self.out, "{line}")
            }
            Format::Csv => {
                let header = self.columns.iter().map(|column| column.key.clone()).collect::<Vec<_>>();
                self.csv(&header)
            }
            _ => Ok(()),
        }
    }

    fn row(&mut self, row: &Row) -> io::Result<()> {
        match self.out.format {
            Format::Table | Format::Tree | Format::Dot | Format::Mermaid => {
                let cells: Vec<String> = row.cells.iter().map(|cell| clean_line(&cell.shown).into_owned()).collect();
                let line = self.line(&cells);
                writeln!(self.out, "{line}")
            }
            Format::Json | Format::Jsonl => {
                let keys = self.columns.iter().map(|column| column.key.clone());
                let object: serde_json::Map<String, Json> =
                    keys.zip(row.cells.iter().map(|cell| cell.data.clone())).collect();
                let text = printable(&Json::Object(object).to_string());
                match (self.out.format, self.printed) {
                    (Format::Jsonl, _) => writeln!(self.out, "{text}"),
                    (_, 0) => write!(self.out, "[\n{text}"),
                    _ => write!(self.out, ",\n{text}"),
                }
            }
            Format::Csv => {
                let cells: Vec<String> = row.cells.iter().map(|cell| csv::cell(&cell.plain()).into_owned()).collect();
                self.csv(&cells)
            }
            Format::Tsv => {
                let cells: Vec<String> = row.cells.iter().map(|cell| escape(&cell.plain())).collect();
                writeln!(self.out, "{}", cells.join("\t"))
            }
            Format::Ids => writeln!(self.out, "{}", clean_line(&row.id)),
        }
    }

    fn csv(&mut self, cells: &[String]) -> io::Result<()> {
        let terminal = self.out.is_terminal();
        let line: Vec<String> =
            cells.iter().map(|cell| quoted(&if terminal { clean_line(cell) } else { cell.into() })).collect();
        writeln!(self.out, "{}", line.join(","))
    }

    /// The widths of the columns, by the first page; the one that may be cut gets what the terminal leaves.
    fn measure(&mut self, rows: &[Row]) {
        self.widths = self.columns.iter().map(|column| width(&column.label)).collect();
        for row in rows {
            for (widest, cell) in self.widths.iter_mut().zip(&row.cells) {
                *widest = (*widest).max(width(&clean_line(&cell.shown)));
            }
        }
        if let Some(room) = self.out.columns {
            let taken: usize = self.widths.iter().map(|width| width + 2).sum::<usize>().saturating_sub(2);
            let excess = taken.saturating_sub(room);
            for (width, column) in self.widths.iter_mut().zip(&self.columns).filter(|(_, column)| column.cut) {
                *width = width.saturating_sub(excess).max(width_floor(&column.label));
            }
        }
    }

    fn line(&self, cells: &[String]) -> String {
        let mut line = String::new();
        for (n, ((cell, column), columns)) in cells.iter().zip(&self.columns).zip(&self.widths).enumerate() {
            let cell =
                if column.cut && self.out.columns.is_some() { truncate(cell, *columns, ELLIPSIS) } else { cell.into() };
            line.push_str(if n == 0 { "" } else { "  " });
            line.push_str(&pad(&cell, *columns));
        }
        line.trim_end().to_owned()
    }
}

/// A column is never cut to less than its header, nor to less than a word.
fn width_floor(label: &str) -> usize {
    width(label).max(16)
}

/// A value of a tab-separated line: backslash, tab, newline and other controls as C writes them.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            c if c.is_control() => escaped.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if turns_direction(c) => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A CSV value, quoted where RFC 4180 wants it.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_tabs_stays_one_line_and_steers_no_terminal() {
        assert_eq!(escape("a\tb\nc\\d\u{1b}[2J\u{9b}\u{202e}"), "a\\tb\\nc\\\\d\\x1b[2J\\x9b\\u202e");
    }

    #[test]
    fn a_csv_value_is_quoted_where_it_must_be() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    }
}
