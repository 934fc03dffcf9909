//! The week: seven days beside each other, an hour a row.

use chrono::{NaiveDate, Timelike};

use crate::desk::change::window::Span;
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::changes::cell::{self, Across};
use crate::tui::screen::changes::month::widths;
use crate::tui::screen::changes::time::{day, hours, plus};
use crate::tui::screen::changes::view::Drawn;
use crate::tui::screen::changes::{Face, Item};
use crate::tui::theme;
use crate::tui::widget::grid::{Cell, Piece, fit, lines};

/// Columns of the hours.
pub const GUTTER: usize = 6;
/// Rows above the hours: the days, and the windows of each.
pub const HEAD: usize = 2;

/// The week in so many columns and rows.
#[must_use]
pub fn draw(model: &Model, width: usize, height: usize) -> Drawn {
    let changes = &model.changes;
    let here = model.moment.day_of(changes.at);
    let (first, _) = Face::Week.days(here, changes.week, None);
    let widths = widths(width.saturating_sub(GUTTER), 7);
    let days: Vec<Day> = (0..7).map(|n| Day::of(model, plus(first, n))).collect();
    let ellipsis = model.look.ellipsis();
    let mut across = Across::week();
    let heads = days.iter().zip(&widths).map(|(day, width)| {
        let band = across.day(model, &changes.bands(day.span), day.span, width.saturating_sub(1));
        Cell { head: vec![head(model, day.date)], lines: vec![band.into_iter().collect()] }
    });
    let gutter = |text: &str| fit(&[(theme::quiet(), text.to_owned())], GUTTER, ellipsis);
    let mut drawn: Vec<Vec<Piece>> = lines(vec![heads.collect()], &widths, HEAD, ellipsis)
        .into_iter()
        .map(|line| gutter("").into_iter().chain(line).collect())
        .collect();
    for hour in (0..24).skip(changes.top).take(height.saturating_sub(HEAD)) {
        let mut line = gutter(&format!("{hour:02}:00"));
        for (day, width) in days.iter().zip(&widths) {
            line.extend(slot(model, day, hour, *width));
        }
        drawn.push(line);
    }
    let column = usize::try_from((here - first).num_days()).unwrap_or(0);
    let row = HEAD + changes.hour(&model.moment).saturating_sub(changes.top);
    Drawn { lines: drawn, cursor: Some((row, GUTTER + widths.iter().take(column).sum::<usize>())) }
}

/// A day of the week with what lies in it.
struct Day<'a> {
    date: NaiveDate,
    span: Span,
    /// The hours that pass on it, each with the hour that the clock shows.
    hours: Vec<(u32, Span)>,
    items: Vec<Item<'a>>,
}

impl<'a> Day<'a> {
    fn of(model: &'a Model, date: NaiveDate) -> Day<'a> {
        let span = day(date, &model.moment);
        let hours = hours(date, &model.moment).into_iter().map(|hour| (model.moment.wall(hour.from).hour(), hour));
        Day { date, span, hours: hours.collect(), items: model.changes.items(span) }
    }

    /// The stretch for which the clock shows this hour: two hours, or none, where the clocks change.
    fn at(&self, hour: u32) -> Option<Span> {
        let mut passing = self.hours.iter().filter(|(shown, _)| *shown == hour).map(|(_, span)| *span);
        let first = passing.next()?;
        Some(Span { from: first.from, until: passing.next_back().map_or(first.until, |last| last.until) })
    }
}

/// `>Mon 23*`: `>` is the cursor, `*` today.
pub fn head(model: &Model, date: NaiveDate) -> Piece {
    let here = model.moment.day_of(model.changes.at) == date;
    let today = date == model.moment.today();
    let style = match (here, today) {
        (true, _) => theme::selected(),
        (_, true) => theme::accent(model.look),
        _ => theme::strong(),
    };
    let (before, behind) = (if here { '>' } else { ' ' }, if today { '*' } else { ' ' });
    (style, format!("{before}{}{behind}", date.format("%a %-d")))
}

/// An hour of a day: the window that it is in, what begins or goes on, how many more.
fn slot(model: &Model, day: &Day, hour: u32, width: usize) -> Vec<Piece> {
    let changes = &model.changes;
    let Some(span) = day.at(hour) else {
        return fit(&[(theme::quiet(), String::from("  --"))], width, model.look.ellipsis());
    };
    let items: Vec<Item> = day.items.iter().copied().filter(|item| item.span.overlaps(span)).collect();
    let here = span.from <= changes.at && changes.at < span.until;
    let marked = changes.range.is_some() && changes.marked(&model.moment).overlaps(span);
    let band =
        changes.bands(span).first().map(|band| (cell::style(model, band.kind), cell::sign(band.kind).to_owned()));
    let mut line = vec![band.unwrap_or((theme::plain(), String::from(" ")))];
    let room = width.saturating_sub(1);
    let under = items.iter().find(|item| here && Some(item.ticket.id) == changes.item);
    let begins = items.iter().find(|item| span.from <= item.span.from);
    let pieces = match under.or(begins).or(items.first()) {
        None if here => vec![(theme::selected(), String::from("> "))],
        None if marked => vec![(theme::strong(), String::from("+"))],
        None => Vec::new(),
        Some(item) if item.span.from < span.from && span.from > day.span.from && !here => {
            let mut line = vec![(theme::quiet(), format!("{} ", model.look.set().on))];
            line.push(cell::risk(model, item.ticket));
            cell::over(model, item.ticket, line)
        }
        Some(item) => {
            let more = items.len() - 1;
            let told = if more > 0 { format!("+{more}") } else { String::new() };
            let mut line = cell::over(model, item.ticket, cell::name(model, item.ticket));
            if room >= 22 {
                line.push((theme::plain(), format!(" {}", text::clean_line(&item.ticket.title))));
            }
            let left = room.saturating_sub(told.len());
            // The number counts for more than the sign of a release.
            let wide: usize = line.iter().map(|(_, piece)| text::width(piece)).sum();
            if let Some((_, sign)) = line.get_mut(2).filter(|_| wide > left) {
                sign.clear();
            }
            let mut line = fit(&line, left, model.look.ellipsis());
            line.push((theme::strong(), told));
            line
        }
    };
    line.extend(fit(&pieces, room, model.look.ellipsis()));
    line
}
