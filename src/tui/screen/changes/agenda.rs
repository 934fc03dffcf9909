//! The agenda: four weeks as a list, a heading a day; each change stands where it begins, or where the page does.

use chrono::NaiveDate;

use crate::desk::change::window::Span;
use crate::desk::id::TicketId;
use crate::desk::time::{Moment, Timestamp};
use crate::text;
use crate::tui::inquiry::calendar::Band;
use crate::tui::model::Model;
use crate::tui::screen::changes::view::Drawn;
use crate::tui::screen::changes::{Changes, Item, cell};
use crate::tui::theme;
use crate::tui::widget::grid::{Piece, fit};

/// A row of the agenda.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// A day on which something begins.
    Day(NaiveDate),
    /// A window.
    Band(&'a Band, Span),
    /// A change or release.
    Item(Item<'a>),
}

/// What begins on the days of the page, or goes on from before.
#[must_use]
pub fn rows<'a>(changes: &'a Changes, moment: &Moment) -> Vec<Row<'a>> {
    let page = changes.shown(moment);
    let mut told: Vec<(NaiveDate, u8, Timestamp, Row)> = Vec::new();
    for band in changes.bands(page) {
        for span in band.spans.iter().filter(|span| span.overlaps(page)) {
            let day = moment.day_of(span.from.max(page.from));
            told.push((day, 0, span.from, Row::Band(band, *span)));
        }
    }
    for item in changes.items(page) {
        told.push((moment.day_of(item.span.from.max(page.from)), 1, item.span.from, Row::Item(item)));
    }
    told.sort_by_key(|(day, rank, from, _)| (*day, *rank, *from));
    let mut rows = Vec::with_capacity(told.len() * 2);
    let mut last = None;
    for (day, _, _, row) in told {
        if last.replace(day) != Some(day) {
            rows.push(Row::Day(day));
        }
        rows.push(row);
    }
    rows
}

/// The row of a change; the first where it has none.
#[must_use]
pub fn row_of(rows: &[Row], id: Option<TicketId>) -> usize {
    rows.iter().position(|row| matches!(row, Row::Item(item) if Some(item.ticket.id) == id)).unwrap_or(0)
}

/// The agenda in so many columns and rows.
#[must_use]
pub fn draw(model: &Model, width: usize, height: usize) -> Drawn {
    let changes = &model.changes;
    let rows = rows(changes, &model.moment);
    let lines: Vec<Vec<Piece>> = rows
        .iter()
        .skip(changes.top)
        .take(height)
        .map(|row| fit(&line(model, row, width), width, model.look.ellipsis()))
        .collect();
    let at = changes.item.map(|id| row_of(&rows, Some(id)).saturating_sub(changes.top));
    Drawn { lines, cursor: at.map(|row| (row, 0)) }
}

fn line(model: &Model, row: &Row, width: usize) -> Vec<Piece> {
    let (changes, moment) = (&model.changes, &model.moment);
    let page = changes.shown(moment);
    let item = match row {
        Row::Day(day) => {
            let today = *day == moment.today();
            let style = if today { theme::accent(model.look) } else { theme::strong() };
            return vec![(style, format!("{}{}", day.format("%A %-d %B"), if today { ", today" } else { "" }))];
        }
        Row::Band(band, span) => {
            let told =
                format!("  {} {}  {}", cell::sign(band.kind), text::clean_line(&band.name), cell::when(*span, moment));
            let scope = format!("  {}", text::clean_line(&band.scope));
            return vec![(cell::style(model, band.kind), told), (theme::quiet(), scope)];
        }
        Row::Item(item) => item,
    };
    let ticket = item.ticket;
    let here = changes.item == Some(ticket.id);
    let from = if item.span.from < page.from {
        text::pad_start(model.look.set().from, 5)
    } else {
        cell::clock(item.span.from, moment)
    };
    let same = moment.day_of(item.span.from.max(page.from)) == moment.day_of(item.span.until.plus(-1));
    let until = if same {
        cell::clock(item.span.until, moment)
    } else {
        moment.wall(item.span.until).format("%a %-d").to_string()
    };
    let band = changes.bands(item.span).into_iter().find(|band| band.may_concern(ticket));
    let sign = band.map(|band| (cell::style(model, band.kind), cell::sign(band.kind).to_owned()));
    let mut pieces = vec![
        (theme::strong(), String::from(if here { "> " } else { "  " })),
        (theme::plain(), text::pad(&format!("{from}-{until}"), 13)),
        sign.unwrap_or((theme::plain(), String::from(" "))),
        (theme::plain(), String::from(" ")),
    ];
    let name = cell::name(model, ticket);
    let wide: usize = name.iter().map(|(_, piece)| text::width(piece)).sum();
    pieces.extend(name);
    pieces.push((theme::plain(), " ".repeat(11_usize.saturating_sub(wide).max(1))));
    pieces.push((theme::phase(model.look, ticket.phase), text::pad(&text::clean_line(&ticket.state), 13)));
    pieces.push((theme::plain(), text::clean_line(&ticket.title).into_owned()));
    if width >= 100
        && let (Some(who), Some(held)) = (ticket.assignee, &changes.held)
    {
        pieces.push((theme::quiet(), format!("  {}", text::clean_line(held.names.person(who)))));
    }
    cell::over(model, ticket, pieces)
}
