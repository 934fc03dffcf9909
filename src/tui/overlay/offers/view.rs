//! Draws what may help: over a form or a list, and in few words beside or under the title that is typed.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::text;
use crate::tui::action::ActionId;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::offer::{Offer, Why};
use crate::tui::overlay::form::{Form, Purpose};
use crate::tui::overlay::offers::Offers;
use crate::tui::overlay::view::{boxed, open_box};
use crate::tui::theme;
use crate::tui::widget::grid::Piece;

/// Draws the lines, and below them what the one under the cursor says.
pub(in crate::tui::overlay) fn draw(model: &Model, offers: &Offers, frame: &mut Frame) {
    let title = match offers.chosen().filter(|_| offers.whole) {
        Some(offer) => offer.called(),
        None => offers.title.clone(),
    };
    let area = open_box(model, &title, layout::PAGE, u16::MAX, frame);
    let parts = layout::offers_parts(model, offers);
    let width = usize::from(area.width);
    let ellipsis = model.look.ellipsis();
    let mut lines = Vec::new();
    let top = (offers.cursor + 1).saturating_sub(parts.list);
    for (at, offer) in offers.offers.iter().enumerate().skip(top).take(parts.list) {
        let here = at == offers.cursor;
        let row = format!("{} {}", if here { '>' } else { ' ' }, told(offer));
        let row = text::pad(&text::truncate(&row, width, ellipsis), width);
        lines.push(Line::styled(row, if here { theme::selected() } else { theme::plain() }));
    }
    if parts.list > 0 {
        lines.push(Line::styled(model.look.set().across.repeat(width), theme::quiet()));
    }
    match offers.reading() {
        Some(read) => {
            let rows = read.rows(model, width, offers.top, parts.text).into_iter();
            let line =
                |row: Vec<Piece>| Line::from_iter(row.into_iter().map(|(style, text)| Span::styled(text, style)));
            lines.extend(rows.map(line));
        }
        None if offers.offers.is_empty() && !offers.awaited => {
            lines.push(Line::styled("The desk knows nothing that may help.", theme::quiet()));
        }
        None => lines.push(Line::styled(ellipsis.to_owned(), theme::quiet())),
    }
    frame.render_widget(Paragraph::new(lines), area);
    if model.look.plain {
        let row = u16::try_from(offers.cursor.saturating_sub(top)).unwrap_or(0);
        frame.set_cursor_position(Position::new(area.x, (area.y + row).min(area.bottom().saturating_sub(1))));
    }
}

/// An offer in a line.
fn told(offer: &Offer) -> String {
    let state = if offer.why == Why::Open { format!(" ({})", offer.state) } else { String::new() };
    let title = text::clean_line(&offer.title);
    format!("{} {}{state} {title}", text::pad(offer.why.word(), 11), offer.thing.number())
}

/// Whether an offer is of a kind.
type IsOf = fn(Why) -> bool;

/// So many of each kind stand under a title.
const FEW: [(IsOf, usize); 3] =
    [(|why| !matches!(why, Why::Solved | Why::Open), 3), (|why| why == Why::Solved, 2), (|why| why == Why::Open, 2)];

/// The best of each kind, for where there is little room.
pub(in crate::tui::overlay) fn few(offers: &[Offer]) -> Vec<&Offer> {
    let of = |(fits, most): (IsOf, usize)| offers.iter().filter(move |offer| fits(offer.why)).take(most);
    FEW.into_iter().flat_map(of).collect()
}

/// The lines under a title that is typed.
pub(in crate::tui::overlay) fn under(model: &Model, form: &Form, indent: usize, room: usize) -> Vec<Line<'static>> {
    let line = |offer: &&Offer| {
        let linked = form.links.iter().any(|link| link.to_string() == offer.thing.number());
        let word = if linked { "linked" } else { offer.why.word() };
        let state = if offer.why == Why::Open { format!(" ({})", offer.state) } else { String::new() };
        let said = format!("{word} {}{state} {}", offer.thing.number(), text::clean_line(&offer.title));
        let said = text::truncate(&said, room, model.look.ellipsis()).into_owned();
        let style = if offer.why == Why::Open { theme::warning(model.look) } else { theme::plain() };
        Line::from(vec![Span::raw(" ".repeat(indent)), Span::styled(said, style)])
    };
    few(&form.offers).iter().map(line).collect()
}

/// So many rows of a title, and of what an offer says, stand beside a form.
const TITLE: usize = 2;
const GIST: usize = 2;

/// The box beside a form, which takes these rows.
pub(in crate::tui::overlay) fn beside(model: &Model, form: &Form, rows: Rect, frame: &mut Frame) {
    let Some(area) = layout::beside_form(model, rows) else { return };
    // Only who describes something new is told that help comes as they type.
    if form.offers.is_empty() && !matches!(form.purpose, Purpose::Open(..)) {
        return;
    }
    let area = boxed(model, "May help", area, frame);
    let width = usize::from(area.width).max(1);
    let height = usize::from(area.height);
    let mut lines: Vec<Line> = Vec::new();
    let mut shown = 0;
    for offer in few(&form.offers) {
        let mut block = Vec::new();
        let number = format!("{} {} ", offer.why.word(), offer.thing.number());
        let linked = form.links.iter().any(|link| link.to_string() == offer.thing.number());
        let head = format!("{number}{}{}", text::clean_line(&offer.title), if linked { " (linked)" } else { "" });
        let style = if offer.why == Why::Open { theme::warning(model.look) } else { theme::strong() };
        block.extend(text::wrap(&head, width).into_iter().take(TITLE).map(|row| Line::styled(row, style)));
        let gist = if offer.gist.is_empty() { offer.state.clone() } else { offer.gist.clone() };
        let gist = text::wrap(&text::clean_line(&gist), width.saturating_sub(2).max(1));
        block.extend(gist.into_iter().take(GIST).map(|row| Line::styled(format!("  {row}"), theme::quiet())));
        // The last row tells the key.
        if lines.len() + block.len() + 1 > height.saturating_sub(1) {
            break;
        }
        lines.extend(block);
        lines.push(Line::raw(""));
        shown += 1;
    }
    let key = model.key(ActionId::FormOffers);
    let says = match form.offers.len() {
        0 => String::from("Articles and tickets that may help stand here as you type."),
        all if all > shown => format!("{key} reads one; {} more", all - shown),
        _ => format!("{key} reads, links, inserts"),
    };
    if shown == 0 {
        lines.extend(text::wrap(&says, width).into_iter().map(|row| Line::styled(row, theme::quiet())));
    } else {
        let foot = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
        let says = text::truncate(&says, width, model.look.ellipsis()).into_owned();
        frame.render_widget(Paragraph::new(Line::styled(says, theme::quiet())), foot);
    }
    let above = Rect { height: area.height.saturating_sub(u16::from(shown > 0)), ..area };
    frame.render_widget(Paragraph::new(lines), above);
}
