//! Draws the Queue tab.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::text;
use crate::tui::action::ActionId;
use crate::tui::layout::{self, Parts};
use crate::tui::model::Model;
use crate::tui::screen::queue::{Pane, columns, hits, sheet, timeline};
use crate::tui::theme;
use crate::tui::widget::marked::{Mark, marked};
use crate::tui::widget::{border, strip};

/// Draws views, list and ticket into their parts.
pub fn draw(model: &Model, parts: &Parts, frame: &mut Frame) {
    if let Some(area) = parts.strip {
        let labels: Vec<String> = (0..model.queue.views.len()).map(|at| view_label(model, at)).collect();
        strip::draw(model.look, &labels, Some(model.queue.view), area, frame);
    }
    if let Some(area) = parts.views {
        views(model, area, frame);
    }
    if let Some(area) = parts.list {
        list(model, area, frame);
        match parts.ticket {
            Some(ticket) if ticket.y > area.y => border::below(model.look.set(), area, frame),
            Some(_) => border::beside(model.look.set(), area, frame),
            None => {}
        }
    }
    if let (Some(area), Some(_)) = (parts.views, parts.list) {
        border::beside(model.look.set(), area, frame);
    }
    if let Some(area) = parts.ticket {
        ticket(model, area, frame);
    }
}

fn view_label(model: &Model, at: usize) -> String {
    model.queue.views.get(at).map_or_else(String::new, |view| {
        let name = text::clean_line(&view.name).into_owned();
        match view.count {
            Some(count) => format!("{name} {}", grouped(count)),
            None => name,
        }
    })
}

