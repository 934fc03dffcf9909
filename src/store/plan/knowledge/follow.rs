//! A runbook followed for a ticket: its steps become tasks of the checklist, each of which knows where it came from.

use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{CitationRole, Phase, placed, step_called};
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::image::{int, text};
use crate::store::plan::draft::Draft;
use crate::store::plan::knowledge::citation;
use crate::text::markdown::read;

/// No checklist takes more steps of one article.
const MOST: usize = 500;

/// Puts the steps that the ticket does not have yet at the end of its checklist. It counts as use.
pub(super) fn follow(draft: &mut Draft, on: ArticleId, ticket: TicketId) -> Result<String, Refusal> {
    let article = draft.article(on)?;
    let (number, called) = (draft.ticket(ticket)?.number, article.called());
    if article.phase == Phase::Gone {
        return Err(Refusal::rule(format!("{called} is {}: it no longer holds", article.state)));
    }
    let document = read(&article.body);
    let steps = document.steps();
    if steps.len() > MOST {
        return Err(Refusal::rule(format!("{called} has {} steps; a checklist takes {MOST} of one", steps.len())));
    }
    let is_new = citation::add(draft, on, CitationRole::Used, ticket)?;
    let rows = draft.rows(Table::Task, "ticket", ticket.0)?;
    let mut own: Vec<_> = rows.values().filter(|row| int(row, "article") == on.0).collect();
    own.sort_by_key(|row| int(row, "position"));
    let own: Vec<(&str, &str)> = own.iter().map(|row| (text(row, "heading"), text(row, "text"))).collect();
    let names: Vec<String> = steps.iter().map(|step| step_called(step, &document)).collect();
    let wanted: Vec<(&str, &str)> =
        steps.iter().zip(&names).map(|(step, name)| (step.under.as_str(), name.as_str())).collect();
    let mut position = rows.values().map(|row| int(row, "position")).max().unwrap_or(0);
    let mut come = 0;
    for ((step, (heading, text)), place) in steps.iter().zip(&wanted).zip(placed(&wanted, &own)) {
        if place.is_some() {
            continue;
        }
        position = position.checked_add(1).ok_or_else(|| Refusal::rule(format!("{number} takes no more tasks")))?;
        let row = row! {
            "ticket": ticket.0, "position": position, "done": 0, "text": *text, "article": on.0,
            "edition": article.edition, "step": step.number.as_str(), "heading": *heading,
        };
        draft.insert(Table::Task, row)?;
        draft.touch(ticket)?;
        come += 1;
    }
    let steps = |count: usize| format!("{count} step{}", if count == 1 { "" } else { "s" });
    Ok(match (come, own.is_empty()) {
        (0, _) if wanted.is_empty() => format!("{number} uses {called}, which has no steps to tick"),
        (0, _) if is_new => format!("{number} follows {called}"),
        (0, _) => format!("{number} follows {called} already"),
        (come, true) => format!("{number} follows {called}: {}", steps(come)),
        (come, false) => format!("{number} follows {called}: {} more", steps(come)),
    })
}
