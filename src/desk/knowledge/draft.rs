//! What passes between articles and tickets: an article made from a ticket, the part of an article that helps with one.

use crate::desk::field::Value;
use crate::desk::id::Kind;
use crate::desk::knowledge::{ArticleField, ArticleType, Content};
use crate::desk::rules::fill;
use crate::desk::ticket::Ticket;
use crate::text::markdown::{Heading, outline, sentences};

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
        Kind::Problem => KNOWN_ERROR,
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
    under(body, &outline(body), name)
}

/// The same of a text whose headings are known.
fn under(body: &str, outline: &[Heading], name: &str) -> Option<String> {
    let at = outline.iter().position(|heading| heading.text.trim().eq_ignore_ascii_case(name))?;
    let heading = outline.get(at)?;
    let next = outline.iter().skip(at + 1).find(|next| next.level <= heading.level);
    let end = next.map_or(body.len(), |next| next.range.start);
    let text = body.get(heading.range.end..end)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The same text with this under its first heading of that name; the heading is put at its end where it has none.
///
/// ```
/// # use deskhand::desk::knowledge::with_section;
/// let body = "## Cause\n\nOld.\n\n## Workaround\n\nWait.\n";
/// assert_eq!(with_section(body, "Cause", "A full disk."), "## Cause\n\nA full disk.\n\n## Workaround\n\nWait.\n");
/// assert_eq!(with_section("Short.\n", "Cause", "A full disk."), "Short.\n\n## Cause\n\nA full disk.\n");
/// ```
#[must_use]
pub fn with_section(body: &str, name: &str, text: &str) -> String {
    let text = text.trim();
    let outline = outline(body);
    let Some(at) = outline.iter().position(|heading| heading.text.trim().eq_ignore_ascii_case(name)) else {
        let gap = if body.trim().is_empty() { "" } else { "\n\n" };
        return format!("{}{gap}## {name}\n\n{text}\n", body.trim_end());
    };
    let begin = outline.get(at).map_or(0, |heading| heading.range.end);
    let level = outline.get(at).map_or(1, |heading| heading.level);
    let next = outline.iter().skip(at + 1).find(|next| next.level <= level).map(|next| next.range.start);
    let head = body.get(..begin).unwrap_or_default().trim_end();
    match next.and_then(|next| body.get(next..)) {
        Some(rest) => format!("{head}\n\n{text}\n\n{rest}"),
        None => format!("{head}\n\n{text}\n"),
    }
}

/// What a known error says once its problem tells more: its cause, its workaround and its fix as the problem has them now.
/// What the problem does not say stays.
#[must_use]
pub fn refreshed(body: &str, problem: &Ticket) -> String {
    let parts =
        [("Cause", &problem.root_cause), ("Workaround", &problem.workaround), ("Permanent fix", &problem.resolution)];
    let given = parts.into_iter().filter_map(|(name, text)| {
        let text = text.as_deref().filter(|text| !text.trim().is_empty())?;
        Some((name, text))
    });
    given.fold(body.to_owned(), |body, (name, text)| match section(&body, name) {
        Some(known) if known.trim() == text.trim() => body,
        _ => with_section(&body, name, text),
    })
}

/// The headings under which articles tell what helps, what is surest first: those of the types of articles, then those that
/// other people's runbooks have.
const REMEDIES: [&str; 7] = ["fix", "workaround", "answer", "solution", "resolution", "mitigation", "steps"];

/// The part of an article for somebody who has the ticket before them: its fix, else its workaround, else its answer, else its
/// steps.
#[must_use]
pub fn remedy(body: &str) -> Option<String> {
    let outline = outline(body);
    REMEDIES.iter().find_map(|name| under(body, &outline, name))
}

/// The usual code with which a ticket is resolved by an article of this type.
#[must_use]
pub fn resolution_code(kind: &str) -> &'static str {
    if kind == KNOWN_ERROR { "workaround" } else { "fixed" }
}

/// So many paragraphs or steps of what helps stand in a resolution, and so many letters of each.
const GIST: usize = 3;
const LETTERS: usize = 160;

/// The text with which a ticket is resolved by an article that says this helps: what was done in a few plain lines, and the
/// article, where the rest is read.
///
/// ```
/// # use deskhand::desk::knowledge::resolution_text;
/// let remedy = "Restart the agent:\n\n```sh\nsystemctl restart vpn\n```\n\n1. Log *in*\n2. Wait\n3. Look again\n";
/// assert_eq!(
///     resolution_text("KB-1 VPN drops", Some(remedy)),
///     "Restart the agent.\nLog in\nWait\n\nBy KB-1 VPN drops."
/// );
/// ```
#[must_use]
pub fn resolution_text(called: &str, remedy: Option<&str>) -> String {
    let lines: Vec<String> =
        remedy.map(sentences).unwrap_or_default().iter().take(GIST).map(|line| cut(line)).collect();
    match lines.is_empty() {
        true => format!("By {called}."),
        false => format!("{}\n\nBy {called}.", lines.join("\n")),
    }
}

/// A line of no more than [`LETTERS`]: whole sentences, else whole words. What led to code that is left out ends there.
fn cut(line: &str) -> String {
    let line = line.strip_suffix(':').map_or_else(|| line.to_owned(), |line| format!("{line}."));
    let Some((end, _)) = line.char_indices().nth(LETTERS) else { return line };
    let head = line.get(..end).unwrap_or_default();
    match (head.rfind(". "), head.rfind(' ')) {
        (Some(at), _) => head.get(..=at).unwrap_or_default().to_owned(),
        (None, Some(at)) => format!("{}…", head.get(..at).unwrap_or_default()),
        (None, None) => format!("{head}…"),
    }
}

/// The type of article that a problem becomes.
pub const KNOWN_ERROR: &str = "known_error";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_that_changes_keeps_what_stands_around_it() {
        let body = "Intro.\n\n## Workaround\n\nWait.\n\n### Or\n\nCall.\n\n# End\n\nDone.\n";
        let now = with_section(body, "workaround", "Restart it.\n");
        assert_eq!(now, "Intro.\n\n## Workaround\n\nRestart it.\n\n# End\n\nDone.\n");
        assert_eq!(with_section("", "Cause", "x"), "## Cause\n\nx\n");
        assert_eq!(with_section("## Cause", "cause", "x"), "## Cause\n\nx\n");
    }

    #[test]
    fn a_long_fix_is_a_few_lines_in_a_resolution() {
        let long = "Open the page of the desk and log in there again. ".repeat(9);
        let text = resolution_text("KB-2 Portal", Some(&format!("{long}\n\n| a | b |\n|---|---|\n| c | d |\n")));
        let said = "Open the page of the desk and log in there again.";
        assert_eq!(text, format!("{said} {said} {said}\n\nBy KB-2 Portal."));
        assert_eq!(cut(&"word ".repeat(40)), format!("{}…", "word ".repeat(32).trim_end()));
        assert_eq!(resolution_text("KB-3 Site network", None), "By KB-3 Site network.");
    }

    #[test]
    fn a_fix_is_wanted_before_a_workaround() {
        assert_eq!(remedy("## Workaround\n\nWait.\n\n## Fix\n\nMend it.\n").as_deref(), Some("Mend it."));
        assert_eq!(remedy("## Fix\n\n## Workaround\n\nWait.\n").as_deref(), Some("Wait."));
        assert_eq!(remedy("Just do it."), None);
    }
}
