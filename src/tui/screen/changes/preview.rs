//! The change under the cursor in words: when and who, the windows that it lies in, and what it is in conflict with.

use crate::desk::change::window::Span;
use crate::desk::id::Kind;
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::model::Model;
use crate::tui::screen::changes::cell;
use crate::tui::theme::{self, Style};
use crate::tui::widget::grid::Piece;

/// Everything, for a pane of so many columns.
#[must_use]
pub fn lines(model: &Model, width: usize) -> Vec<Vec<Piece>> {
    let changes = &model.changes;
    let mut lines = Vec::new();
    let mut say = |label: &str, style: Style, said: &str| {
        let room = width.saturating_sub(label.len()).max(1);
        for (n, row) in text::wrap(&text::clean_line(said), room).into_iter().enumerate() {
            let label = if n == 0 { label.to_owned() } else { " ".repeat(label.len()) };
            lines.push(vec![(theme::quiet(), label), (style, row)]);
        }
    };
    let Some(ticket) = changes.current() else {
        let slot = changes.marked(&model.moment);
        say("", theme::strong(), &cell::when(slot, &model.moment));
        if !changes.loading {
            say(
                "",
                theme::quiet(),
                &format!("Nothing is planned here. {} plans a change.", model.key(ActionId::PlanNew)),
            );
        }
        for (style, told) in windows(model, slot, None) {
            say("", style, &told);
        }
        return lines;
    };
    say("", theme::strong(), &format!("{} {}", ticket.number, ticket.title));
    let kind = ticket.change_type.as_deref().unwrap_or(ticket.kind().one());
    say("", theme::phase(model.look, ticket.phase), &format!("{}, {kind}", ticket.state));
    let (style, letter) = cell::risk(model, ticket);
    let risk = ticket.risk.as_ref().map_or_else(|| String::from("not judged yet"), |risk| risk.clone());
    say("Risk     ", style, &format!("{letter} {risk}"));
    if let Some(span) = changes.span_of(ticket) {
        say("When     ", theme::plain(), &format!("{} ({})", cell::when(span, &model.moment), cell::length(span)));
        if let Some(desk) = desk(model) {
            say("         ", theme::quiet(), &format!("{} at the desk", cell::when(span, &desk)));
        }
    }
    if let Some(was) = changes.grab.as_ref().map(|grab| grab.was) {
        say("Was      ", theme::quiet(), &cell::when(was, &model.moment));
    }
    if let Some(held) = &changes.held {
        let who = ticket.assignee.map_or("nobody", |id| held.names.person(id));
        say(
            "Who      ",
            theme::plain(),
            &ticket.team.map_or_else(|| who.to_owned(), |id| format!("{who}, {}", held.names.team(id))),
        );
        if let Some(id) = ticket.service {
            say("Service  ", theme::plain(), held.names.service(id));
        }
    }
    if let Some(ci) = &ticket.ci {
        say("CI       ", theme::plain(), ci);
    }
    if let Some(release) = changes.release_of(ticket.id) {
        say("Part of  ", theme::plain(), &release.to_string());
    }
    let bundle: Vec<String> = changes.bundle_of(ticket.id).map(|one| one.number.to_string()).collect();
    if ticket.kind() == Kind::Release && !bundle.is_empty() {
        say("Bundles  ", theme::plain(), &bundle.join(", "));
    }
    for (style, told) in changes.span_of(ticket).map(|span| windows(model, span, Some(ticket))).unwrap_or_default() {
        say("Then     ", style, &told);
    }
    for conflict in changes.conflicts_of(ticket.number) {
        match conflict.is_open() {
            true => say("!        ", theme::warning(model.look), &conflict.text),
            false => say("         ", theme::quiet(), &format!("overridden: {}", conflict.text)),
        }
    }
    if voids(model) {
        say("!        ", theme::warning(model.look), VOIDS);
    }
    if asks(model) {
        say("!        ", theme::quiet(), &format!("looking for conflicts{}", model.look.ellipsis()));
    }
    lines
}

