//! What the Changes tab asks the desk, and what it is told: what lies in a stretch of time, and what of it is in conflict.
//!
//! Conflicts are asked for apart: the calendar does not wait for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::change::approval::StepState;
use crate::desk::change::conflict::Conflict;
use crate::desk::change::window::{Scope, Span, Window, WindowKind};
use crate::desk::field::Field;
use crate::desk::id::{Number, TicketId};
use crate::desk::query::Query;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::{Asker, Names, Reader};

/// A question about the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inquiry {
    /// What lies in a stretch of time.
    Span {
        /// The stretch.
        within: Span,
        /// Of changes and releases only those that this finds.
        query: Query,
    },
    /// What is in conflict in a stretch of time.
    Conflicts(Span),
    /// What a change would be in conflict with at another time.
    Moved {
        /// The change.
        id: TicketId,
        /// The time.
        to: Span,
    },
}

/// What the desk says.
#[derive(Debug)]
pub enum Told {
    /// What lies in a stretch of time.
    Span(Box<Stretch>),
    /// What is in conflict there.
    Conflicts(Span, Vec<Conflict>),
    /// What a change would meet at that time.
    Moved(TicketId, Span, Meets),
}

/// What a change would meet at another time.
#[derive(Clone, Debug, Default)]
pub struct Meets {
    /// What it would be in conflict with.
    pub conflicts: Vec<Conflict>,
    /// Whether its approval would no longer count.
    pub voids: bool,
}

/// What lies in a stretch of time.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The stretch.
    pub within: Span,
    /// Changes and releases, those that begin first first.
    pub tickets: Vec<Ticket>,
    /// The names behind their references.
    pub names: Names,
    /// The release of each change that one bundles.
    pub bundled: BTreeMap<TicketId, (TicketId, Number)>,
    /// Windows, by name.
    pub bands: Vec<Band>,
}

/// A window with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: WindowKind,
    /// What it is about.
    pub about: Scope,
    /// The same, as it is typed.
    pub scope: String,
    /// When it is.
    pub spans: Vec<Span>,
}

impl Band {
    /// Whether it may be about a change: another service's or team's window is not told of it. One that is about it by what
    /// the change touches is told where the two are in conflict.
    #[must_use]
    pub fn may_concern(&self, ticket: &Ticket) -> bool {
        match &self.about {
            Scope::Service(id) => ticket.service == Some(*id),
            Scope::Team(id) => ticket.team == Some(*id),
            Scope::Everything | Scope::Class(_) | Scope::Tickets(_) | Scope::Cis(_) => true,
        }
    }
}

/// Asks the desk.
pub(crate) fn inquire(reader: &Reader, asker: &Asker, what: &Inquiry) -> Result<Told, Refusal> {
    Ok(match what {
        Inquiry::Span { within, query } => Told::Span(Box::new(stretch(reader, asker, *within, query)?)),
        Inquiry::Conflicts(within) => Told::Conflicts(*within, reader.conflicts_within(*within, asker)?),
        Inquiry::Moved { id, to } => {
            let mut ticket = reader.ticket(*id)?;
            let voids = is_approved(reader, *id)? && reader.rules().change.approval.is_voided_by(&ticket, *to);
            (ticket.planned_start, ticket.planned_end) = (Some(to.from), Some(to.until));
            Told::Moved(*id, *to, Meets { conflicts: reader.conflicts_of(&ticket, asker)?, voids })
        }
    })
}

fn is_approved(reader: &Reader, id: TicketId) -> Result<bool, Refusal> {
    Ok(reader.approval(id)?.iter().any(|step| step.state == StepState::Approved))
}

fn stretch(reader: &Reader, asker: &Asker, within: Span, query: &Query) -> Result<Stretch, Refusal> {
    let tickets = reader.tickets_within(within, query, asker)?;
    let shown = [Field::Assignee, Field::Requester, Field::Team, Field::Service];
    let references: Vec<_> =
        tickets.iter().flat_map(|ticket| shown.map(|field| (field, ticket.value(field)))).collect();
    let names = reader.names(references.iter().map(|(field, value)| (*field, value)))?;
    let ids: BTreeSet<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
    let bundled = reader.bundled()?.into_iter().filter(|(change, ..)| ids.contains(change));
    let bundled = bundled.map(|(change, release, number)| (change, (release, number))).collect();
    let bands = reader.windows_within(within)?.into_iter().map(|(kept, spans)| {
        let scope = reader.scope_shown(&kept.window.scope)?;
        let Window { name, kind, scope: about, .. } = kept.window;
        Ok(Band { name, kind, about, scope, spans })
    });
    Ok(Stretch { within, tickets, names, bundled, bands: bands.collect::<Result<_, Refusal>>()? })
}
