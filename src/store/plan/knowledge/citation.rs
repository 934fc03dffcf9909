//! What tickets are to articles: made from them, known errors of them, helped by them.

use crate::desk::command::{OpenTicket, Target};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{CitationRole, resolution_code, resolution_text};
use crate::desk::refusal::Refusal;
use crate::desk::rules::choose;
use crate::desk::workflow::Phase;
use crate::store::batch::{Table, Write, column, row};
use crate::store::plan::draft::Draft;
use crate::store::plan::knowledge::named;
use crate::store::plan::tickets;

/// Links an article and a ticket; tells whether they were not yet.
pub(super) fn add(draft: &mut Draft, on: ArticleId, role: CitationRole, ticket: TicketId) -> Result<bool, Refusal> {
    let number = draft.ticket(ticket)?.number;
    if role == CitationRole::KnownError && number.kind != crate::desk::id::Kind::Problem {
        return Err(Refusal::rule(format!("{number} is no problem; a known error belongs to one")));
    }
    let sql = "SELECT 1 FROM citation WHERE ticket = ?1 AND article = ?2 AND role = ?3";
    let known = draft.reader.one(sql, (ticket.0, on.0, role.word()), |_| Ok(()))?.is_some();
    if known || planned(draft, on).any(|other| other == (ticket, role)) {
        return Ok(false);
    }
    let (now, me) = (draft.moment.now.0, draft.me().0);
    draft.insert(
        Table::Citation,
        row! { "ticket": ticket.0, "article": on.0, "role": role.word(), "at": now, "person": me },
    )?;
    draft.touch(ticket)?;
    draft.touch_article(on)?;
    Ok(true)
}

/// The links that this plan makes to an article.
pub(super) fn planned(draft: &Draft, on: ArticleId) -> impl Iterator<Item = (TicketId, CitationRole)> {
    draft.batch.writes.iter().filter_map(move |write| {
        let Write::Insert { table: Table::Citation, row, .. } = write else { return None };
        let role = row.iter().find(|(name, _)| name == "role").and_then(|(_, value)| value.text());
        let ticket = TicketId(column(row, "ticket").filter(|_| column(row, "article") == Some(on.0))?);
        Some((ticket, CitationRole::named(role?)?))
    })
}

/// Links an article and tickets.
pub(super) fn cite(draft: &mut Draft, on: ArticleId, role: CitationRole, to: &[TicketId]) -> Result<String, Refusal> {
    for ticket in to {
        add(draft, on, role, *ticket)?;
    }
    Ok(format!("{} {} {}", named(draft, &[on])?, role.reads(), told(draft, to)?))
}

/// Takes links between an article and tickets away: those that say this, or whatever they say.
pub(super) fn uncite(
    draft: &mut Draft,
    on: ArticleId,
    from: &[TicketId],
    role: Option<CitationRole>,
) -> Result<String, Refusal> {
    for ticket in from {
        let sql = "SELECT id FROM citation WHERE ticket = ?1 AND article = ?2 AND role = ifnull(?3, role)";
        for id in draft.reader.all(sql, (ticket.0, on.0, role.map(CitationRole::word)), |row| row.get::<_, i64>(0))? {
            draft.delete(Table::Citation, id);
            draft.touch(*ticket)?;
            draft.touch_article(on)?;
        }
    }
    Ok(format!("unlinked {} and {}", named(draft, &[on])?, told(draft, from)?))
}

/// An article helped to work tickets; resolves them with it, if that is wanted: to that state, or the first in which they are
/// done.
pub(super) fn used(
    draft: &mut Draft,
    on: ArticleId,
    by: &[Target],
    resolve: Option<&Edit>,
    to: Option<&str>,
) -> Result<String, Refusal> {
    let article = draft.article(on)?;
    for ticket in by {
        add(draft, on, CitationRole::Used, ticket.id)?;
    }
    let told = told(draft, &by.iter().map(|ticket| ticket.id).collect::<Vec<_>>())?;
    let Some(given) = resolve else { return Ok(format!("{} helped with {told}", article.called())) };
    let mut set = given.clone();
    let code = resolution_code(&article.kind);
    if let Ok(code) = choose(draft.rules(), Field::ResolutionCode, "resolution_code", code) {
        set.entry(Field::ResolutionCode).or_insert(code);
    }
    let text = resolution_text(&article.called(), draft.reader.remedy_of(&article)?.as_deref());
    set.entry(Field::Resolution).or_insert(Value::from(text));
    for target in by {
        let state = match to {
            Some(state) => state.to_owned(),
            None => done_from(draft, target.id)?,
        };
        tickets::advance(draft, std::slice::from_ref(target), &state, &set, false)?;
    }
    Ok(format!("resolved {told} with {}", article.called()))
}

/// The first state to which a ticket can go in which it is done.
fn done_from(draft: &mut Draft, id: TicketId) -> Result<String, Refusal> {
    let ticket = draft.ticket(id)?;
    let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
    let done = workflow.leaving(&ticket).find(|transition| workflow.phase(&transition.to) == Phase::Done);
    done.map(|transition| transition.to.clone())
        .ok_or_else(|| Refusal::rule(format!("{} can't be resolved from {}", ticket.number, ticket.state)))
}

/// Opens a ticket and resolves it with an article.
pub(super) fn solve(draft: &mut Draft, on: ArticleId, open: &OpenTicket, resolve: &Edit) -> Result<String, Refusal> {
    let id = tickets::opened(draft, open)?;
    used(draft, on, &[id.into()], Some(resolve), None)?;
    let ticket = draft.ticket(id)?;
    Ok(format!("opened {}: {}, resolved with {}", ticket.number, ticket.title, draft.article(on)?.called()))
}

fn told(draft: &mut Draft, tickets: &[TicketId]) -> Result<String, Refusal> {
    match tickets {
        [] => Err(Refusal::rule("no ticket was named")),
        [one] => Ok(draft.ticket(*one)?.number.to_string()),
        many => Ok(format!("{} tickets", many.len())),
    }
}

/// A merged ticket's articles go over to the one that goes on.
pub(in crate::store::plan) fn take_over_citations(
    draft: &mut Draft,
    from: TicketId,
    into: TicketId,
) -> Result<(), Refusal> {
    let rows = draft.reader.all("SELECT id, article, role FROM citation WHERE ticket = ?1", [from.0], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    })?;
    for (id, article, role) in rows {
        let sql = "SELECT 1 FROM citation WHERE ticket = ?1 AND article = ?2 AND role = ?3";
        let known = draft.reader.one(sql, (into.0, article, &role), |_| Ok(()))?.is_some();
        // Two that are merged at once may both have used it.
        if known || twice(draft, into, article, &role)? {
            draft.delete(Table::Citation, id);
        } else {
            draft.update(Table::Citation, id, row! { "ticket": into.0 });
        }
        draft.touch_article(ArticleId(article))?;
    }
    Ok(())
}

/// Whether a row that this plan moves to a ticket says the same already.
fn twice(draft: &Draft, into: TicketId, article: i64, role: &str) -> Result<bool, Refusal> {
    for write in &draft.batch.writes {
        let Write::Update { table: Table::Citation, id, row } = write else { continue };
        if column(row, "ticket") != Some(into.0) {
            continue;
        }
        let sql = "SELECT 1 FROM citation WHERE id = ?1 AND article = ?2 AND role = ?3";
        if draft.reader.one(sql, (*id, article, role), |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
