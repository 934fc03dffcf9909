//! Markdown as HTML that only shows: nothing in it runs, nothing is loaded from elsewhere.

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html::push_html};

use super::{OPTIONS, read};
use crate::text::clean_text;

/// Where a link leads, or a picture comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// To a page.
    Page(String),
    /// To a file that lies with the page: a picture is shown, a link to it saves it and opens nothing that might run. Its
    /// address holds no quotes and no angle brackets.
    File(String),
}

/// A text as HTML. What was HTML in it is shown as it was written. `lead` says where a link leads; one that leads nowhere is
/// only its text, and so is a picture that is no file of the page.
#[must_use]
pub fn html(source: &str, lead: &dyn Fn(&str) -> Option<Lead>) -> String {
    let document = read(source);
    let mut anchors = document.headings().into_iter().map(|title| title.anchor.to_owned());
    let (mut ends, mut shown) = (Vec::new(), Vec::new());
    let events = Parser::new_ext(source, OPTIONS).filter_map(|event| {
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(cleaned(&text)),
            Event::Code(text) => Event::Code(cleaned(&text)),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let file = match lead(&dest_url) {
                    Some(Lead::File(file)) => Some(CowStr::from(file)),
                    _ => None,
                };
                shown.push(file.is_some());
                match file {
                    Some(dest_url) => Event::Start(Tag::Image { link_type, dest_url, title, id }),
                    None => Event::Text(CowStr::from("[picture: ")),
                }
            }
            Event::End(TagEnd::Image) if shown.pop() == Some(false) => Event::Text(CowStr::from("]")),
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                Event::Start(Tag::Heading { level, id: anchors.next().map(CowStr::from), classes, attrs })
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let to = lead(&dest_url);
                ends.push(match to {
                    Some(Lead::Page(_)) => Some(Event::End(TagEnd::Link)),
                    Some(Lead::File(_)) => Some(Event::InlineHtml(CowStr::from("</a>"))),
                    None => None,
                });
                match to? {
                    Lead::Page(to) => Event::Start(Tag::Link { link_type, dest_url: CowStr::from(to), title, id }),
                    Lead::File(to) => Event::InlineHtml(CowStr::from(format!("<a href=\"{to}\" download>"))),
                }
            }
            Event::End(TagEnd::Link) => ends.pop().flatten()?,
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
