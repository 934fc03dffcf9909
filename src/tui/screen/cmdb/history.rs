//! What happened to a CI, the newest first: who, when, and before and after.

use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::cmdb::Shown;
use crate::tui::screen::cmdb::record::heading;
use crate::tui::screen::cmdb::text::{Text, fitted};
use crate::tui::screen::queue::timeline::Tone;

/// The history as lines.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let mut told = Text::default();
    heading(&mut told, shown, model, width);
    let Some(history) = &shown.history else {
        told.gap();
        told.line(Tone::Quiet, model.look.ellipsis());
        return told;
    };
    let arrow = model.look.set().change;
    for entry in history {
        told.gap();
        let undone = if entry.undone { ", taken back since" } else { "" };
        let at = entry.at.local(model.moment.zone);
        told.lines.push(vec![
            (Tone::Quiet, format!("{at}  ")),
            (Tone::Strong, text::clean_line(&entry.who).into_owned()),
            (Tone::Quiet, format!("  {}, entry {}{undone}", entry.verb, entry.seq)),
        ]);
        // What changed nothing of its own, such as a ticket that concerns it, is told as it was done.
        if entry.changes.is_empty() {
            let rows = text::wrap(&text::clean_line(&entry.summary), width.saturating_sub(2).max(10));
            rows.into_iter().for_each(|row| told.line(Tone::Plain, format!("  {row}")));
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
                told.lines.push(vec![(Tone::Quiet, format!("  {}", text::pad(name, label))), (Tone::Plain, row)]);
            }
        }
        if let Some(reason) = &entry.reason {
            told.line(Tone::Quiet, fitted(&format!("  because: {reason}"), width, model));
        }
    }
    told
}