fn views(model: &Model, area: Rect, frame: &mut Frame) {
    let width = usize::from(area.width);
    let mut lines = vec![Line::styled("Views", theme::quiet())];
    let counts: Vec<String> =
        model.queue.views.iter().map(|view| view.count.map(grouped).unwrap_or_default()).collect();
    let widest = counts.iter().map(|count| text::width(count)).max().unwrap_or(0);
    let room = width.saturating_sub(widest + 1);
    for (at, (view, count)) in model.queue.views.iter().zip(counts).enumerate() {
        let name = text::clean_line(&view.name);
        let name = text::pad(&text::truncate(&name, room, model.look.ellipsis()), room + 1);
        let row = format!("{name}{}", text::pad_start(&count, widest));
        let style = match (at == model.queue.view, model.queue.pane == Pane::Views) {
            (true, true) => theme::selected(),
            (true, false) => theme::accent(model.look),
            _ => theme::plain(),
        };
        lines.push(Line::styled(row, style));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn list(model: &Model, area: Rect, frame: &mut Frame) {
    let queue = &model.queue;
    let width = usize::from(area.width);
    let columns = columns::shown(model, width);
    let mut head = String::from("  ");
    for column in &columns {
        head.push_str(&text::pad(column.title, column.width));
    }
    head.push_str("Title");
    let mut lines =
        vec![Line::styled(text::pad(&text::truncate(&head, width, model.look.ellipsis()), width), theme::quiet())];
    if queue.rows.is_empty() {
        let says = empty(model).into_iter().flat_map(|says| text::wrap(&says, width.saturating_sub(2)));
        lines.extend(says.map(|row| Line::styled(format!("  {row}"), theme::quiet())));
    }
    let height = layout::list_height(model);
    let range = queue.range.map(|from| (from.min(queue.cursor), from.max(queue.cursor)));
    for (at, (ticket, _)) in queue.rows.iter().enumerate().skip(queue.top).take(height) {
        let marked = queue.marks.contains(&ticket.id) || range.is_some_and(|(a, b)| (a..=b).contains(&at));
        let here = at == queue.cursor && queue.away.is_none();
        let mut used = 2;
        let sign = if marked {
            '+'
        } else if model.standing.waiting_on(ticket.id).next().is_some() {
            '~'
        } else if model.is_unread(ticket) {
            '*'
        } else {
            ' '
        };
        let mut line = Line::raw(format!("{}{sign}", if here { '>' } else { ' ' }));
        for column in &columns {
            let cell = text::clean_line(&(column.text)(model, ticket)).into_owned();
            let cell =
                text::pad(&text::truncate(&cell, column.width.saturating_sub(1), model.look.ellipsis()), column.width);
            line.push_span(Span::styled(cell, (column.style)(model, ticket)));
            used += column.width;
        }
        let room = width.saturating_sub(used);
        let title = format!("{}{}", if ticket.major { "MAJOR " } else { "" }, text::clean_line(&ticket.title));
        line.push_span(Span::raw(text::pad(&text::truncate(&title, room, model.look.ellipsis()), room)));
        if here && matches!(queue.pane, Pane::List) {
            line = line.patch_style(theme::selected());
        } else if here {
            line = line.patch_style(theme::strong());
        }
        lines.push(line);
    }
    frame.render_widget(Paragraph::new(lines), area);
    if model.look.plain && queue.pane == Pane::List {
        let row = u16::try_from(queue.cursor.saturating_sub(queue.top) + 1).unwrap_or(0);
        frame.set_cursor_position(Position::new(area.x, (area.y + row).min(area.bottom().saturating_sub(1))));
    }
}

/// What a list without rows says: that it is on its way, failed, or is empty, and what to press.
fn empty(model: &Model) -> Vec<String> {
    let queue = &model.queue;
    if let Some(why) = &queue.failed {
        return vec![
            format!("The list could not be read: {}", text::clean_line(why)),
            format!("{} tries again.", model.key(ActionId::Refresh)),
        ];
    }
    if let Some((done, all)) = model.copying.filter(|_| model.rules.is_none()) {
        let percent = done * 100 / all.max(1);
        let key = model.key(ActionId::Quit);
        return vec![format!("Copying the desk from its drive: {percent} %"), format!("{key} leaves.")];
    }
    if model.rules.is_none() || queue.loading {
        let says = if model.rules.is_none() { "Opening the desk" } else { "Reading the list" };
        return if queue.slow { vec![format!("{says}{}", model.look.ellipsis())] } else { Vec::new() };
    }
    if queue.filter_error.is_some() && queue.typing.is_some() {
        return Vec::new();
    }
    let broken = queue.views.get(queue.view).and_then(|view| view.query.as_ref().err());
    match (broken, queue.filter.is_empty()) {
        (Some(error), _) => vec![format!("This view can't be asked: {error}")],
        (None, true) => {
            let [view, new, all] = [ActionId::NextView, ActionId::New, ActionId::Palette].map(|id| model.key(id));
            vec![format!("Nothing here. {view} shows the next view, {new} opens a ticket, {all} lists all commands.")]
        }
        (None, false) => {
            let (filter, back) = (text::clean_line(&queue.filter), model.key(ActionId::Back));
            vec![format!("Nothing in this view fits {filter}. {back} takes the filter away.")]
        }
    }
}

fn ticket(model: &Model, area: Rect, frame: &mut Frame) {
    let Some(shown) = &model.queue.shown else { return };
    let told = sheet::text(shown, model, usize::from(area.width).saturating_sub(1));
    let height = usize::from(area.height);
    let top = model.queue.scroll.min(told.lines.len().saturating_sub(height));
    let reads = model.queue.pane == Pane::Ticket;
    let stop = told.stop(model.queue.spot).filter(|_| reads);
    let marks = if reads { marks(model, &rows(&told.lines), model.queue.hit) } else { Vec::new() };
    let rows: Vec<Line> = told
        .lines
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(row, line)| {
            let pieces = line.iter().map(|(tone, piece)| (theme::tone(model.look, *tone), piece.as_str())).collect();
            let mut marks: Vec<_> = marks.iter().filter(|(at, ..)| *at == row).cloned().collect();
            if let Some(stop) = stop.filter(|stop| stop.row == row) {
                marks.push((row, bytes(line, &stop.pieces), theme::selected()));
            }
            marked(pieces, &marks)
        })
        .collect();
    let inset = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
    frame.render_widget(Paragraph::new(rows), inset);
    if model.look.plain {
        let row = stop.map_or(0, |stop| stop.row.saturating_sub(top).min(height.saturating_sub(1)));
        frame.set_cursor_position(Position::new(inset.x, inset.y + u16::try_from(row).unwrap_or(0)));
    }
}

/// The text of lines, without their tones.
pub fn rows(lines: &[timeline::Line]) -> Vec<String> {
    lines.iter().map(|line| line.iter().map(|(_, piece)| piece.as_str()).collect()).collect()
}

/// The bytes that some pieces of a line take, without the blanks at their end.
fn bytes(line: &timeline::Line, pieces: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start: usize = line.iter().take(pieces.start).map(|(_, piece)| piece.len()).sum();
    let words: String = line.iter().take(pieces.end).skip(pieces.start).map(|(_, piece)| piece.as_str()).collect();
    start..start + words.trim_end().len()
}

/// The hits of the filter's words in rows of text; the one gone to stands out.
#[must_use]
pub fn marks(model: &Model, rows: &[String], gone_to: Option<usize>) -> Vec<Mark> {
    let hits = hits::find(rows, &model.queue.words_sought());
    let style = |at: usize| if gone_to == Some(at) { theme::selected() } else { theme::hit(model.look) };
    hits.into_iter()
        .enumerate()
        .flat_map(|(at, hit)| hit.into_iter().map(move |(row, range)| (row, range, style(at))))
        .collect()
}

/// 24,918: digits in threes.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn counts_are_read_in_threes() {
        assert_eq!([0, 999, 1_000, 24_918, 1_000_000].map(grouped), ["0", "999", "1,000", "24,918", "1,000,000"]);
    }
}
