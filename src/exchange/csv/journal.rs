//! Notes as their sources pack them into one cell, taken apart into entries.

use super::dates::{DateOrder, Written};
use super::incoming::IncomingEntry;
use super::map::EntryFormat;
use crate::desk::time::{Moment, Timestamp};

/// How to read times in notes, and what to give notes that name none.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    /// Days or months first.
    pub order: DateOrder,
    /// The zone of times that name none.
    pub zone: &'a Moment,
    /// When an entry without a time was written: when the ticket last changed.
    pub otherwise: Timestamp,
}

impl Clock<'_> {
    fn read(&self, text: &str) -> Option<Timestamp> {
        // A bare number could be an epoch; at the head of a note it is just a number.
        text.contains([':', '/', '-', '.']).then(|| Written::parse(text)?.instant(self.order, self.zone)).flatten()
    }
}

/// The entries in a cell, in the order in which they stand.
#[must_use]
pub fn entries(text: &str, format: EntryFormat, public: bool, clock: Clock<'_>) -> Vec<IncomingEntry> {
    match format {
        EntryFormat::Plain => vec![plain(text, public, clock)],
        EntryFormat::Semicolons => vec![semicolons(text, public, clock)],
        EntryFormat::Journal => journal(text, public, clock),
    }
}

fn plain(text: &str, public: bool, clock: Clock<'_>) -> IncomingEntry {
    IncomingEntry { at: clock.otherwise, author: None, public, text: text.trim().to_owned() }
}

/// Jira: `29/Feb/16 1:16 AM;anna;text; which may have semicolons`.
fn semicolons(text: &str, public: bool, clock: Clock<'_>) -> IncomingEntry {
    let mut parts = text.splitn(3, ';');
    match (parts.next().and_then(|at| clock.read(at)), parts.next(), parts.next()) {
        (Some(at), Some(author), Some(text)) => {
            let author = Some(author.trim().to_owned()).filter(|a| !a.is_empty());
            IncomingEntry { at, author, public, text: text.trim().to_owned() }
        }
        _ => plain(text, public, clock),
    }
}

/// ServiceNow: a line `2016-02-29 01:16:00 - Anna Smith (Work notes)` opens each entry.
fn journal(text: &str, public: bool, clock: Clock<'_>) -> Vec<IncomingEntry> {
    let mut found: Vec<IncomingEntry> = Vec::new();
    for line in text.lines() {
        if let Some(opened) = heading(line, public, clock) {
            found.push(opened);
        } else if let Some(entry) = found.last_mut() {
            entry.text.push_str(line);
            entry.text.push('\n');
        } else if !line.trim().is_empty() {
            found.push(IncomingEntry { at: clock.otherwise, author: None, public, text: format!("{line}\n") });
        }
    }
    for entry in &mut found {
        entry.text = entry.text.trim().to_owned();
    }
    found.retain(|entry| !entry.text.is_empty());
    found
}

fn heading(line: &str, public: bool, clock: Clock<'_>) -> Option<IncomingEntry> {
    let (at, rest) = line.split_once(" - ")?;
    let at = clock.read(at)?;
    let (author, label) = rest.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let label = label.to_ascii_lowercase();
    let public = if label.contains("comment") { true } else { public && !label.contains("note") };
    let author = Some(author.trim().to_owned()).filter(|a| !a.is_empty());
    Some(IncomingEntry { at, author, public, text: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: EntryFormat) -> Vec<String> {
        let zone = Moment::utc(Timestamp(0));
        let clock = Clock { order: DateOrder::DayFirst, zone: &zone, otherwise: Timestamp(0) };
        entries(text, format, false, clock)
            .into_iter()
            .map(|e| {
                let seen = if e.public { "reply" } else { "note" };
                format!("{} {seen} {}: {}", e.at, e.author.unwrap_or_default(), e.text)
            })
            .collect()
    }

    #[test]
    fn a_journal_is_taken_apart_at_its_headings() {
        let text = "2016-02-29 08:53:00 - Anna Smith (Work notes)\nReplaced the fuser.\n\n- tested\n\n\
                    2016-02-29 01:16:00 - Bob (Additional comments)\nIt jams (again)\n";
        assert_eq!(
            read(text, EntryFormat::Journal),
            [
                "2016-02-29T08:53:00Z note Anna Smith: Replaced the fuser.\n\n- tested",
                "2016-02-29T01:16:00Z reply Bob: It jams (again)",
            ]
        );
    }

    #[test]
    fn text_without_a_heading_is_one_note() {
        assert_eq!(
            read("Called back - no answer (twice)", EntryFormat::Journal),
            ["1970-01-01T00:00:00Z note : Called back - no answer (twice)"]
        );
    }

    #[test]
    fn a_jira_comment_keeps_the_semicolons_of_its_text() {
        assert_eq!(
            read("29/Feb/16 1:16 PM;anna;one; two", EntryFormat::Semicolons),
            ["2016-02-29T13:16:00Z note anna: one; two"]
        );
        assert_eq!(read("just; text", EntryFormat::Semicolons), ["1970-01-01T00:00:00Z note : just; text"]);
    }
}
