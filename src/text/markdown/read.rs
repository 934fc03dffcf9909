//! Reads Markdown into blocks.

use std::collections::BTreeMap;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::block::{Align, Block, Code, Document, Item, Link, Marks, Span, plain};
use super::{OPTIONS, anchor, number};
use crate::text::{clean_line, clean_text};

/// Lists and quotes lie at most so deep in one another; what is deeper is shown at this depth. Nobody writes more, and
/// nothing that somebody sends can exhaust the stack.
const DEEPEST: usize = 24;

/// Reads Markdown. Every text is some document: there are no errors.
///
/// ```
/// # use deskhand::text::markdown::{Block, read};
/// let document = read("See [the page](KB-3).\n\n```sh\nls\n```\n");
/// assert_eq!(document.links[0].to, "KB-3");
/// assert_eq!(document.codes[0].text, "ls\n");
/// assert!(matches!(document.blocks[..], [Block::Paragraph(_), Block::Code(0)]));
/// ```
#[must_use]
pub fn read(source: &str) -> Document {
    let mut reader = Reader::default();
    for event in Parser::new_ext(source, OPTIONS) {
        reader.take(event);
    }
    reader.end_text();
    reader.document
}

/// Something that holds blocks, while it is read.
enum Open {
    Quote(Vec<Block>),
    List(Option<u64>, Vec<Item>),
    Item(Item),
    Footnote(String, Vec<Block>),
}

/// A link or picture, while its text is read.
struct Within {
    /// Its number, from 1; none where it leads nowhere.
    link: Option<usize>,
    picture: bool,
    /// Whether it is the first to this place.
    first: bool,
    to: String,
    /// How many spans, and bytes of the last, there were before it.
    before: (usize, usize),
}

#[derive(Default)]
struct Table {
    columns: Vec<Align>,
    head: Vec<Vec<Span>>,
    rows: Vec<Vec<Vec<Span>>>,
}

