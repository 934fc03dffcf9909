//! A change in few columns: its risk by letter and colour, whether it is in conflict, its number, and more where there is room.

use chrono::NaiveTime;

use crate::desk::change::window::{Span, WindowKind};
use crate::desk::id::Kind;
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, Timestamp};
use crate::text;
use crate::tui::inquiry::calendar::Band;
use crate::tui::model::Model;
use crate::tui::screen::changes::Item;
use crate::tui::theme::{self, Style};
use crate::tui::widget::grid::Piece;

/// From so many columns on the time is told too, and the title in what is left.
const TIMED: usize = 15;

/// A change in so many columns, within a stretch in which it may have begun earlier.
#[must_use]
pub fn item(model: &Model, item: Item, within: Span, width: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if width >= TIMED {
        let began = item.span.from < within.from;
        let time = if began { text::pad(model.look.set().from, 5) } else { clock(item.span.from, &model.moment) };
        pieces.push((theme::quiet(), format!("{time} ")));
    }
    pieces.extend(name(model, item.ticket));
    if width >= TIMED + 6 {
        pieces.push((theme::plain(), format!(" {}", text::clean_line(&item.ticket.title))));
    }
    over(model, item.ticket, pieces)
}

/// The letter of its risk, whether it is in conflict, and its number.
#[must_use]
pub fn name(model: &Model, ticket: &Ticket) -> Vec<Piece> {
    let clash = if model.changes.clashes(ticket.number) { "!" } else { " " };
    let under = if model.changes.release_of(ticket.id).is_some() { model.look.set().under } else { "" };
    vec![
        risk(model, ticket),
        (theme::warning(model.look), clash.to_owned()),
        (theme::quiet(), under.to_owned()),
        (if ticket.kind() == Kind::Release { theme::strong() } else { theme::plain() }, ticket.number.to_string()),
    ]
}

/// The same pieces as the change is to be seen: over and done with, under the cursor, or held.
#[must_use]
pub fn over(model: &Model, ticket: &Ticket, mut pieces: Vec<Piece>) -> Vec<Piece> {
    let changes = &model.changes;
    let held = changes.grab.as_ref().is_some_and(|grab| grab.on.id == ticket.id);
    let style = match () {
        () if held => theme::selected().patch(theme::strong()),
        () if changes.item == Some(ticket.id) => theme::selected(),
        () if !ticket.phase.is_open() => theme::quiet(),
        () => return pieces,
    };
    pieces.iter_mut().for_each(|(own, _)| *own = own.patch(style));
    pieces
}

/// The letter of its risk in its colour; `?` is not judged yet.
#[must_use]
pub fn risk(model: &Model, ticket: &Ticket) -> Piece {
    let bands = model.rules.as_ref().map(|rules| &rules.change.risk.band[..]).unwrap_or_default();
    let at = ticket.risk.as_ref().and_then(|risk| bands.iter().position(|band| band.name == *risk));
    #[allow(clippy::cast_precision_loss, reason = "there are a handful of bands")]
    let share = at.map(|at| at as f32 / bands.len().saturating_sub(1).max(1) as f32);
    let letter = ticket.risk.as_ref().and_then(|risk| risk.chars().next());
    let letter = letter.map_or_else(|| String::from("?"), |letter| letter.to_uppercase().collect());
    (theme::risk(model.look, share), text::clean_line(&letter).into_owned())
}

/// The sign of a window: `#` is a freeze, `=` maintenance.
#[must_use]
pub fn sign(kind: WindowKind) -> &'static str {
    match kind {
        WindowKind::Freeze => "#",
        WindowKind::Maintenance => "=",
    }
}

/// How a window looks.
#[must_use]
pub fn style(model: &Model, kind: WindowKind) -> Style {
    theme::window(model.look, kind)
}

/// A window across the days of a week: its name where it begins to be seen, going on from cell to cell, then its sign.
#[derive(Debug)]
pub struct Across {
    /// How many days of the week are left.
    left: usize,
    /// Whose name is told, and how many columns of it were.
    told: Option<(String, usize)>,
}

impl Across {
    /// Before the first day of a week.
    #[must_use]
    pub fn week() -> Across {
        Across { left: 7, told: None }
    }

    /// What a day shows of its windows in so many columns: the first of them, and how many more there are.
    pub fn day(&mut self, model: &Model, bands: &[&Band], day: Span, width: usize) -> Option<Piece> {
        self.left = self.left.saturating_sub(1);
        let Some(band) = bands.first().filter(|_| width > 2) else {
            self.told = None;
            return None;
        };
        let begins = band.spans.iter().any(|span| day.from <= span.from && span.from < day.until);
        let told = match self.told.take() {
            Some((name, told)) if name == band.name && !begins => told,
            _ => 0,
        };
        let more = if bands.len() > 1 { format!("+{}", bands.len() - 1) } else { String::new() };
        let sign = sign(band.kind);
        let room = width.saturating_sub(1 + more.len());
        let rest = text::skip(&text::clean_line(&band.name), told);
        let goes_on = self.left > 0 && band.spans.iter().any(|span| span.from < day.until && day.until < span.until);
        let mark = if goes_on { "" } else { model.look.ellipsis() };
        let name = text::truncate(&rest, room, mark).into_owned();
        self.told = Some((band.name.clone(), told + text::width(&name)));
        let fill = sign.repeat(room.saturating_sub(text::width(&name)));
        Some((style(model, band.kind), format!("{sign}{name}{fill}{more}")))
    }
}

/// `14:00`
#[must_use]
pub fn clock(at: Timestamp, moment: &Moment) -> String {
    moment.wall(at).format("%H:%M").to_string()
}

/// From when until when, in one line: the day is told once where both are on it.
#[must_use]
pub fn when(span: Span, moment: &Moment) -> String {
    let (from, until) = (moment.wall(span.from), moment.wall(span.until));
    // What ends at midnight ends on the day before.
    let (first, last) = (from.date(), moment.day_of(span.until.plus(-1)));
    if from.time() == NaiveTime::MIN && until.time() == NaiveTime::MIN {
        let days = first.format("%a %-d %b").to_string();
        return if first == last { days } else { format!("{days} - {}", last.format("%a %-d %b")) };
    }
    match first == last {
        true => format!("{}-{}", from.format("%a %-d %b %H:%M"), until.format("%H:%M")),
        false => format!("{} - {}", from.format("%a %-d %b %H:%M"), until.format("%a %-d %b %H:%M")),
    }
}

/// `2h`, `1h30m`, `3d`
#[must_use]
pub fn length(span: Span) -> String {
    let minutes = span.until.since(span.from) / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) if hours >= 48 && hours % 24 == 0 => format!("{}d", hours / 24),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes:02}m"),
    }
}
