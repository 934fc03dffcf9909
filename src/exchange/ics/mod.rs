//! Calendars as files: iCalendar (RFC 5545) in, as windows, and out, as changes and releases.

mod line;
mod plan;
mod read;
mod write;
mod zone;

pub use plan::event;
pub use read::{Calendar, Reading, Unread, read};
pub use write::{Event, Status, write};
