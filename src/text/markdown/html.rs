//! Markdown as HTML that only shows: nothing in it runs, nothing is loaded.

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html::push_html};

use super::{OPTIONS, read};
use crate::text::clean_text;

/// A text as HTML. What was HTML in it is shown as it was written; pictures are their text. `address` says where a link
/// leads; one that leads nowhere is only its text.
#[must_use]
pub fn html(source: &str, address: &dyn Fn(&str) -> Option<String>) -> String {
    let document = read(source);
    let mut anchors = document.headings().into_iter().map(|title| title.anchor.to_owned());
    let mut dead = Vec::new();
    let events = Parser::new_ext(source, OPTIONS).filter_map(|event| {
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(cleaned(&text)),
            Event::Code(text) => Event::Code(cleaned(&text)),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Start(Tag::Image { .. }) => Event::Text(CowStr::from("[picture: ")),
            Event::End(TagEnd::Image) => Event::Text(CowStr::from("]")),
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                Event::Start(Tag::Heading { level, id: anchors.next().map(CowStr::from), classes, attrs })
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let to = address(&dest_url);
                dead.push(to.is_none());
                Event::Start(Tag::Link { link_type, dest_url: CowStr::from(to?), title, id })
            }
            Event::End(TagEnd::Link) if dead.pop() == Some(true) => return None,
            other => other,
        })
    });
    let mut out = String::new();
    push_html(&mut out, events);
    out
}

fn cleaned<'a>(text: &str) -> CowStr<'a> {
    CowStr::from(clean_text(text).into_owned())
}
