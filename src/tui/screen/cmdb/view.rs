//! Draws the CMDB tab.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::text;
use crate::tui::action::ActionId;
use crate::tui::layout::{self, CiParts};
use crate::tui::model::Model;
use crate::tui::screen::cmdb::text::{Spot, Stop};
use crate::tui::screen::cmdb::{Face, Pane, hides_gone, list};
use crate::tui::screen::queue::timeline;
use crate::tui::screen::queue::view::grouped;
use crate::tui::theme;
use crate::tui::widget::border;
use crate::tui::widget::marked::marked;

/// Draws classes, list and CI into their parts.
pub fn draw(model: &Model, parts: &CiParts, frame: &mut Frame) {
    let shown = [parts.classes, parts.list, parts.ci];
    if let Some(area) = parts.classes {
        classes(model, area, frame);
    }
    if let Some(area) = parts.list {
        rows(model, area, frame);
    }
    if let Some(area) = parts.ci {
        ci(model, area, frame);
    }
    // One line between panes.
    let areas: Vec<Rect> = shown.into_iter().flatten().collect();
    for (left, right) in areas.iter().zip(areas.iter().skip(1)) {
        if right.y > left.y {
            border::below(model.look.set(), *left, frame);
        } else {
            border::beside(model.look.set(), *left, frame);
        }
    }
}

fn classes(model: &Model, area: Rect, frame: &mut Frame) {
    let width = usize::from(area.width);
    let mut lines = vec![Line::styled("Classes", theme::quiet())];
    let Some(rules) = &model.rules else { return };
    let here = model.cmdb.class(&rules.cmdb).to_owned();
    let rows = model.cmdb.class_rows(&rules.cmdb);
    let at = rows.iter().position(|row| row.name == here).unwrap_or(0);
    let height = usize::from(area.height).saturating_sub(1);
    let top = layout::classes_top(at, height);
    let counts: Vec<String> = rows.iter().map(|row| grouped(u64::try_from(row.count).unwrap_or_default())).collect();
    let widest = counts.iter().map(|count| text::width(count)).max().unwrap_or(0);
    let set = model.look.set();
    let alone = model.size.0 > area.width + 2;
    let room = if alone { width.saturating_sub(widest + 1) } else { width.saturating_sub(widest + 1).min(40) };
    for (row, count) in rows.iter().zip(&counts).skip(top).take(height) {
        let sign = match (row.folds, row.open) {
            (false, _) => " ",
            (true, true) => set.open,
            (true, false) => set.folded,
        };
        let name = format!("{}{sign} {}", "  ".repeat(row.depth), text::clean_line(&row.label));
        let name = text::pad(&text::truncate(&name, room, model.look.ellipsis()), room + 1);
        let style = match (row.name == here, model.cmdb.pane == Pane::Classes) {
            (true, true) => theme::selected(),
            (true, false) => theme::accent(model.look),
            _ => theme::plain(),
        };
        lines.push(Line::styled(format!("{name}{}", text::pad_start(count, widest)), style));
    }
    if rows.len() <= 1 && rows.iter().all(|row| row.count == 0) && !model.cmdb.loading {
        let new = model.key(ActionId::CiNew);
        let says = format!("No CI yet. {new} adds the first; deskhand import brings in an inventory.");
        let says = text::wrap(&says, width.saturating_sub(2));
        lines.extend(says.into_iter().map(|row| Line::styled(format!("  {row}"), theme::quiet())));
    }
    frame.render_widget(Paragraph::new(lines), area);
    if model.look.plain && model.cmdb.pane == Pane::Classes {
        let row = u16::try_from(at.saturating_sub(top) + 1).unwrap_or(0);
        frame.set_cursor_position(Position::new(area.x, (area.y + row).min(area.bottom().saturating_sub(1))));
    }
}

fn rows(model: &Model, area: Rect, frame: &mut Frame) {
    let cmdb = &model.cmdb;
    let width = usize::from(area.width);
    let columns: Vec<&list::Column> = list::shown(width).collect();
    let used: usize = columns.iter().map(|column| column.width).sum();
    let name = width.saturating_sub(used + 2);
    let ellipsis = model.look.ellipsis();
    let cell = |text: &str, width: usize| {
        let text = text::clean_line(text);
        text::pad(&text::truncate(&text, width.saturating_sub(1), ellipsis), width)
    };
    let (first, others) = columns.split_at(1.min(columns.len()));
    let mut head = String::from("  ");
    first.iter().for_each(|column| head.push_str(&cell(column.title, column.width)));
    head.push_str(&cell("Name", name));
    others.iter().for_each(|column| head.push_str(&cell(column.title, column.width)));
    let mut lines = vec![Line::styled(head, theme::quiet())];
    if cmdb.rows.is_empty() {
        let says = empty(model).into_iter().flat_map(|says| text::wrap(&says, width.saturating_sub(2)));
        lines.extend(says.map(|row| Line::styled(format!("  {row}"), theme::quiet())));
    }
    let height = usize::from(area.height).saturating_sub(1);
    let range = cmdb.range.map(|from| (from.min(cmdb.cursor), from.max(cmdb.cursor)));
    for (at, one) in cmdb.rows.iter().enumerate().skip(cmdb.top).take(height) {
        let marked = cmdb.marks.contains_key(&one.row.id) || range.is_some_and(|(a, b)| (a..=b).contains(&at));
        let here = at == cmdb.cursor && cmdb.away.is_none();
        let mut line = Line::raw(format!("{}{}", if here { '>' } else { ' ' }, if marked { '+' } else { ' ' }));
        let draw = |column: &list::Column| {
            Span::styled(cell(&(column.text)(model, one), column.width), (column.style)(model, one))
        };
        first.iter().for_each(|column| line.push_span(draw(column)));
        line.push_span(Span::raw(cell(&one.row.name, name)));
        others.iter().for_each(|column| line.push_span(draw(column)));
        if here && cmdb.pane == Pane::List {
            line = line.patch_style(theme::selected());
        } else if here {
            line = line.patch_style(theme::strong());
        }
        lines.push(line);
    }
    frame.render_widget(Paragraph::new(lines), area);
    if model.look.plain && cmdb.pane == Pane::List {
        let row = u16::try_from(cmdb.cursor.saturating_sub(cmdb.top) + 1).unwrap_or(0);
        frame.set_cursor_position(Position::new(area.x, (area.y + row).min(area.bottom().saturating_sub(1))));
    }
}

