//! The day: the hours that pass on it, 23 or 25 where the clocks change, and what lies in them side by side.

use crate::desk::change::window::Span;
use crate::desk::id::TicketId;
use crate::desk::time::Timestamp;
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::changes::time::{day, hours};
use crate::tui::screen::changes::view::Drawn;
use crate::tui::screen::changes::{Item, cell};
use crate::tui::theme;
use crate::tui::widget::grid::{Piece, fit};

/// A change is at least so wide; what does not fit is counted.
const LANE: usize = 20;
/// The most windows that have a line of their own.
const BANDS: usize = 3;

/// The windows of the day by name and time, then its hours; in so many columns and rows.
#[must_use]
pub fn draw(model: &Model, width: usize, height: usize) -> Drawn {
    let (changes, moment) = (&model.changes, &model.moment);
    let date = moment.day_of(changes.at);
    let whole = day(date, moment);
    let hours = hours(date, moment);
    let items = changes.items(whole);
    let bands = changes.bands(whole);
    let mut drawn: Vec<Vec<Piece>> = Vec::new();
    for band in bands.iter().take(BANDS) {
        let times = band.spans.iter().filter_map(|span| span.shared(whole));
        let times: Vec<String> = times
            .map(|span| match span == whole {
                true => String::from("all day"),
                false => format!("{}-{}", cell::clock(span.from, moment), cell::clock(span.until, moment)),
            })
            .collect();
        let told = format!("{} {} {}", cell::sign(band.kind), text::clean_line(&band.name), times.join(", "));
        drawn.push(fit(&[(cell::style(model, band.kind), told)], width, model.look.ellipsis()));
    }
    // Where the clocks change, the same hour may be shown twice: what parts them is told.
    let changed = hours.len() != 24 || hours.iter().any(|hour| offset(model, hour.from) != offset(model, whole.from));
    let gutter = if changed { 13 } else { 6 };
    let room = width.saturating_sub(gutter + 2);
    let fits = (room / LANE).max(1);
    let lanes = lanes(&items, &hours, fits, changes.item);
    let wide = room / lanes.len().max(1);
    let head = drawn.len();
    let mut cursor = None;
    for hour in hours.iter().skip(changes.top).take(height.saturating_sub(head)) {
        let here = hour.from <= changes.at && changes.at < hour.until;
        if here {
            cursor = Some((drawn.len(), 0));
        }
        let label = match changed {
            true => format!("{} {}", cell::clock(hour.from, moment), offset(model, hour.from)),
            false => cell::clock(hour.from, moment),
        };
        let marked = changes.range.is_some() && changes.marked(moment).overlaps(*hour);
        let style = if here { theme::selected() } else { theme::quiet() };
        let mut line = vec![(style, label)];
        line = fit(&line, gutter.saturating_sub(1), model.look.ellipsis());
        line.push((
            theme::strong(),
            String::from(if here {
                ">"
            } else if marked {
                "+"
            } else {
                " "
            }),
        ));
        let band = changes
            .bands(*hour)
            .first()
            .map(|band| (cell::style(model, band.kind), format!("{} ", cell::sign(band.kind))));
        line.push(band.unwrap_or((theme::plain(), String::from("  "))));
        let passing = items.iter().filter(|item| item.span.overlaps(*hour)).count();
        let mut shown = 0;
        for lane in &lanes {
            let item = lane.iter().find(|item| item.span.overlaps(*hour));
            shown += usize::from(item.is_some());
            let pieces = item.map_or_else(Vec::new, |item| of_hour(model, *item, *hour, whole, wide));
            line.extend(fit(&pieces, wide, model.look.ellipsis()));
        }
        if passing > shown {
            line.push((theme::strong(), format!("+{}", passing - shown)));
        }
        drawn.push(line);
    }
    Drawn { lines: drawn, cursor }
}

/// Rows of the windows above the hours.
#[must_use]
pub fn head(model: &Model) -> usize {
    model.changes.bands(day(model.moment.day_of(model.changes.at), &model.moment)).len().min(BANDS)
}

/// How far the clock is from UTC: `+02:00`.
fn offset(model: &Model, at: Timestamp) -> String {
    let wall = model.moment.wall(at).and_utc().timestamp_millis();
    let minutes = (wall - at.0) / 60_000;
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}

/// What lies beside each other without touching: each change in the first lane where it has room. Where there is none, the one
/// under the cursor takes the last.
fn lanes<'a>(items: &[Item<'a>], hours: &[Span], most: usize, cursor: Option<TicketId>) -> Vec<Vec<Item<'a>>> {
    let rows = |span: Span| hours.iter().enumerate().filter(move |(_, hour)| span.overlaps(**hour)).map(|(row, _)| row);
    let touch = |a: &Item, b: &Item| rows(a.span).any(|row| rows(b.span).any(|other| other == row));
    let mut lanes: Vec<Vec<Item>> = Vec::new();
    for item in items {
        let free = lanes.iter().position(|lane| !lane.iter().any(|other| touch(item, other)));
        match free.unwrap_or(lanes.len()) {
            lane if lane < lanes.len() => lanes.get_mut(lane).into_iter().for_each(|lane| lane.push(*item)),
            lane if lane < most => lanes.push(vec![*item]),
            _ if Some(item.ticket.id) == cursor => {
                if let Some(last) = lanes.last_mut() {
                    last.retain(|other| !touch(item, other));
                    last.push(*item);
                }
            }
            _ => {}
        }
    }
    lanes
}

fn of_hour(model: &Model, item: Item, hour: Span, day: Span, width: usize) -> Vec<Piece> {
    let begins = hour.from <= item.span.from || hour.from == day.from;
    if !begins {
        let last = item.span.until <= hour.until;
        let until = if last { format!("until {}", cell::clock(item.span.until, &model.moment)) } else { String::new() };
        let line = vec![(theme::quiet(), format!("{} {until}", model.look.set().on))];
        return cell::over(model, item.ticket, line);
    }
    let mut line = cell::name(model, item.ticket);
    if width >= LANE {
        line.push((theme::plain(), format!(" {}", text::clean_line(&item.ticket.title))));
    }
    let mut line = fit(&cell::over(model, item.ticket, line), width.saturating_sub(1), model.look.ellipsis());
    line.push((theme::plain(), String::from(" ")));
    line
}