#[derive(Default)]
struct Reader {
    document: Document,
    open: Vec<Open>,
    /// For each list, item, quote and footnote that was begun, whether it is in `open`.
    kept: Vec<bool>,
    /// Running text that no block has taken yet.
    spans: Vec<Span>,
    /// How often each mark is in force: emphasis, strong, struck.
    emphasis: usize,
    strong: usize,
    struck: usize,
    /// The links and pictures that the text is in.
    within: Vec<Within>,
    code: Option<Code>,
    html: Option<String>,
    table: Option<Table>,
    anchors: BTreeMap<String, usize>,
    /// The number of each place that links lead to.
    places: BTreeMap<String, usize>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match (&mut self.code, &mut self.html) {
                (Some(code), _) => code.text.push_str(&text),
                (_, Some(html)) => html.push_str(&text),
                _ => self.say(&clean_line(&text), false),
            },
            Event::Code(text) => self.say(&clean_line(&text), true),
            Event::Html(text) => self.html.get_or_insert_default().push_str(&text),
            Event::InlineHtml(text) => match text.to_ascii_lowercase().as_str() {
                "<br>" | "<br/>" | "<br />" => self.say("\n", false),
                _ => self.say(&clean_line(&text), false),
            },
            Event::InlineMath(text) | Event::DisplayMath(text) => self.say(&clean_line(&text), true),
            Event::FootnoteReference(label) => self.say(&format!("[^{}]", clean_line(&label)), false),
            Event::SoftBreak => self.say(" ", false),
            Event::HardBreak => self.say("\n", false),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(done) => {
                if let Some(Open::Item(item)) = self.open.last_mut() {
                    item.done = Some(done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Paragraph => self.end_text(),
            Tag::BlockQuote(_) => self.begin(Open::Quote(Vec::new())),
            Tag::List(start) => self.begin(Open::List(start, Vec::new())),
            Tag::Item => self.begin(Open::Item(Item::default())),
            Tag::FootnoteDefinition(label) => {
                self.begin(Open::Footnote(clean_line(&label).into_owned(), Vec::new()));
            }
            Tag::CodeBlock(kind) => {
                self.end_text();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => language(&info),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some(Code { language, ..Code::default() });
            }
            Tag::HtmlBlock => {
                self.end_text();
                self.html = Some(String::new());
            }
            Tag::Table(columns) => {
                self.end_text();
                let align = |align: Alignment| match align {
                    Alignment::None | Alignment::Left => Align::Left,
                    Alignment::Center => Align::Middle,
                    Alignment::Right => Align::Right,
                };
                self.table = Some(Table { columns: columns.into_iter().map(align).collect(), ..Table::default() });
            }
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } => self.begin_link(&dest_url, false),
            Tag::Image { dest_url, .. } => self.begin_link(&dest_url, true),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_text(),
            TagEnd::Heading(level) => {
                let text = std::mem::take(&mut self.spans);
                let anchor = anchor::of(&plain(&text), &mut self.anchors);
                self.block(Block::Heading { level: number(level), anchor, text });
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => self.close(),
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    let lines = code.text.split('\t').map(clean_text).collect::<Vec<_>>().join("\t");
                    let ends = if lines.is_empty() || lines.ends_with('\n') { "" } else { "\n" };
                    self.document.codes.push(Code { text: lines + ends, ..code });
                    self.block(Block::Code(self.document.codes.len() - 1));
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    self.block(Block::Html(clean_text(html.trim_end()).into_owned()));
                }
            }
            TagEnd::Table => {
                if let Some(Table { columns, head, rows }) = self.table.take() {
                    self.block(Block::Table { columns, head, rows });
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(table) = &mut self.table {
                    table.rows.last_mut().unwrap_or(&mut table.head).push(cell);
                }
            }
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    /// Running text.
    fn say(&mut self, text: &str, code: bool) {
        let begins_line = self.spans.last().is_some_and(|last| last.text.ends_with('\n'));
        let text = if begins_line && !code { text.trim_start_matches(' ') } else { text };
        if text.is_empty() {
            return;
        }
        let picture = self.within.iter().any(|within| within.picture);
        let marks =
            Marks { emphasis: self.emphasis > 0, strong: self.strong > 0, struck: self.struck > 0, code, picture };
        let link = self.within.last().and_then(|within| within.link);
        for within in self.within.iter().filter(|within| within.first) {
            if let Some(link) = within.link.and_then(|link| self.document.links.get_mut(link - 1)) {
                link.text.push_str(text);
            }
        }
        match self.spans.last_mut() {
            Some(last) if last.marks == marks && last.link == link && !code => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), marks, link }),
        }
    }

    fn begin_link(&mut self, to: &str, picture: bool) {
        let to = clean_line(to).trim().to_owned();
        let (mut link, mut first) = (None, false);
        if !to.is_empty() {
            let next = self.document.links.len() + 1;
            let number = *self.places.entry(to.clone()).or_insert(next);
            (link, first) = (Some(number), number == next);
            if first {
                self.document.links.push(Link { to: to.clone(), text: String::new(), picture });
            }
        }
        let before = self.said();
        self.within.push(Within { link, picture, first, to, before });
    }

    fn end_link(&mut self) {
        // What has no text is called by the last part of where it leads.
        if let Some(within) = self.within.last().filter(|within| within.before == self.said()) {
            let name = within.to.rsplit('/').find(|part| !part.is_empty()).unwrap_or("?").to_owned();
            self.say(&name, false);
        }
        self.within.pop();
    }

    /// How much running text there is.
    fn said(&self) -> (usize, usize) {
        (self.spans.len(), self.spans.last().map_or(0, |span| span.text.len()))
    }

    fn begin(&mut self, one: Open) {
        self.end_text();
        let keep = match one {
            // An item is kept with its list.
            Open::Item(_) => self.kept.last().copied().unwrap_or_default(),
            _ => self.open.len() < DEEPEST,
        };
        self.kept.push(keep);
        if keep {
            self.open.push(one);
        }
    }

    fn close(&mut self) {
        self.end_text();
        if !self.kept.pop().unwrap_or_default() {
            return;
        }
        match self.open.pop() {
            Some(Open::Quote(blocks)) => self.block(Block::Quote(blocks)),
            Some(Open::List(start, items)) => self.block(Block::List { start, items }),
            Some(Open::Footnote(label, blocks)) => self.block(Block::Footnote { label, blocks }),
            Some(Open::Item(item)) => {
                if let Some(Open::List(_, items)) = self.open.last_mut() {
                    items.push(item);
                }
            }
            None => {}
        }
    }

    /// Makes a paragraph of the text so far: items of tight lists hold text without one.
    fn end_text(&mut self) {
        if !self.spans.is_empty() {
            let paragraph = Block::Paragraph(std::mem::take(&mut self.spans));
            self.block(paragraph);
        }
    }

    fn block(&mut self, block: Block) {
        match self.open.last_mut() {
            None | Some(Open::List(..)) => self.document.blocks.push(block),
            Some(Open::Quote(blocks) | Open::Footnote(_, blocks) | Open::Item(Item { blocks, .. })) => {
                blocks.push(block);
            }
        }
    }
}

/// The first word of what a fence says of its code: `sh`, of ```` ```sh title=x ```` and ```` ``` {.sh} ````.
fn language(info: &str) -> String {
    let info = clean_line(info);
    let word = info.split([' ', ',', ';']).find(|word| !word.is_empty()).unwrap_or_default();
    word.trim_matches(['{', '}', '.']).to_ascii_lowercase()
}
