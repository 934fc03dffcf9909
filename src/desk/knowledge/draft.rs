//! An article made from a ticket, and the part of an article under one heading.

use crate::desk::field::Value;
use crate::desk::id::Kind;
use crate::desk::knowledge::{ArticleField, ArticleType, Content};
use crate::desk::rules::fill;
use crate::desk::ticket::Ticket;

/// What a new article of a type starts with: its template, filled with what a ticket tells.
///
/// `affected` says in words what the ticket concerns.
#[must_use]
pub fn drawn_from(kind: &ArticleType, ticket: Option<&Ticket>, affected: &str) -> Content {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let body = fill(&kind.template, &|name| {
        Some(match (name, ticket) {
            (_, None) => String::new(),
            ("symptom", Some(ticket)) => ticket.description.trim().to_owned(),
            ("cause", Some(ticket)) => text(&ticket.root_cause),
            ("fix", Some(ticket)) => text(&ticket.resolution),
            ("workaround", Some(ticket)) => text(&ticket.workaround),
            ("affected", Some(_)) => affected.to_owned(),
            _ => return None,
        })
    });
    let mut content = Content::new();
    let mut put = |field: ArticleField, value: Value| _ = content.insert(field, vec![value]);
    put(ArticleField::Type, Value::from(kind.name.as_str()));
    let body = squeezed(&body);
    if !body.is_empty() {
        put(ArticleField::Body, Value::from(body));
    }
    if let Some(ticket) = ticket {
        put(ArticleField::Title, Value::from(ticket.title.as_str()));
        if let Some(category) = ticket.category {
            put(ArticleField::Category, Value::Int(category.0));
        }
        if let Some(service) = ticket.service {
            put(ArticleField::Services, Value::Int(service.0));
        }
    }
    content
}

/// The type of article that a ticket usually becomes.
#[must_use]
pub fn usual_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Incident => "fault",
        Kind::Problem => "known_error",
        _ => "how_to",
    }
}

/// A text with single blank lines, none at its ends: what an empty placeholder leaves is closed.
fn squeezed(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            gap = !out.is_empty();
            continue;
        }
        out.push_str(if gap { "\n" } else { "" });
        out.push_str(line.trim_end());
        out.push('\n');
        gap = false;
    }
    out
}

/// What stands under the first heading of that name, without the heading; `None` where there is none or nothing under it.
///
/// ```
/// # use deskhand::desk::knowledge::section;
/// let body = "## Cause\n\nOld.\n\n## Workaround\n\nRestart it.\n\n### Or\n\nwait.\n\n## Fix\n\nNone.";
/// assert_eq!(section(body, "workaround").unwrap(), "Restart it.\n\n### Or\n\nwait.");
/// ```
#[must_use]
pub fn section(body: &str, name: &str) -> Option<String> {
    let outline = crate::text::markdown::outline(body);
    let at = outline.iter().position(|heading| heading.text.trim().eq_ignore_ascii_case(name))?;
    let heading = outline.get(at)?;
    let next = outline.iter().skip(at + 1).find(|next| next.level <= heading.level);
    let end = next.map_or(body.len(), |next| next.range.start);
    let text = body.get(heading.range.end..end)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
