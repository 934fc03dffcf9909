//! What happened to a record, the newest first: who, when, and before and after.

use crate::text;
use crate::tui::inquiry::Happening;
use crate::tui::model::Model;
use crate::tui::screen::queue::timeline::{Line, Tone};

/// The history as lines, each entry behind an empty one; that it is on its way while it is not known.
pub(super) fn lines(history: Option<&[Happening]>, model: &Model, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(history) = history else {
        return vec![Line::new(), vec![(Tone::Quiet, model.look.ellipsis().to_owned())]];
    };
    let arrow = model.look.set().change;
    for entry in history {
        lines.push(Line::new());
        let undone = if entry.undone { ", taken back since" } else { "" };
        let at = entry.at.local(model.moment.zone);
        lines.push(vec![
            (Tone::Quiet, format!("{at}  ")),
            (Tone::Strong, text::clean_line(&entry.who).into_owned()),
            (Tone::Quiet, format!("  {}, entry {}{undone}", entry.verb, entry.seq)),
        ]);
        // What changed nothing of its own, such as a ticket that concerns it, is told as it was done.
        if entry.changes.is_empty() {
            let rows = text::wrap(&text::clean_line(&entry.summary), width.saturating_sub(2).max(10));
            lines.extend(rows.into_iter().map(|row| vec![(Tone::Plain, format!("  {row}"))]));
        }
        let label = entry.changes.iter().map(|change| text::width(&change.label)).max().unwrap_or(0).min(18) + 2;
        for change in &entry.changes {
            let words = match (change.before.is_empty(), change.after.is_empty()) {
                (true, _) => change.after.clone(),
                (_, true) => format!("{} {arrow} nothing", change.before),
                _ => format!("{} {arrow} {}", change.before, change.after),
            };
            let name = text::truncate(&change.label, label - 1, model.look.ellipsis()).into_owned();
            let rows = text::wrap(&text::clean_line(&words), width.saturating_sub(label + 2).max(10));
            for (at, row) in rows.into_iter().enumerate() {
                let name = if at == 0 { name.as_str() } else { "" };
                lines.push(vec![(Tone::Quiet, format!("  {}", text::pad(name, label))), (Tone::Plain, row)]);
            }
        }
        if let Some(reason) = &entry.reason {
            let because = text::clean_line(&format!("  because: {reason}")).into_owned();
            lines.push(vec![(Tone::Quiet, text::truncate(&because, width, model.look.ellipsis()).into_owned())]);
        }
    }
    lines
}
