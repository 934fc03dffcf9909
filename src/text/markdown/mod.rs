//! Markdown: what it says, apart from how it looks. Read by `pulldown-cmark` (CommonMark, tables, task lists, strikethrough,
//! footnotes); every reader of Markdown in the house asks for the same [`OPTIONS`], so that all see the same text.
//!
//! [`gist`] is what an index needs. [`read()`] makes a [`Document`] of blocks, which [lays itself out](Document::layout) in lines
//! for a terminal, tells its [steps](Document::steps) and gives its code [colours](Document::colour). [`html()`] is
//! the same for a browser, [`relinked`] leads links elsewhere.

mod anchor;
mod block;
mod colour;
mod html;
mod layout;
mod read;
mod relink;
mod step;

pub use block::{Align, Block, Code, Document, Item, Link, Marks, Span, Title, plain};
pub use colour::{Coloured, Part};
pub use html::{Lead, html};
pub use layout::{Ink, Layout, Line, Piece, Role, link_lines};
pub use read::read;
pub use relink::relinked;
pub use step::Step;

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// What is understood beside CommonMark.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_FOOTNOTES);

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text, without marks.
    pub text: String,
    /// The bytes that it takes in the source.
    pub range: Range<usize>,
}

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gist {
    /// Its headings, in order.
    pub outline: Vec<Heading>,
    /// All of its text but the headings, without marks; blocks are parted by newlines.
    pub plain: String,
    /// Where its links and pictures lead, as written.
    pub links: Vec<String>,
}

/// What a Markdown text says.
///
/// ```
/// # use deskhand::text::markdown::gist;
/// let gist = gist("# VPN\n\nRestart *it*, see [the page](KB-3).\n");
/// assert_eq!(gist.outline[0].text, "VPN");
/// assert_eq!(gist.plain, "Restart it, see the page.\n");
/// assert_eq!(gist.links, ["KB-3"]);
/// ```
#[must_use]
pub fn gist(source: &str) -> Gist {
    let mut gist = Gist::default();
    let mut heading: Option<Heading> = None;
    for (event, range) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some(Heading { level: number(level), text: String::new(), range });
            }
            Event::End(TagEnd::Heading(_)) => gist.outline.extend(heading.take()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                gist.links.push(dest_url.to_string())
            }
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) | Event::Html(text) => {
                heading.as_mut().map_or(&mut gist.plain, |heading| &mut heading.text).push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => {
                heading.as_mut().map_or(&mut gist.plain, |heading| &mut heading.text).push(' ');
            }
            Event::End(TagEnd::TableCell) => gist.plain.push('\t'),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::CodeBlock
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::HtmlBlock,
            ) if !gist.plain.is_empty() && !gist.plain.ends_with('\n') => gist.plain.push('\n'),
            _ => {}
        }
    }
    gist
}

/// The headings of a Markdown text, in order.
#[must_use]
pub fn outline(source: &str) -> Vec<Heading> {
    gist(source).outline
}

/// What a Markdown text says in words: a line for each paragraph and item, without headings, code in blocks, tables and
/// pictures.
///
/// ```
/// # use deskhand::text::markdown::sentences;
/// let said = sentences("# Fix\n\nRestart *it*:\n\n```sh\nls\n```\n\n1. Log in\n   - as `root`\n2. Wait\n   a bit\n");
/// assert_eq!(said, ["Restart it:", "Log in", "as root", "Wait a bit"]);
/// ```
#[must_use]
pub fn sentences(source: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut aside = 0_usize;
    for event in Parser::new_ext(source, OPTIONS) {
        match event {
            Event::Start(tag) if is_aside(&tag.to_end()) => aside += 1,
            Event::End(tag) if is_aside(&tag) => {
                aside = aside.saturating_sub(1);
                lines.extend((tag != TagEnd::Image).then(String::new));
            }
            _ if aside > 0 => {}
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(line) = lines.last_mut() {
                    line.push(' ');
                }
            }
            Event::Start(Tag::Item | Tag::List(_) | Tag::Paragraph) | Event::End(TagEnd::Item | TagEnd::Paragraph) => {
                lines.push(String::new());
            }
            _ => {}
        }
    }
    let whole = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.into_iter().map(whole).filter(|line| !line.is_empty()).collect()
}

/// Whether what stands in this is no sentence.
fn is_aside(tag: &TagEnd) -> bool {
    let kinds =
        TagEnd::Table == *tag || TagEnd::CodeBlock == *tag || TagEnd::HtmlBlock == *tag || TagEnd::Image == *tag;
    kinds || matches!(tag, TagEnd::Heading(_))
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_lists_and_code_are_text_in_lines() {
        let source =
            "Setext\n===\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [ ] one\n- two\n\n```sh\nls -l\n```\n\n## `x` *y*\n";
        let gist = gist(source);
        assert_eq!(gist.plain, "a\tb\t\n1\t2\t\none\ntwo\nls -l\n");
        let heads: Vec<(u8, &str)> = gist.outline.iter().map(|one| (one.level, one.text.as_str())).collect();
        assert_eq!(heads, [(1, "Setext"), (2, "x y")]);
    }
}