/// What a list without rows says.
fn empty(model: &Model) -> Vec<String> {
    let cmdb = &model.cmdb;
    if let Some(why) = &cmdb.failed {
        let again = model.key(ActionId::Refresh);
        return vec![format!("The list could not be read: {}", text::clean_line(why)), format!("{again} tries again.")];
    }
    if model.rules.is_none() || cmdb.loading {
        return if cmdb.slow { vec![format!("Reading the list{}", model.look.ellipsis())] } else { Vec::new() };
    }
    if cmdb.filter_error.is_some() && cmdb.typing.is_some() {
        return Vec::new();
    }
    let [new, back] = [ActionId::CiNew, ActionId::Back].map(|id| model.key(id));
    match cmdb.filter.is_empty() {
        true => vec![format!("Nothing here. {new} adds a CI; deskhand import brings in an inventory.")],
        false => {
            let mut says = format!("No CI here fits {}", text::clean_line(&cmdb.filter));
            if let Some(count) = cmdb.elsewhere.filter(|count| *count > 0) {
                let view = model.key(ActionId::GoView);
                says.push_str(&format!("; {count} in All ({view} goes to a class)"));
            }
            if model.rules.as_ref().is_some_and(|rules| hides_gone(&cmdb.filter, &rules.cmdb)) {
                says.push_str("; those gone are hidden, is:gone shows them");
            }
            vec![format!("{says}. {back} takes the filter away.")]
        }
    }
}

/// The faces of the CI in one line, then what is read.
fn ci(model: &Model, area: Rect, frame: &mut Frame) {
    let cmdb = &model.cmdb;
    let inset = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
    let Some(shown) = &cmdb.shown else { return };
    let mut strip = Line::default();
    for face in Face::ALL {
        let count = match face {
            Face::Relations => Some(shown.record.sheet.relations.len()),
            Face::Record => Some(shown.record.health.len()).filter(|n| *n > 0),
            _ => None,
        };
        let label = match (face, count) {
            (Face::Record, Some(n)) => format!("{} !{n}", face.title()),
            (_, Some(n)) => format!("{} {n}", face.title()),
            (_, None) => face.title().to_owned(),
        };
        let here = face == cmdb.face;
        let style = if here { theme::accent(model.look) } else { theme::quiet() };
        let label = if here { format!("[{label}] ") } else { format!(" {label}  ") };
        strip.push_span(Span::styled(label, style));
    }
    frame.render_widget(Paragraph::new(strip), Rect { height: 1.min(inset.height), ..inset });
    let body = Rect { y: inset.y + 1.min(inset.height), height: inset.height.saturating_sub(1), ..inset };
    let told = layout::ci_text(model);
    let height = usize::from(body.height);
    let top = cmdb.scroll.min(told.lines.len().saturating_sub(height));
    let reads = cmdb.pane == Pane::Ci;
    let stop = told.at(cmdb.spot.as_ref()).filter(|_| reads);
    let lines: Vec<Line> = told
        .lines
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(row, line)| {
            let pieces = line.iter().map(|(tone, piece)| (theme::tone(model.look, *tone), piece.as_str())).collect();
            let marks: Vec<_> = stop
                .filter(|stop| stop.row == row)
                .map(|stop| (row, bytes(line, stop), theme::selected()))
                .into_iter()
                .collect();
            marked(pieces, &marks)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
    if model.look.plain && reads {
        let row = stop.map_or(0, |stop| stop.row.saturating_sub(top).min(height.saturating_sub(1)));
        frame.set_cursor_position(Position::new(body.x, body.y + u16::try_from(row).unwrap_or(0)));
    }
}

/// The bytes of a line under the cursor: without the blanks at their ends, in a tree without the indent.
fn bytes(line: &timeline::Line, stop: &Stop) -> std::ops::Range<usize> {
    let start: usize = line.iter().take(stop.part.start).map(|(_, piece)| piece.len()).sum();
    let words: String =
        line.iter().take(stop.part.end).skip(stop.part.start).map(|(_, piece)| piece.as_str()).collect();
    let indent = match stop.spot {
        Spot::Ci(..) | Spot::Fold(..) => words.len() - words.trim_start().len(),
        _ => 0,
    };
    start + indent..start + words.trim_end().len()
}
