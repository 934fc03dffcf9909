//! What an import will do, ticket by ticket: shown by `--plan`, and summed up when it is done.

use std::collections::BTreeMap;

use crate::desk::field::Field;
use crate::desk::id::{Kind, Number};

/// What an import would do to this desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// Each ticket of the import, in its order.
    pub tickets: Vec<PlannedTicket>,
    /// How many people it adds.
    pub people: usize,
    /// How many teams it adds.
    pub teams: usize,
    /// How many services it adds.
    pub services: usize,
    /// How many categories it adds.
    pub categories: usize,
    /// What was left out, with how often.
    pub(super) remarks: BTreeMap<String, usize>,
}

/// What an import does with one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTicket {
    /// Its number in the other system, by which it was matched.
    pub key: String,
    /// Its kind.
    pub kind: Kind,
    /// Its number here, unless it is skipped. That of a new ticket holds if nobody is faster.
    pub number: Option<Number>,
    /// What happens to it.
    pub action: Action,
    /// Fields in which the desk and the file differ, and which stay because somebody changed them here.
    pub kept: Vec<Field>,
}

/// What happens to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new here.
    Create,
    /// It is here already and changes.
    Update {
        /// The fields that change.
        fields: Vec<Field>,
        /// Notes, replies, tags and events of its history that come new.
        added: usize,
    },
    /// It is here already, as in the file.
    Unchanged,
    /// It stays out.
    Skip(String),
}

impl Action {
    /// The word for it: `create`, `update`, `unchanged`, `skip`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update { .. } => "update",
            Action::Unchanged => "unchanged",
            Action::Skip(_) => "skip",
        }
    }
}

impl ImportPlan {
    /// How many tickets are new, updated, unchanged and skipped.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for ticket in &self.tickets {
            let [new, updated, unchanged, skipped] = &mut counts;
            *match ticket.action {
                Action::Create => new,
                Action::Update { .. } => updated,
                Action::Unchanged => unchanged,
                Action::Skip(_) => skipped,
            } += 1;
        }
        counts
    }

    /// `imported 24,918 tickets from export.csv: 24,918 new, 0 updated, 0 unchanged`.
    #[must_use]
    pub fn summary(&self, source: &str) -> String {
        let [new, updated, unchanged, skipped] = self.counts();
        let all = new + updated + unchanged;
        let mut text = format!(
            "imported {} {} from {source}: {} new, {} updated, {} unchanged",
            grouped(all),
            if all == 1 { "ticket" } else { "tickets" },
            grouped(new),
            grouped(updated),
            grouped(unchanged)
        );
        if skipped > 0 {
            text.push_str(&format!(", {} skipped", grouped(skipped)));
        }
        text
    }

    /// What its author should know, one sentence each.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        let added: Vec<String> = [
            (self.people, "person", "people"),
            (self.teams, "team", "teams"),
            (self.services, "service", "services"),
            (self.categories, "category", "categories"),
        ]
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{} {}", grouped(*count), if *count == 1 { one } else { many }))
        .collect();
        if !added.is_empty() {
            notices.push(format!("added {}", added.join(", ")));
        }
        let kept: usize = self.tickets.iter().map(|ticket| ticket.kept.len()).sum();
        if kept > 0 {
            let on = self.tickets.iter().filter(|ticket| !ticket.kept.is_empty()).count();
            notices.push(format!(
                "kept {} changed here on {}: the file says otherwise, and what people changed stays",
                counted(kept, "field"),
                counted(on, "ticket")
            ));
        }
        notices.extend(self.remarks.iter().map(|(remark, count)| match count {
            1 => remark.clone(),
            _ => format!("{remark} ({} times)", grouped(*count)),
        }));
        notices
    }
}

fn counted(count: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// `24,918`.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1_000, 24_918, 1_234_567].map(grouped), ["0", "999", "1,000", "24,918", "1,234,567"]);
    }
}
