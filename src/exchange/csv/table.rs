//! From text to rows: a reader of CSV that no file can make use more memory than one row may have.
//!
//! The `csv` crate grows a record for as long as a quote stays open; here a row beyond its bounds is passed over,
//! and a quote that never closes is an error that names the line on which it opened.

use std::io::{self, Read};

/// A value longer than this is refused with its row.
pub const LONGEST_VALUE: usize = 1 << 20;
/// A row with more values than this is refused.
pub const MOST_VALUES: usize = 4096;
/// A row longer than this in all is refused.
const LONGEST_ROW: usize = 8 << 20;
/// Of a refused row, this much is kept to show it.
const SHOWN: usize = 4096;

/// One row, reused from read to read.
#[derive(Debug, Default)]
pub struct Row {
    /// Its number; the header is row 1. Blank rows are not counted.
    pub number: u64,
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// Why it is refused, if it is beyond bounds.
    pub fault: Option<String>,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// How many values it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value at `index`; empty where there is none.
    pub fn get(&self, index: usize) -> &str {
        let from = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied(),
            None => Some(0),
        };
        let range = from.zip(self.ends.get(index).copied());
        range.and_then(|(from, to)| self.text.get(from..to)).unwrap_or_default()
    }

    /// Its values in order.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    fn is_blank(&self) -> bool {
        self.fault.is_none() && self.text.chars().all(|c| c.is_whitespace())
    }
}

/// Why the rest can't be read.
#[derive(Debug)]
pub enum Broken {
    /// Reading failed.
    Io(io::Error),
    /// The input ended within quotes.
    UnclosedQuote {
        /// The row.
        row: u64,
        /// Where the quote opened.
        line: u64,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Bare,
    Quoted,
    QuoteInQuoted,
}

/// Reads rows from UTF-8 text. Line ends may be LF, CRLF or CR, mixed.
pub struct Rows<R> {
    input: R,
    delimiter: u8,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    line: u64,
    number: u64,
    after_cr: bool,
}

impl<R: Read> Rows<R> {
    /// Rows of `input` with values separated by `delimiter`.
    pub fn new(input: R, delimiter: u8) -> Self {
        Rows { input, delimiter, chunk: vec![0; 64 << 10], at: 0, end: 0, line: 1, number: 0, after_cr: false }
    }

    /// Where the text comes from.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// Reads the next row that is not blank; `false` at the end.
    ///
    /// # Errors
    /// When reading fails, or the text ends within quotes.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Broken> {
        loop {
            if !self.read_any(row)? {
                return Ok(false);
            }
            if !row.is_blank() {
                self.number += 1;
                row.number = self.number;
                return Ok(true);
            }
        }
    }

    fn read_any(&mut self, row: &mut Row) -> Result<bool, Broken> {
        let mut text = std::mem::take(&mut row.text).into_bytes();
        text.clear();
        row.ends.clear();
        row.fault = None;
        row.line = self.line;
        let mut state = At::Start;
        let mut value_from = 0;
        let mut quote_line = 0;
        let mut any = false;
        loop {
            let Some(byte) = self.next().map_err(Broken::Io)? else {
                if state == At::Quoted {
                    return Err(Broken::UnclosedQuote { row: self.number + 1, line: quote_line });
                }
                break;
            };
            if byte == b'\n' && self.after_cr {
                self.after_cr = false;
                row.line += u64::from(!any && row.line < self.line);
                continue;
            }
            self.after_cr = byte == b'\r';
            any = true;
            let breaks = byte == b'\n' || byte == b'\r';
            self.line += u64::from(breaks);
            let keep = match (state, byte) {
                (At::Quoted, b'"') => {
                    state = At::QuoteInQuoted;
                    None
                }
                // Whatever the file's line ends are, a break within a value is one line feed.
                (At::Quoted, b'\r') => Some(b'\n'),
                (At::Quoted, _) => Some(byte),
                (At::QuoteInQuoted, b'"') => {
                    state = At::Quoted;
                    Some(b'"')
                }
                (At::Start, b'"') => {
                    state = At::Quoted;
                    quote_line = self.line;
                    None
                }
                (_, _) if breaks => break,
                (_, _) if byte == self.delimiter => {
                    if row.ends.len() + 1 >= MOST_VALUES {
                        row.refuse(|| format!("has more than {MOST_VALUES} values"));
                    } else {
                        row.ends.push(text.len());
                    }
                    value_from = text.len();
                    state = At::Start;
                    continue;
                }
                (_, _) => {
                    state = At::Bare;
                    Some(byte)
                }
            };
            let Some(byte) = keep else { continue };
            if text.len() - value_from >= LONGEST_VALUE {
                let at = row.ends.len() + 1;
                row.refuse(|| format!("value {at} is longer than {LONGEST_VALUE} bytes"));
            } else if text.len() >= LONGEST_ROW {
                row.refuse(|| format!("is longer than {LONGEST_ROW} bytes"));
            } else if row.fault.is_none() || text.len() < SHOWN {
                text.push(byte);
            }
        }
        if !any {
            return Ok(false);
        }
        row.ends.push(text.len());
        // The input is UTF-8 and cut at ASCII bytes only, except where a refused value was cut short.
        row.text = String::from_utf8(text).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        if row.fault.is_some() {
            row.show_beginning();
        }
        Ok(true)
    }

    #[inline]
    fn next(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.end {
            self.at = 0;
            self.end = self.input.read(&mut self.chunk)?;
        }
        let byte = if self.at < self.end { self.chunk.get(self.at).copied() } else { None };
        self.at += 1;
        if byte.is_none() {
            self.at = self.end;
        }
        Ok(byte)
    }
}

impl Row {
    fn refuse(&mut self, reason: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(reason());
        }
    }

    /// Cuts a refused row to what is worth showing.
    fn show_beginning(&mut self) {
        let cut = (0..=SHOWN.min(self.text.len())).rev().find(|n| self.text.is_char_boundary(*n)).unwrap_or(0);
        self.text.truncate(cut);
        self.text.shrink_to(SHOWN);
        self.ends.retain(|end| *end < cut);
        self.ends.truncate(64);
        self.ends.push(cut);
    }
}

/// The separator of a sample: the one of `,` `;` tab `|` that gives most rows the same number of values, more than one.
///
/// Excel's first line `sep=;` is believed, and is then to be skipped: the second value says so.
#[must_use]
pub fn sniff(sample: &str) -> (u8, bool) {
    let first = sample.lines().next().unwrap_or_default().trim_matches('"');
    if let Some([delimiter]) = first.strip_prefix("sep=").map(str::as_bytes) {
        return (*delimiter, true);
    }
    let mut best = (0, 0, b',');
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut rows = Rows::new(sample.as_bytes(), delimiter);
        let mut row = Row::default();
        let mut widths = Vec::new();
        while widths.len() < 200 && rows.read(&mut row).unwrap_or(false) {
            widths.push(row.len());
        }
        if widths.len() > 2 {
            widths.pop(); // a sample may end within its last row
        }
        let Some(header) = widths.first().copied().filter(|w| *w > 1) else { continue };
        let alike = widths.iter().filter(|w| **w == header).count() * 100 / widths.len();
        if (alike, header) > (best.0, best.1) {
            best = (alike, header, delimiter);
        }
    }
    (best.2, false)
}
