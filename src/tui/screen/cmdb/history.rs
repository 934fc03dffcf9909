//! What happened to a CI, under its heading.

use crate::tui::model::Model;
use crate::tui::screen::cmdb::Shown;
use crate::tui::screen::cmdb::record::heading;
use crate::tui::screen::cmdb::text::Text;
use crate::tui::screen::history;

/// The history as lines.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let mut told = Text::default();
    heading(&mut told, shown, model, width);
    told.lines.extend(history::lines(shown.history.as_deref(), model, width));
    told
}
