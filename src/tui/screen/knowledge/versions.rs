//! What an article said before: the editions, and the text of one or what changed between two.

use crate::text;
use crate::tui::action::ActionId;
use crate::tui::inquiry::knowledge::lines_of;
use crate::tui::model::Model;
use crate::tui::screen::knowledge::Shown;
use crate::tui::screen::knowledge::head::title;
use crate::tui::screen::knowledge::text::{Spot, Text, fitted};
use crate::tui::screen::queue::timeline::Tone;

/// The editions as lines; the edition or difference that is read, in their place.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let mut told = Text { stands: true, ..Text::default() };
    if let Some(old) = &shown.old {
        told.stands = false;
        told.lines(Tone::Strong, &old.title, width);
        told.gap();
        told.below(&old.prose);
        return told;
    }
    title(&mut told, shown, model, width);
    told.gap();
    let Some(editions) = &shown.editions else {
        told.line(Tone::Quiet, model.look.ellipsis());
        return told;
    };
    if editions.is_empty() {
        let key = model.key(ActionId::ArticleState);
        told.lines(Tone::Quiet, &format!("It was never published; {key} moves it on."), width);
        return told;
    }
    let base = model.knowledge.base;
    for one in editions {
        let mark = if base == Some(one.n) { '+' } else { ' ' };
        let who = text::pad(&fitted(&one.who, 18, model), 19);
        let words = format!("{mark} {}  {who}{}  {}", one.at.local(model.moment.zone), lines_of(one.lines), one.title);
        let line = vec![
            (Tone::Strong, text::pad(&format!("  {}", one.n), 6)),
            (Tone::Plain, fitted(&words, width.saturating_sub(6), model)),
        ];
        told.stop(Spot::Edition(one.n), line);
    }
    told.gap();
    let [open, mark, restore, whole] =
        [ActionId::ArticleOpen, ActionId::EditionMark, ActionId::EditionRestore, ActionId::EditionText]
            .map(|id| model.key(id));
    let against = base.map_or_else(|| String::from("the one before"), |n| format!("edition {n}"));
    let says = format!(
        "{open} shows what changed against {against}, {mark} marks another to compare with, {whole} shows the text, \
         {restore} goes back to it."
    );
    told.lines(Tone::Quiet, &says, width);
    told
}
