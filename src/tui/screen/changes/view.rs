//! Draws the Changes tab.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::desk::change::window::WindowKind;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::layout::PlanParts;
use crate::tui::model::Model;
use crate::tui::screen::changes::{Face, agenda, cell, day, month, preview, week};
use crate::tui::theme;
use crate::tui::widget::border;
use crate::tui::widget::grid::{Piece, fit};

/// A face as lines, and the row and column of its cursor.
pub struct Drawn {
    /// The lines.
    pub lines: Vec<Vec<Piece>>,
    /// Where the cursor is.
    pub cursor: Option<(usize, usize)>,
}

/// Draws the heading, the calendar, and the change under its cursor beside it or below.
pub fn draw(model: &Model, parts: &PlanParts, frame: &mut Frame) {
    head(model, parts.head, frame);
    let (width, height) = (usize::from(parts.calendar.width), usize::from(parts.calendar.height));
    let drawn = match model.changes.face {
        Face::Month => month::draw(model, width, height),
        Face::Week => week::draw(model, width, height),
        Face::Day => day::draw(model, width, height),
        Face::Agenda => agenda::draw(model, width, height),
    };
    let said = if drawn.lines.is_empty() { empty(model, width) } else { Vec::new() };
    let used = drawn.lines.len();
    frame.render_widget(
        Paragraph::new(drawn.lines.into_iter().chain(said).map(line).collect::<Vec<_>>()),
        parts.calendar,
    );
    if let Some(area) = parts.preview {
        border::beside(model.look.set(), Rect { width: parts.calendar.width, ..parts.calendar }, frame);
        let inset = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
        let lines = preview::lines(model, usize::from(inset.width));
        frame.render_widget(Paragraph::new(lines.into_iter().map(line).collect::<Vec<_>>()), inset);
    }
    if let Some(area) = parts.brief {
        // What the calendar leaves free tells more.
        let free = if model.changes.face == Face::Month { height.saturating_sub(used) } else { 0 };
        let free = u16::try_from(free).unwrap_or(0);
        let area = Rect { y: area.y.saturating_sub(free), height: area.height + free, ..area };
        let mut lines = preview::brief(model);
        let (room, count) = (usize::from(area.height), lines.len());
        if count > room
            && let Some(last) = room.checked_sub(1).and_then(|last| lines.get_mut(last))
        {
            *last = fit(last, usize::from(area.width).saturating_sub(9), model.look.ellipsis());
            last.push((theme::quiet(), format!(" +{} more", count - room)));
        }
        let lines = lines.into_iter().map(|pieces| line(fit(&pieces, usize::from(area.width), model.look.ellipsis())));
        frame.render_widget(Paragraph::new(lines.take(room).collect::<Vec<_>>()), area);
    }
    if let Some((row, column)) = drawn.cursor.filter(|_| model.look.plain) {
        let (row, column) = (u16::try_from(row).unwrap_or(0), u16::try_from(column).unwrap_or(0));
        let area = parts.calendar;
        let inside = Position::new(
            area.x.saturating_add(column).min(area.right().saturating_sub(1)),
            area.y.saturating_add(row).min(area.bottom().saturating_sub(1)),
        );
        frame.set_cursor_position(inside);
    }
}

fn line(pieces: Vec<Piece>) -> Line<'static> {
    Line::from(pieces.into_iter().map(|(style, piece)| Span::styled(piece, style)).collect::<Vec<_>>())
}

/// The faces, what is shown, by whose clock where that is not the desk's, and what the signs of windows mean.
fn head(model: &Model, area: Rect, frame: &mut Frame) {
    let mut strip = Line::default();
    for face in Face::ALL {
        let here = face == model.changes.face;
        let label = if here { format!("[{}]", face.title()) } else { format!(" {} ", face.title()) };
        strip.push_span(Span::styled(label, if here { theme::accent(model.look) } else { theme::quiet() }));
    }
    strip.push_span(Span::styled(format!("  {}", title(model)), theme::strong()));
    if let Some(desk) = preview::desk(model) {
        strip.push_span(Span::styled(format!("  {}; desk: {}", model.moment.zone, desk.zone), theme::quiet()));
    }
    let bands = model.changes.bands(model.changes.shown(&model.moment));
    let kinds = [WindowKind::Freeze, WindowKind::Maintenance];
    for kind in kinds.into_iter().filter(|kind| bands.iter().any(|band| band.kind == *kind)) {
        let told = format!("  {} {}", cell::sign(kind), kind.word());
        if strip.width() + told.len() <= usize::from(area.width) {
            strip.push_span(Span::styled(told, cell::style(model, kind)));
        }
    }
    frame.render_widget(Paragraph::new(strip), area);
}

/// What is shown: a month, a week, a day, from when until when.
#[must_use]
pub fn title(model: &Model) -> String {
    use chrono::Datelike;
    let (changes, moment) = (&model.changes, &model.moment);
    let day = moment.day_of(changes.at);
    let shown = changes.shown(moment);
    let (from, last) = (moment.day_of(shown.from), moment.day_of(shown.until.plus(-1)));
    match changes.face {
        Face::Month => day.format("%B %Y").to_string(),
        Face::Week => {
            format!("Week {}: {} - {}", day.iso_week().week(), from.format("%-d %b"), last.format("%-d %b %Y"))
        }
        Face::Day => day.format("%A %-d %B %Y").to_string(),
        Face::Agenda => format!("{} - {}", from.format("%-d %b"), last.format("%-d %b %Y")),
    }
}

/// What an agenda without rows says.
fn empty(model: &Model, width: usize) -> Vec<Vec<Piece>> {
    let changes = &model.changes;
    let says = match &changes.failed {
        Some(why) => format!(
            "The calendar could not be read: {}. {} tries again.",
            text::clean_line(why),
            model.key(ActionId::Refresh)
        ),
        None if changes.loading && changes.slow => format!("Reading the calendar{}", model.look.ellipsis()),
        None if changes.loading || changes.held.is_none() => return Vec::new(),
        None => {
            let [next, new] = [ActionId::PageOn, ActionId::PlanNew].map(|id| model.key(id));
            let fits = if changes.filter.is_empty() {
                String::new()
            } else {
                format!(" that fits {}", text::clean_line(&changes.filter))
            };
            format!("Nothing is planned in these four weeks{fits}. {next} goes on, {new} plans a change.")
        }
    };
    let rows = text::wrap(&says, width.saturating_sub(2));
    rows.into_iter().map(|row| vec![(theme::quiet(), format!("  {row}"))]).collect()
}
