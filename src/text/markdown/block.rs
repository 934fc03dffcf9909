//! What a Markdown document is made of, apart from how it looks. Every text in it is clean: no control gets in but newlines
//! where a line breaks, and tabs in code, which somebody copies.

use std::borrow::Cow;

use super::colour::Coloured;
use crate::text::clean_line;

/// A document that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Where its links and pictures lead, each place once, numbered from 1 by [`Span::link`].
    pub links: Vec<Link>,
    /// Its blocks of code, in order; [`Block::Code`] says which.
    pub codes: Vec<Code>,
}

/// A part of a document that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What a link within the document calls it: `#first-steps`, without the `#`.
        anchor: String,
        /// Its text.
        text: Vec<Span>,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A quotation.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// The number of its first item, if it has numbers.
        start: Option<u64>,
        /// Its items.
        items: Vec<Item>,
    },
    /// A table.
    Table {
        /// How each column is aligned.
        columns: Vec<Align>,
        /// Its first row.
        head: Vec<Vec<Span>>,
        /// The others, each as long as the first.
        rows: Vec<Vec<Vec<Span>>>,
    },
    /// Code: the index into [`Document::codes`].
    Code(usize),
    /// HTML, which is shown as it is written.
    Html(String),
    /// A line across.
    Rule,
    /// What a footnote says.
    Footnote {
        /// Its name.
        label: String,
        /// Its text.
        blocks: Vec<Block>,
    },
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Whether it is done, where it is a task.
    pub done: Option<bool>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// How the cells of a column are aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Middle,
    /// At the right.
    Right,
}

/// A piece of running text that is all of one kind. A newline in it breaks the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// What is special about it.
    pub marks: Marks,
    /// The number of the link that it is, from 1.
    pub link: Option<usize>,
}

/// What is special about a piece of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Said with emphasis.
    pub emphasis: bool,
    /// Said strongly.
    pub strong: bool,
    /// Struck out.
    pub struck: bool,
    /// Something typed or shown by a machine.
    pub code: bool,
    /// What stands for a picture.
    pub picture: bool,
}

/// Where links lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address, as written.
    pub to: String,
    /// The text of the first link there.
    pub text: String,
    /// Whether it is a picture.
    pub picture: bool,
}

/// A block of code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The language that it says it is in; empty where it says none.
    pub language: String,
    /// Its lines, each ended by a newline; tabs stay.
    pub text: String,
    /// For each line the parts that have a colour; empty until [`Document::colour`] has seen it.
    pub colours: Vec<Vec<Coloured>>,
}

impl Code {
    /// Its lines as they are shown: tabs are blanks.
    pub fn lines(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.text.strip_suffix('\n').unwrap_or(&self.text).split('\n').map(clean_line)
    }
}

/// A heading as it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title<'d> {
    /// 1 to 6.
    pub level: u8,
    /// What a link within the document calls it.
    pub anchor: &'d str,
    /// Its text in one line.
    pub text: String,
}

impl Document {
    /// Its headings in the order of reading, which is that of [`Layout::headings`](super::Layout::headings).
    #[must_use]
    pub fn headings(&self) -> Vec<Title<'_>> {
        let mut found = Vec::new();
        titles(&self.blocks, &mut found);
        found
    }
}

fn titles<'d>(blocks: &'d [Block], found: &mut Vec<Title<'d>>) {
    for block in blocks {
        match block {
            Block::Heading { level, anchor, text } => found.push(Title { level: *level, anchor, text: plain(text) }),
            Block::Quote(blocks) | Block::Footnote { blocks, .. } => titles(blocks, found),
            Block::List { items, .. } => items.iter().for_each(|item| titles(&item.blocks, found)),
            _ => {}
        }
    }
}

/// The text of spans without what is special about it, in one line.
#[must_use]
pub fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect::<String>().replace('\n', " ")
}
