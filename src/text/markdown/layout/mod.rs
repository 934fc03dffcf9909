//! Markdown in lines of a given width. What a piece of a line is meant as is said by its [`Ink`]; the screens and the
//! command line give it colours. Nothing is told by colour alone: headings keep their `#`, code its backticks, links their
//! numbers.

mod flow;
mod table;

use std::ops::Range;

use super::block::{Block, Document, Item};
use super::colour::Part;
use super::step::Counting;
use crate::text::{truncate, width, wrapped};
use flow::{Flow, slice};

/// Below so many columns nothing is set in any further: what it says counts more than where it stands.
const LEAST_ROOM: usize = 10;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    #[default]
    Text,
    /// A heading.
    Heading,
    /// Marks and lines: there when wanted.
    Quiet,
    /// Leads somewhere.
    Link,
    /// What a machine is told or says.
    Code,
    /// A part of code that has a colour.
    Part(Part),
}

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    /// What it is.
    pub role: Role,
    /// Said strongly.
    pub strong: bool,
    /// Said with emphasis.
    pub emphasis: bool,
    /// Struck out.
    pub struck: bool,
}

impl From<Role> for Ink {
    fn from(role: Role) -> Ink {
        Ink { role, ..Ink::default() }
    }
}

/// A piece of a line that is all of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// How it is meant.
    pub ink: Ink,
    /// The text.
    pub text: String,
    /// The number of the link that it belongs to.
    pub link: Option<usize>,
}

impl Piece {
    fn new(role: Role, text: impl Into<String>) -> Piece {
        Piece { ink: role.into(), text: text.into(), link: None }
    }
}

/// A line: its pieces side by side.
pub type Line = Vec<Piece>;

/// A document in lines, and where in them its parts are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The lines. None is wider than asked, unless a single character is.
    pub lines: Vec<Line>,
    /// The line of each heading, in order.
    pub headings: Vec<usize>,
    /// The lines of each block of code, as [`Document::codes`] has them.
    pub codes: Vec<Range<usize>>,
    /// The line of each step, as [`Document::steps`] has them.
    pub steps: Vec<usize>,
    /// The line on which each link of [`Document::links`] is first.
    pub links: Vec<usize>,
}

impl Document {
    /// Lays it out in lines of at most `width` columns.
    ///
    /// ```
    /// # use deskhand::text::markdown::read;
    /// let layout = read("# VPN\n\n1. Stop the *client*.\n2. Start it.\n").layout(14);
    /// let lines: Vec<String> = layout.lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect();
    /// assert_eq!(lines, ["# VPN", "", "1. Stop the", "   client.", "2. Start it."]);
    /// ```
    #[must_use]
    pub fn layout(&self, width: usize) -> Layout {
        let mut setter = Setter {
            document: self,
            counting: self.counting(),
            width: width.max(1),
            indents: Vec::new(),
            out: Layout { codes: vec![0..0; self.codes.len()], ..Layout::default() },
        };
        setter.blocks(&self.blocks, Gaps::Wide);
        setter.out.links = setter.links();
        setter.out
    }
}

/// What lines begin with inside a list, quote or footnote.
struct Indent {
    /// On the first line, until it was used.
    first: Option<Piece>,
    /// On the others.
    rest: Piece,
    columns: usize,
}

/// Whether blocks are parted by blank lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gaps {
    /// All of them.
    Wide,
    /// All but lists from what they belong to.
    Items,
    None,
}

struct Setter<'d> {
    document: &'d Document,
    counting: Counting,
    width: usize,
    indents: Vec<Indent>,
    out: Layout,
}