/// The same in a line for what it is, one for each conflict and window, then what else lies on the day or in the hour.
#[must_use]
pub fn brief(model: &Model) -> Vec<Vec<Piece>> {
    let changes = &model.changes;
    let Some(ticket) = changes.current() else {
        let slot = changes.marked(&model.moment);
        let mut line = vec![(theme::quiet(), cell::when(slot, &model.moment))];
        line.extend(windows(model, slot, None).into_iter().map(|(style, told)| (style, format!("  {told}"))));
        return vec![line];
    };
    let mut lines = vec![headline(model, ticket)];
    lines.extend(changes.conflicts_of(ticket.number).map(|conflict| {
        let told = text::clean_line(&conflict.text);
        vec![match conflict.is_open() {
            true => (theme::warning(model.look), format!("! {told}")),
            false => (theme::quiet(), format!("overridden: {told}")),
        }]
    }));
    if voids(model) {
        lines.push(vec![(theme::warning(model.look), format!("! {VOIDS}"))]);
    }
    if asks(model) {
        lines.push(vec![(theme::quiet(), format!("looking for conflicts{}", model.look.ellipsis()))]);
    }
    for told in changes.span_of(ticket).map(|span| windows(model, span, Some(ticket))).unwrap_or_default() {
        lines.push(vec![told]);
    }
    // What else lies there, where a cell has no room for all.
    let slot = changes.slot(&model.moment);
    for item in changes.items(slot).into_iter().filter(|item| item.ticket.id != ticket.id) {
        let mut line = vec![(theme::quiet(), format!("{}  ", cell::when(item.span, &model.moment)))];
        line.extend(cell::name(model, item.ticket));
        line.push((theme::plain(), format!("  {}", text::clean_line(&item.ticket.title))));
        lines.push(line);
    }
    lines
}

fn headline(model: &Model, ticket: &Ticket) -> Vec<Piece> {
    let changes = &model.changes;
    let mut line = vec![cell::risk(model, ticket), (theme::strong(), format!(" {} ", ticket.number))];
    if let Some(span) = changes.span_of(ticket) {
        line.push((theme::plain(), format!("{} ({}) ", cell::when(span, &model.moment), cell::length(span))));
    }
    match changes.grab.as_ref().filter(|grab| grab.on.id == ticket.id) {
        Some(grab) => line.push((theme::quiet(), format!("was {} ", cell::when(grab.was, &model.moment)))),
        None => {
            let who = changes.held.as_ref().zip(ticket.assignee).map_or("nobody", |(held, id)| held.names.person(id));
            line.push((theme::quiet(), format!("{}, {} ", text::clean_line(&ticket.state), text::clean_line(who))));
        }
    }
    line.push((theme::plain(), text::clean_line(&ticket.title).into_owned()));
    line
}

/// What a move costs that nobody thinks of.
const VOIDS: &str = "then it must be approved anew";

/// Whether the approval of the change that is being moved would no longer count.
fn voids(model: &Model) -> bool {
    model.changes.grab.as_ref().and_then(|grab| grab.met.as_ref()).is_some_and(|met| met.voids)
}

/// Whether conflicts are asked for where a change is being moved.
fn asks(model: &Model) -> bool {
    model.changes.grab.as_ref().is_some_and(|grab| grab.met.is_none())
}

/// The windows of a time; with a change only those that may be about it.
fn windows(model: &Model, span: Span, of: Option<&Ticket>) -> Vec<Piece> {
    let bands = model.changes.bands(span).into_iter().filter(|band| of.is_none_or(|ticket| band.may_concern(ticket)));
    bands
        .map(|band| {
            let name = text::clean_line(&band.name);
            let told =
                format!("{} {name} ({}, {})", cell::sign(band.kind), band.kind.word(), text::clean_line(&band.scope));
            (cell::style(model, band.kind), told)
        })
        .collect()
}

/// The desk's clock, where it is another than the reader's.
#[must_use]
pub fn desk(model: &Model) -> Option<Moment> {
    let zone = model.rules.as_ref()?.settings.zone?;
    (zone != model.moment.zone).then_some(Moment { zone, ..model.moment })
}
