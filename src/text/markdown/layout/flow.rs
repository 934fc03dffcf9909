//! Running text whose parts have inks of their own, broken into lines.

use std::ops::Range;

use super::{Ink, Line, Piece, Role};
use crate::text::markdown::block::Span;
use crate::text::markdown::colour::Coloured;
use crate::text::wrapped;

/// A text and how its parts are meant.
#[derive(Default)]
pub(super) struct Flow {
    /// The text.
    pub(super) text: String,
    /// The byte at which each part ends, its ink, and the number of its link; in order.
    parts: Vec<(usize, Ink, Option<usize>)>,
}

impl Flow {
    /// The text of a paragraph: code stands in backticks, pictures in brackets, links are followed by their numbers.
    pub(super) fn of(spans: &[Span]) -> Flow {
        Flow::with(spans, Ink::default())
    }

    /// The text of a heading.
    pub(super) fn heading(spans: &[Span]) -> Flow {
        Flow::with(spans, Ink { role: Role::Heading, strong: true, ..Ink::default() })
    }

    /// The text of a cell in a table's first row.
    pub(super) fn strong(spans: &[Span]) -> Flow {
        Flow::with(spans, Ink { strong: true, ..Ink::default() })
    }

    /// Text that is all of one kind.
    pub(super) fn plain(role: Role, text: &str) -> Flow {
        Flow { text: text.to_owned(), parts: vec![(text.len(), role.into(), None)] }
    }

    /// A line of code.
    pub(super) fn code(line: &str, colours: &[Coloured]) -> Flow {
        let mut flow = Flow { text: line.to_owned(), parts: Vec::new() };
        for (end, part) in colours {
            flow.parts.push((*end, part.map_or(Role::Code, Role::Part).into(), None));
        }
        flow.parts.push((line.len(), Role::Code.into(), None));
        flow
    }

    fn with(spans: &[Span], base: Ink) -> Flow {
        let mut flow = Flow::default();
        let quiet = Ink::from(Role::Quiet);
        for (n, span) in spans.iter().enumerate() {
            let (before, after) = (n.checked_sub(1).and_then(|n| spans.get(n)), spans.get(n + 1));
            let goes_on =
                |other: Option<&Span>| other.is_some_and(|other| other.marks.picture && other.link == span.link);
            if span.marks.picture && !goes_on(before) {
                flow.push("[picture: ", quiet, span.link);
            }
            let role = match () {
                () if span.link.is_some() => Role::Link,
                () if span.marks.code => Role::Code,
                () => base.role,
            };
            let ink = Ink {
                role,
                strong: base.strong || span.marks.strong,
                emphasis: span.marks.emphasis,
                struck: span.marks.struck,
            };
            if span.marks.code {
                flow.push("`", quiet, span.link);
                flow.push(&span.text, ink, span.link);
                flow.push("`", quiet, span.link);
            } else {
                flow.push(&span.text, ink, span.link);
            }
            if span.marks.picture && !goes_on(after) {
                flow.push("]", quiet, span.link);
            }
            if let Some(link) = span.link.filter(|_| after.is_none_or(|after| after.link != span.link)) {
                flow.push(&format!("[{link}]"), quiet, span.link);
            }
        }
        flow
    }

    /// The same behind a name, as `name: text`.
    pub(super) fn named(&self, name: &str) -> Flow {
        let mut flow = Flow::default();
        flow.push(&format!("{name}:"), Ink { strong: true, ..Ink::default() }, None);
        flow.push(" ", Ink::default(), None);
        let before = flow.text.len();
        flow.text.push_str(&self.text);
        flow.parts.extend(self.parts.iter().map(|(end, ink, link)| (end + before, *ink, *link)));
        flow
    }

    fn push(&mut self, text: &str, ink: Ink, link: Option<usize>) {
        self.text.push_str(text);
        match self.parts.last_mut() {
            Some(last) if (last.1, last.2) == (ink, link) => last.0 = self.text.len(),
            _ => self.parts.push((self.text.len(), ink, link)),
        }
    }

    /// Its lines of at most `room` columns.
    pub(super) fn lines(&self, room: usize) -> Vec<Line> {
        let mut from = 0;
        let mut lines = Vec::new();
        for range in wrapped(&self.text, room) {
            // Lines come in order, so what ended before this one ended for good.
            from += self.parts.iter().skip(from).take_while(|(end, ..)| *end <= range.start).count();
            lines.push(self.cut(from, range));
        }
        lines
    }

    fn cut(&self, from: usize, range: Range<usize>) -> Line {
        let mut line = Line::new();
        let mut at = range.start;
        for (end, ink, link) in self.parts.iter().skip(from) {
            if at >= range.end {
                break;
            }
            let end = (*end).min(range.end);
            if let Some(text) = self.text.get(at..end).filter(|text| !text.is_empty()) {
                line.push(Piece { ink: *ink, text: text.to_owned(), link: *link });
                at = end;
            }
        }
        line
    }
}

/// The part of a text's line that takes these bytes.
pub(super) fn slice(flow: &Flow, range: Range<usize>) -> Line {
    flow.cut(0, range)
}