impl Setter<'_> {
    fn blocks(&mut self, blocks: &[Block], gaps: Gaps) {
        for (n, block) in blocks.iter().enumerate() {
            let parted = match gaps {
                Gaps::Wide => true,
                Gaps::Items => !matches!(block, Block::List { .. }),
                Gaps::None => false,
            };
            if n > 0 && parted {
                self.gap();
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, .. } => {
                self.out.headings.push(self.out.lines.len());
                let mark = format!("{} ", "#".repeat(usize::from(*level)));
                let blank = " ".repeat(mark.len());
                self.within(Piece::new(Role::Quiet, mark), Piece::new(Role::Quiet, blank), |setter| {
                    setter.text(&Flow::heading(text));
                });
            }
            Block::Paragraph(text) => self.text(&Flow::of(text)),
            Block::Quote(blocks) => {
                let bar = Piece::new(Role::Quiet, "│ ");
                self.within(bar.clone(), bar, |setter| setter.blocks(blocks, Gaps::Wide));
            }
            Block::List { start, items } => self.list(*start, items),
            Block::Table { columns, head, rows } => {
                for line in table::lines(columns, head, rows, self.room()) {
                    self.line(line);
                }
            }
            Block::Code(at) => {
                let blank = Piece::new(Role::Quiet, "    ");
                self.within(blank.clone(), blank, |setter| setter.code(*at));
            }
            Block::Html(text) => self.text(&Flow::plain(Role::Quiet, text)),
            Block::Rule => self.line(vec![Piece::new(Role::Quiet, "─".repeat(self.room()))]),
            Block::Footnote { label, blocks } => {
                let mark = Piece::new(Role::Quiet, format!("[^{label}] "));
                self.within(mark, Piece::new(Role::Quiet, "    "), |setter| setter.blocks(blocks, Gaps::Wide));
            }
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) {
        // Items of one paragraph and lists below it stand close, others apart.
        let rest_is_lists = |item: &Item| item.blocks.iter().skip(1).all(|block| matches!(block, Block::List { .. }));
        let gaps = if items.iter().all(rest_is_lists) { Gaps::None } else { Gaps::Items };
        let last = start.map(|start| start.saturating_add(items.len().saturating_sub(1) as u64).to_string());
        let digits = last.map_or(0, |last| last.len());
        for (n, item) in items.iter().enumerate() {
            if n > 0 && gaps == Gaps::Items {
                self.gap();
            }
            if self.counting.counts(start, item) {
                self.out.steps.push(self.out.lines.len());
            }
            let number = start.map(|start| start.saturating_add(n as u64));
            let mark = match (number, item.done) {
                (Some(number), _) => format!("{number:>digits$}. "),
                (None, Some(_)) => String::new(),
                (None, None) => String::from("• "),
            };
            let task = match item.done {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            let mark = mark + task;
            let blank = " ".repeat(width(&mark));
            self.within(Piece::new(Role::Quiet, mark), Piece::new(Role::Quiet, blank), |setter| {
                if item.blocks.is_empty() {
                    setter.line(Line::new());
                }
                setter.blocks(&item.blocks, gaps);
            });
        }
    }

    fn code(&mut self, at: usize) {
        let Some(code) = self.document.codes.get(at) else { return };
        let from = self.out.lines.len();
        for (n, line) in code.lines().enumerate() {
            let flow = Flow::code(&line, code.colours.get(n).map_or(&[], Vec::as_slice));
            let room = self.room();
            if width(&line) <= room {
                self.line(slice(&flow, 0..line.len()));
                continue;
            }
            // What goes on below its line says so, where there is room to say it.
            let more = if room >= LEAST_ROOM { "↳ " } else { "" };
            for (part, range) in wrapped(&line, room - width(more)).into_iter().enumerate() {
                let mut pieces = slice(&flow, range);
                if part > 0 && !more.is_empty() {
                    pieces.insert(0, Piece::new(Role::Quiet, more));
                }
                self.line(pieces);
            }
        }
        if let Some(range) = self.out.codes.get_mut(at) {
            *range = from..self.out.lines.len();
        }
    }

    fn text(&mut self, flow: &Flow) {
        for line in flow.lines(self.room()) {
            self.line(line);
        }
    }

    /// How many columns there are beside what lines begin with.
    fn room(&self) -> usize {
        let taken: usize = self.indents.iter().map(|indent| indent.columns).sum();
        self.width.saturating_sub(taken).max(1)
    }

    /// Sets something behind a mark. Where there is too little room for that, the mark gets a line of its own.
    fn within(&mut self, first: Piece, rest: Piece, set: impl FnOnce(&mut Self)) {
        let columns = width(&first.text).max(width(&rest.text));
        if self.room() < columns + LEAST_ROOM {
            let mark = truncate(first.text.trim_end(), self.room(), "").into_owned();
            if !mark.is_empty() {
                self.line(vec![Piece { text: mark, ..first }]);
            }
            return set(self);
        }
        let fill = |mut piece: Piece| {
            piece.text.push_str(&" ".repeat(columns - width(&piece.text)));
            piece
        };
        self.indents.push(Indent { first: Some(fill(first)), rest: fill(rest), columns });
        set(self);
        self.indents.pop();
    }

    fn line(&mut self, pieces: Line) {
        let mut line = Line::new();
        for indent in &mut self.indents {
            line.push(indent.first.take().unwrap_or_else(|| indent.rest.clone()));
        }
        line.extend(pieces);
        while let Some(last) = line.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if !last.text.is_empty() {
                break;
            }
            line.pop();
        }
        self.out.lines.push(line);
    }

    /// A blank line; the bar of a quote goes on through it.
    fn gap(&mut self) {
        self.line(Line::new());
    }

    /// The line on which each link is first; the last line for one that is nowhere to be seen.
    fn links(&self) -> Vec<usize> {
        let mut at = vec![None; self.document.links.len()];
        for (n, line) in self.out.lines.iter().enumerate() {
            for link in line.iter().filter_map(|piece| piece.link) {
                if let Some(at) = at.get_mut(link - 1) {
                    at.get_or_insert(n);
                }
            }
        }
        at.into_iter().map(|at| at.unwrap_or(self.out.lines.len().saturating_sub(1))).collect()
    }
}

/// The places that a document's links lead to, as numbered lines to stand below it.
#[must_use]
pub fn link_lines(document: &Document, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (n, link) in document.links.iter().enumerate() {
        let number = format!("[{}] ", n + 1);
        let room = width.saturating_sub(number.len());
        let rest = if room < LEAST_ROOM { String::new() } else { " ".repeat(number.len()) };
        let room = if rest.is_empty() { width } else { room };
        let mut first = Some(number).filter(|_| !rest.is_empty());
        if rest.is_empty() {
            let number = truncate(&format!("[{}]", n + 1), width.max(1), "").into_owned();
            lines.push(vec![Piece::new(Role::Quiet, number)]);
        }
        for range in wrapped(&link.to, room) {
            let mark = first.take().unwrap_or_else(|| rest.clone());
            let text = link.to.get(range).unwrap_or_default().to_owned();
            let address = Piece { ink: Role::Link.into(), text, link: Some(n + 1) };
            lines.push(vec![Piece::new(Role::Quiet, mark), address]);
        }
    }
    lines
}

#[cfg(test)]
mod tests;
