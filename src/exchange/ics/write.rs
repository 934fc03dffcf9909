//! Changes and releases as a calendar that other programs subscribe to.

use chrono::{DateTime, Utc};

use crate::desk::time::Timestamp;
use crate::exchange::ics::line::{escape, fold};

/// How far a plan has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may still change.
    Tentative,
    /// It will be done so.
    Confirmed,
    /// It was called off: calendars that have it take it out.
    Cancelled,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What never changes: calendars know the event again by it.
    pub uid: String,
    /// Grows with every change of the event.
    pub sequence: i64,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// One line.
    pub title: String,
    /// More lines.
    pub text: String,
    /// Where it happens: a service, CIs.
    pub place: Option<String>,
    /// Words by which calendars sort and colour.
    pub categories: Vec<String>,
    /// How far it has come.
    pub status: Status,
    /// When it was opened.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// A calendar of events, as RFC 5545 wants it.
#[must_use]
pub fn write(name: &str, events: &[Event]) -> String {
    let mut text = String::new();
    let mut put = |line: &str| text.push_str(&fold(line));
    put("BEGIN:VCALENDAR");
    put("VERSION:2.0");
    put(concat!("PRODID:-//Deskhand//Deskhand ", env!("CARGO_PKG_VERSION"), "//EN"));
    put("CALSCALE:GREGORIAN");
    put("METHOD:PUBLISH");
    put(&format!("X-WR-CALNAME:{}", escape(name)));
    for event in events {
        put("BEGIN:VEVENT");
        put(&format!("UID:{}", escape(&event.uid)));
        put(&format!("SEQUENCE:{}", event.sequence));
        // The same desk gives the same file: the stamp is that of the record, not of the moment.
        put(&format!("DTSTAMP:{}", utc(event.updated)));
        put(&format!("CREATED:{}", utc(event.created)));
        put(&format!("LAST-MODIFIED:{}", utc(event.updated)));
        put(&format!("DTSTART:{}", utc(event.from)));
        put(&format!("DTEND:{}", utc(event.until)));
        put(&format!("SUMMARY:{}", escape(&event.title)));
        if !event.text.is_empty() {
            put(&format!("DESCRIPTION:{}", escape(&event.text)));
        }
        if let Some(place) = &event.place {
            put(&format!("LOCATION:{}", escape(place)));
        }
        if !event.categories.is_empty() {
            let words: Vec<String> = event.categories.iter().map(|word| escape(word)).collect();
            put(&format!("CATEGORIES:{}", words.join(",")));
        }
        put(match event.status {
            Status::Tentative => "STATUS:TENTATIVE",
            Status::Confirmed => "STATUS:CONFIRMED",
            Status::Cancelled => "STATUS:CANCELLED",
        });
        put("END:VEVENT");
    }
    put("END:VCALENDAR");
    text
}

fn utc(at: Timestamp) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default();
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_written_line_by_line_in_utc() {
        let event = Event {
            uid: String::from("chg-7@desk"),
            sequence: 42,
            from: Timestamp(1_790_000_000_000),
            until: Timestamp(1_790_003_600_000),
            title: String::from("CHG-7 Swap disks; then test, twice"),
            text: String::from("Two lines\nof text"),
            place: Some(String::from("Payroll")),
            categories: vec![String::from("change"), String::from("normal")],
            status: Status::Cancelled,
            created: Timestamp(1_780_000_000_000),
            updated: Timestamp(1_785_000_000_000),
        };
        let text = write("ops", &[event]);
        assert!(text.contains("\r\nUID:chg-7@desk\r\nSEQUENCE:42\r\nDTSTAMP:20260725T172000Z\r\n"), "{text}");
        assert!(text.contains("\r\nDTSTART:20260921T141320Z\r\nDTEND:20260921T151320Z\r\n"), "{text}");
        assert!(text.contains("\r\nSUMMARY:CHG-7 Swap disks\\; then test\\, twice\r\n"), "{text}");
        assert!(text.contains("\r\nDESCRIPTION:Two lines\\nof text\r\n"), "{text}");
        assert!(text.contains("\r\nCATEGORIES:change,normal\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n"), "{text}");
        assert_eq!(write("ops", &[]).lines().last(), Some("END:VCALENDAR"));
    }
}
