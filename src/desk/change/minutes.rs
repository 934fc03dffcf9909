//! The minutes of a CAB meeting, as Markdown and as plain text for a mail.

use crate::desk::change::command::Decision;
use crate::desk::id::{CabId, Number, TicketId};
use crate::desk::time::{Moment, Timestamp};

/// A meeting of the change advisory board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its row.
    pub id: CabId,
    /// When it is.
    pub at: Timestamp,
    /// What it is called.
    pub title: String,
    /// The query from which its agenda came.
    pub query: String,
    /// When it ended.
    pub closed: Option<Timestamp>,
    /// Who comes: logins and names.
    pub members: Vec<(String, String)>,
    /// Its agenda, in order.
    pub items: Vec<Item>,
}

/// A change on the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The change.
    pub ticket: TicketId,
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// Its risk.
    pub risk: Option<String>,
    /// When it is planned.
    pub planned: Option<(Timestamp, Timestamp)>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// Notes on it.
    pub notes: String,
}

impl Item {
    fn told(&self) -> &'static str {
        self.decision.map_or("not decided", Decision::told)
    }

    fn about(&self, moment: &Moment) -> String {
        let risk = self.risk.as_ref().map(|risk| format!("{risk} risk"));
        let planned =
            self.planned.map(|(from, until)| format!("{} to {}", from.local(moment.zone), until.local(moment.zone)));
        [risk, planned].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Meeting {
    /// The minutes as Markdown.
    #[must_use]
    pub fn markdown(&self, moment: &Moment) -> String {
        let mut text = format!("# {}\n\n{}\n\n", escape(&self.title), self.at.local(moment.zone));
        text.push_str(&format!("Present: {}\n", escape(&self.present())));
        for item in &self.items {
            text.push_str(&format!("\n## {}: {}\n\n", item.number, escape(&item.title)));
            let about = item.about(moment);
            if !about.is_empty() {
                text.push_str(&format!("{about}\n\n"));
            }
            text.push_str(&format!("**{}**\n", item.told()));
            if !item.notes.is_empty() {
                text.push_str(&format!("\n{}\n", item.notes.lines().map(escape).collect::<Vec<_>>().join("\n")));
            }
        }
        text
    }

    /// The minutes as plain text, ready for a mail.
    #[must_use]
    pub fn text(&self, moment: &Moment) -> String {
        let mut text = format!("{}, {}\nPresent: {}\n", self.title, self.at.local(moment.zone), self.present());
        for (n, item) in (1..).zip(&self.items) {
            text.push_str(&format!("\n{n}. {} {}\n", item.number, item.title));
            let about = item.about(moment);
            if !about.is_empty() {
                text.push_str(&format!("   {about}\n"));
            }
            text.push_str(&format!("   {}\n", item.told().to_uppercase()));
            for line in item.notes.lines() {
                text.push_str(&format!("   {line}\n"));
            }
        }
        text
    }

    fn present(&self) -> String {
        self.members.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// A line that means the same in Markdown.
fn escape(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if "\\`*_[]<>#".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::Kind;
    use crate::desk::time::HOUR;

    fn meeting() -> Meeting {
        let item = |n: i64, decision, notes: &str| Item {
            ticket: TicketId(n),
            number: Number { kind: Kind::Change, n },
            title: String::from("Replace <fw1>"),
            risk: (n == 1).then(|| String::from("high")),
            planned: (n == 1).then_some((Timestamp(20 * HOUR), Timestamp(22 * HOUR))),
            decision,
            notes: notes.to_owned(),
        };
        Meeting {
            id: CabId(1),
            at: Timestamp(10 * HOUR),
            title: String::from("CAB of the week"),
            query: String::new(),
            closed: None,
            members: vec![(String::from("anna"), String::from("Anna Ek")), (String::from("bob"), String::from("Bob"))],
            items: vec![item(1, Some(Decision::Approve), "Tell production.\nWatch VPN."), item(2, None, "")],
        }
    }

    #[test]
    fn minutes_are_markdown_in_which_nothing_of_a_title_is_markup() {
        assert_eq!(
            meeting().markdown(&Moment::utc(Timestamp(0))),
            "# CAB of the week\n\n1970-01-01 10:00\n\nPresent: Anna Ek, Bob\n\n\
             ## CHG-1: Replace \\<fw1\\>\n\nhigh risk, 1970-01-01 20:00 to 1970-01-01 22:00\n\n**approved**\n\nTell production.\nWatch VPN.\n\n\
             ## CHG-2: Replace \\<fw1\\>\n\n**not decided**\n"
        );
    }

    #[test]
    fn minutes_are_text_that_can_be_mailed() {
        assert_eq!(
            meeting().text(&Moment::utc(Timestamp(0))),
            "CAB of the week, 1970-01-01 10:00\nPresent: Anna Ek, Bob\n\n\
             1. CHG-1 Replace <fw1>\n   high risk, 1970-01-01 20:00 to 1970-01-01 22:00\n   APPROVED\n   Tell production.\n   Watch VPN.\n\n\
             2. CHG-2 Replace <fw1>\n   NOT DECIDED\n"
        );
    }
}
