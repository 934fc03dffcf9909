//! One ticket as a query sees it.

use crate::desk::id::Number;
use crate::desk::priority::{Level, Priority};
use crate::desk::query::words::Has;
use crate::desk::time::Timestamp;
use crate::desk::workflow::Phase;

/// What a person is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonNames<'a> {
    /// The login.
    pub login: &'a str,
    /// The full name.
    pub name: &'a str,
}

/// What a team or service is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its short key.
    pub key: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Everything that a query may ask about one ticket.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its number, which tells its kind.
    pub number: Number,
    /// What its state amounts to.
    pub phase: Phase,
    /// The key of its state.
    pub state: &'a str,
    /// Its title.
    pub title: &'a str,
    /// All its other text as the index has it: description, notes, replies.
    pub body: &'a str,
    /// Its priority.
    pub priority: Priority,
    /// Its impact.
    pub impact: Level,
    /// Its urgency.
    pub urgency: Level,
    /// Whom the work is for.
    pub requester: Option<PersonNames<'a>>,
    /// Who does it.
    pub assignee: Option<PersonNames<'a>>,
    /// The group that owns it.
    pub team: Option<Named<'a>>,
    /// What the business misses.
    pub service: Option<Named<'a>>,
    /// Its category, from the top: `["Network", "VPN"]`; empty for none.
    pub category: &'a [&'a str],
    /// How it reached the desk.
    pub channel: Option<&'a str>,
    /// What it waits for.
    pub pending_reason: Option<&'a str>,
    /// How it was resolved.
    pub resolution_code: Option<&'a str>,
    /// How a change is handled.
    pub change_type: Option<&'a str>,
    /// The template that a change was opened from.
    pub template: Option<&'a str>,
    /// How risky a change is.
    pub risk: Option<&'a str>,
    /// What kind of thing caused it.
    pub cause_code: Option<&'a str>,
    /// The configuration item.
    pub ci: Option<&'a str>,
    /// Its number in another system.
    pub external: Option<&'a str>,
    /// Its tags.
    pub tags: &'a [&'a str],
    /// The tickets related to it, in either direction.
    pub links: &'a [Number],
    /// What it has, but for links, tags and a due time, which the other facts tell.
    pub has: &'a [Has],
    /// When it was opened.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// When it should be done.
    pub due: Option<Timestamp>,
    /// When the work shall begin.
    pub planned_start: Option<Timestamp>,
    /// When the work shall be done.
    pub planned_end: Option<Timestamp>,
    /// Whether it is a major incident.
    pub major: bool,
    /// Whether whoever asks is asked to approve it.
    pub to_approve: bool,
    /// Whether it is a change to come that would meet what nobody overrode.
    pub conflicting: bool,
    /// Whether another ticket took over.
    pub merged: bool,
    /// Whether it changed since whoever asks last looked.
    pub changed: bool,
    /// Whether whoever asks watches it.
    pub watched: bool,
}
