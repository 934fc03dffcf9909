//! What an article is linked to: what it is about, tickets by what they are to it, articles both ways; and below, its fields one
//! by one.

use crate::store::CitedArticle;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::inquiry::knowledge::{About, MOST};
use crate::tui::model::Model;
use crate::tui::screen::knowledge::Shown;
use crate::tui::screen::knowledge::head::{fields, title};
use crate::tui::screen::knowledge::text::{Spot, Text, fitted};
use crate::tui::screen::queue::timeline::Tone;

/// The links as lines.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let record = &shown.record;
    let mut told = Text { stands: true, ..Text::default() };
    title(&mut told, shown, model, width);
    heading(&mut told, "About", record.about.len());
    for one in &record.about {
        let (spot, words) = match one {
            About::Service(key, name) => (Spot::Service(key.clone()), format!("service {name}")),
            About::Ci(id, name) => (Spot::Ci(*id), format!("{}{name}", text::pad(&id.number(), 10))),
        };
        told.stop(spot, vec![(Tone::Plain, fitted(&format!("  {words}"), width, model))]);
    }
    for (role, newest, count) in &record.cited {
        heading(&mut told, &capital(role.reads()), *count);
        for cited in newest {
            let number = text::pad(&cited.number.to_string(), 10);
            let state = text::pad(&cited.state, 12);
            let words = format!("  {number}{state} {}", cited.title);
            told.stop(Spot::Ticket(*role, cited.ticket), vec![(Tone::Plain, fitted(&words, width, model))]);
        }
        more(&mut told, count.saturating_sub(newest.len()));
    }
    for (name, list, back) in [("Links to", &record.links, false), ("Linked from", &record.backlinks, true)] {
        heading(&mut told, name, list.len());
        for other in list.iter().take(MOST) {
            told.stop(Spot::Article(other.id, back), article(other, model, width));
        }
        more(&mut told, list.len().saturating_sub(MOST));
    }
    if record.count_links() == 0 {
        told.gap();
        let key = model.key(ActionId::ArticleLink);
        told.line(Tone::Quiet, format!("Nothing is linked to it yet; {key} links it."));
    }
    fields(&mut told, record, model, width);
    told
}

fn heading(told: &mut Text, name: &str, count: usize) {
    if count > 0 {
        told.gap();
        told.line(Tone::Strong, format!("{name} ({count})"));
    }
}

/// How many are not listed.
fn more(told: &mut Text, count: usize) {
    if count > 0 {
        told.line(Tone::Quiet, format!("  and {count} more"));
    }
}

fn article(other: &CitedArticle, model: &Model, width: usize) -> Vec<(Tone, String)> {
    let state = if other.phase.is_live() { String::new() } else { format!(" ({})", other.state) };
    let tone = if other.phase.is_live() { Tone::Plain } else { Tone::Quiet };
    let words = format!("  {}{}{state}", text::pad(&other.id.number(), 10), other.title);
    vec![(tone, fitted(&words, width, model))]
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
