//! The month: a week a row, a day a cell. What does not fit a day is counted; the cursor brings it into sight.

use chrono::NaiveDate;

use crate::desk::change::window::Span;
use crate::tui::model::Model;
use crate::tui::screen::changes::Face;
use crate::tui::screen::changes::cell::{self, Across};
use crate::tui::screen::changes::time::{day, plus};
use crate::tui::screen::changes::view::Drawn;
use crate::tui::theme;
use crate::tui::widget::grid::{Cell, Piece, lines};

/// The month in so many columns and rows at most.
#[must_use]
pub fn draw(model: &Model, width: usize, height: usize) -> Drawn {
    let changes = &model.changes;
    let (first, until) = Face::Month.days(model.moment.day_of(changes.at), changes.week, None);
    let weeks = usize::try_from((until - first).num_days() / 7).unwrap_or(0);
    let rows = (height.saturating_sub(1) / weeks.max(1)).max(1);
    let widths = widths(width, 7);
    let names = (0..7)
        .map(|n| Cell { head: vec![(theme::quiet(), format!(" {}", plus(first, n).format("%a")))], lines: Vec::new() });
    let ellipsis = model.look.ellipsis();
    let mut drawn = lines(vec![names.collect()], &widths, 1, ellipsis);
    let mut cells = Vec::with_capacity(weeks);
    let mut at = first;
    let (mut cursor, here) = (None, model.moment.day_of(changes.at));
    for week in 0..weeks {
        let mut row = Vec::with_capacity(7);
        let mut across = Across::week();
        for (column, width) in widths.iter().enumerate() {
            if at == here {
                cursor = Some((1 + week * rows, widths.iter().take(column).sum()));
            }
            row.push(of_day(model, at, &mut across, width.saturating_sub(1), rows.saturating_sub(1)));
            at = plus(at, 1);
        }
        cells.push(row);
    }
    drawn.extend(lines(cells, &widths, rows, ellipsis));
    // Where not all weeks fit, those above the one of the cursor give way.
    let above = cursor.map_or(0, |(row, _)| (row + rows).saturating_sub(height)).min(drawn.len().saturating_sub(1));
    drawn.drain(1..1 + above);
    drawn.truncate(height);
    Drawn { lines: drawn, cursor: cursor.map(|(row, column)| (row - above, column)) }
}

/// Columns of so many cells: what does not part evenly is given to the first ones.
#[must_use]
pub fn widths(width: usize, cells: usize) -> Vec<usize> {
    (0..cells).map(|n| width / cells.max(1) + usize::from(n < width % cells.max(1))).collect()
}

fn of_day(model: &Model, date: NaiveDate, across: &mut Across, width: usize, rows: usize) -> Cell {
    let changes = &model.changes;
    let span = day(date, &model.moment);
    let items = changes.items(span);
    let at = items.iter().position(|item| Some(item.ticket.id) == changes.item).unwrap_or(0);
    let here = model.moment.day_of(changes.at) == date;
    // What the cursor is on is in sight.
    let top = if here { (at + 1).saturating_sub(rows) } else { 0 };
    let hidden = items.len().saturating_sub(rows);
    let mut head = vec![number(model, date, span)];
    if hidden > 0 {
        let more = if width >= 18 { " more" } else { "" };
        head.push((theme::strong(), format!("+{hidden}{more} ")));
    }
    let used: usize = head.iter().map(|(_, piece)| crate::text::width(piece)).sum();
    head.extend(across.day(model, &changes.bands(span), span, width.saturating_sub(used)));
    let shown = items.into_iter().skip(top).take(rows);
    let lines = shown.map(|item| cell::item(model, item, span, width)).collect();
    Cell { head, lines }
}

/// The number of a day: `>` is the cursor, `+` marked, `*` today; days of other months are dim.
fn number(model: &Model, date: NaiveDate, span: Span) -> Piece {
    use chrono::Datelike;
    let changes = &model.changes;
    let here = model.moment.day_of(changes.at);
    let marked = changes.range.is_some() && changes.marked(&model.moment).contains(span);
    let before = if date == here {
        '>'
    } else if marked {
        '+'
    } else {
        ' '
    };
    let today = if date == model.moment.today() { '*' } else { ' ' };
    let style = match () {
        () if date == here => theme::selected(),
        () if date == model.moment.today() => theme::accent(model.look),
        () if date.month() != here.month() => theme::quiet(),
        () => theme::strong(),
    };
    (style, format!("{before}{:>2}{today}", date.day()))
}
