//! Markdown as it is read on the screens: read, coloured and laid out beside the desk, then only drawn and walked.
//!
//! A large document takes milliseconds to read and its code longer to colour, so that is never done on a key's path: the
//! worker makes a [`Prose`], the screens hold it.

use std::ops::Range;
use std::sync::Arc;

use crate::desk::knowledge::hits;
use crate::text::markdown::{Document, Layout, Line, link_lines, read};

/// So many bytes of code are coloured before a document is shown for the first time; more get their colours behind it.
const COLOURED_AT_ONCE: usize = 4 << 10;

/// A document laid out for a width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// What it says.
    pub document: Arc<Document>,
    /// Its lines at [`Prose::width`].
    pub layout: Layout,
    /// For so many columns.
    pub width: usize,
    /// Whether its code has colours.
    pub coloured: bool,
    /// What the cursor can stand on, in the order of reading: its row, what it is, the bytes of the row that it takes.
    pub spots: Vec<(usize, Mark, Range<usize>)>,
    /// The words that were looked for.
    pub sought: Vec<String>,
    /// Where they stand: row and bytes of it.
    pub hits: Vec<(usize, Range<usize>)>,
}

/// What the cursor can stand on in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A link, by its number, from 1.
    Link(usize),
    /// A block of code, by its place in [`Document::codes`].
    Code(usize),
    /// A step, by its place among [`Document::steps`].
    Step(usize),
}

impl Prose {
    /// Reads a text and lays it out, with the words that were looked for marked.
    #[must_use]
    pub fn read(source: &str, width: usize, sought: &[String]) -> Prose {
        let mut document = read(source);
        let code: usize = document.codes.iter().map(|code| code.text.len()).sum();
        let coloured = code <= COLOURED_AT_ONCE;
        if coloured {
            document.colour();
        }
        Prose::laid(Arc::new(document), coloured, width, sought)
    }

    /// The same document for another width or other words; `colour` gives its code colours.
    #[must_use]
    pub fn again(document: &Arc<Document>, coloured: bool, colour: bool, width: usize, sought: &[String]) -> Prose {
        if coloured || !colour {
            return Prose::laid(Arc::clone(document), coloured, width, sought);
        }
        let mut own = document.as_ref().clone();
        own.colour();
        Prose::laid(Arc::new(own), true, width, sought)
    }

    fn laid(document: Arc<Document>, coloured: bool, width: usize, sought: &[String]) -> Prose {
        let mut layout = document.layout(width);
        let links = layout.links.iter().enumerate().map(|(n, row)| (*row, Mark::Link(n + 1)));
        let codes = layout.codes.iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        let codes = codes.map(|(n, rows)| (rows.start, Mark::Code(n)));
        let steps = layout.steps.iter().enumerate().map(|(n, row)| (*row, Mark::Step(n)));
        let mut spots: Vec<(usize, Mark)> = steps.chain(codes).chain(links).collect();
        spots.sort_by_key(|(row, _)| *row);
        let spots = spots.into_iter().map(|(row, mark)| (row, mark, bytes(layout.lines.get(row), mark))).collect();
        let tokens: Vec<&str> = sought.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        if !tokens.is_empty() {
            for (row, line) in layout.lines.iter().enumerate() {
                let text: String = line.iter().map(|piece| piece.text.as_str()).collect();
                found.extend(hits(&text, &tokens).into_iter().map(|range| (row, range)));
            }
        }
        // Where its links lead is read below it.
        let links = link_lines(&document, width);
        if !links.is_empty() {
            layout.lines.push(Line::new());
            layout.lines.extend(links);
        }
        Prose { document, layout, width, coloured, spots, sought: sought.to_vec(), hits: found }
    }

    /// The row of a heading, by what a link calls it.
    #[must_use]
    pub fn heading(&self, anchor: &str) -> Option<usize> {
        let at = self.document.headings().iter().position(|title| title.anchor == anchor)?;
        self.layout.headings.get(at).copied()
    }
}

/// The bytes of its row that a mark takes.
fn bytes(line: Option<&Line>, mark: Mark) -> Range<usize> {
    let Some(line) = line else { return 0..0 };
    let whole = || {
        let text: String = line.iter().map(|piece| piece.text.as_str()).collect();
        text.len() - text.trim_start().len()..text.trim_end().len()
    };
    match mark {
        Mark::Link(number) => linked(line, number).unwrap_or_else(whole),
        Mark::Code(_) | Mark::Step(_) => whole(),
    }
}

/// The bytes of a line that belong to a link.
fn linked(line: &Line, number: usize) -> Option<Range<usize>> {
    let mut at = 0;
    let mut found: Option<Range<usize>> = None;
    for piece in line {
        let range = at..at + piece.text.len();
        at = range.end;
        if piece.link == Some(number) {
            found = Some(found.map_or_else(|| range.clone(), |known| known.start..range.end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_code_and_links_are_walked_in_the_order_of_reading_and_words_are_marked() {
        let source = "See [one](KB-1).\n\n1. Stop the VPN\n\n```sh\nsystemctl stop vpn\n```\n\n2. [Wait](KB-2)\n";
        let prose = Prose::read(source, 40, &[String::from("vpn")]);
        let spots: Vec<Mark> = prose.spots.iter().map(|(_, mark, _)| *mark).collect();
        assert_eq!(spots, [Mark::Link(1), Mark::Step(0), Mark::Code(0), Mark::Step(1), Mark::Link(2)]);
        assert_eq!(prose.hits.len(), 2);
        let (row, _, bytes) = prose.spots[0].clone();
        let line: String = prose.layout.lines[row].iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(&line[bytes], "one[1]");
        let narrow = Prose::again(&prose.document, prose.coloured, false, 8, &[]);
        assert!(Arc::ptr_eq(&narrow.document, &prose.document) && narrow.layout.lines.len() > prose.layout.lines.len());
    }
}
