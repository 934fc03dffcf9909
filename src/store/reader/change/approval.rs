//! Who approves a change: the steps as they were asked, what was said, and who has been silent for how long.

use std::collections::BTreeMap;

use crate::desk::change::approval::{StepState, Verdict, Vote};
use crate::desk::field::Value;
use crate::desk::id::{Kind, Number, PersonId, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::batch::Table;
use crate::store::image::{Image, int, text};
use crate::store::reader::Reader;

/// A step of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalStep {
    /// Its row.
    pub(crate) id: i64,
    /// Which time the change is asked for approval.
    pub round: i64,
    /// Its place, counted from 1.
    pub step: i64,
    /// What it is called.
    pub name: String,
    /// How many must approve.
    pub need: usize,
    /// A meeting of the CAB decides it.
    pub meeting: bool,
    /// Where it stands.
    pub state: StepState,
    /// Who asked for approval.
    pub asker: Option<PersonId>,
    /// Since when it has been open.
    pub opened: Option<Timestamp>,
    /// Who is asked, and what they said.
    pub votes: Vec<Voted>,
}

/// One who is asked, and what they said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voted {
    /// Its row.
    pub(crate) id: i64,
    /// Who.
    pub person: PersonId,
    /// What; nothing while they are silent.
    pub verdict: Option<Verdict>,
    /// When.
    pub at: Option<Timestamp>,
    /// To whom it was delegated.
    pub heir: Option<PersonId>,
    /// Why.
    pub comment: Option<String>,
}

impl ApprovalStep {
    /// What was said, for the rule.
    #[must_use]
    pub fn said(&self) -> Vec<Vote> {
        self.votes.iter().map(|vote| Vote { person: vote.person, verdict: vote.verdict }).collect()
    }

    /// Those who are asked and have said nothing yet.
    pub fn silent(&self) -> impl Iterator<Item = PersonId> {
        self.votes.iter().filter(|vote| vote.verdict.is_none()).map(|vote| vote.person)
    }
}

/// Somebody who was asked to approve and has said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// The change.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// The step.
    pub step: String,
    /// Who.
    pub person: PersonId,
    /// Their login.
    pub login: String,
    /// Since when they have been asked.
    pub since: Timestamp,
}

impl Reader<'_> {
    /// The steps of a change's approval as it was asked for last; none before that.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn approval(&self, ticket: TicketId) -> Result<Vec<ApprovalStep>, Refusal> {
        Ok(steps_of(
            &self.rows_naming(Table::Approval, "ticket", ticket.0)?,
            &self.rows_naming(Table::Vote, "ticket", ticket.0)?,
        ))
    }

    /// Those who have been asked to approve since before a time and have said nothing, the most patient first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn silent(&self, since: Timestamp) -> Result<Vec<Silent>, Refusal> {
        self.all(
            "SELECT t.kind, t.n, t.title, a.name, p.id, p.login, a.opened
               FROM vote v JOIN approval a ON a.id = v.approval JOIN ticket t ON t.id = v.ticket JOIN person p ON p.id = v.person
              WHERE v.verdict IS NULL AND a.state = 'open' AND a.opened <= ?1 ORDER BY a.opened, v.id",
            [since.0],
            |row| {
                let kind = Kind::named(&row.get::<_, String>(0)?).unwrap_or(Kind::Change);
                Ok(Silent {
                    number: Number { kind, n: row.get(1)? },
                    title: row.get(2)?,
                    step: row.get(3)?,
                    person: PersonId(row.get(4)?),
                    login: row.get(5)?,
                    since: Timestamp(row.get(6)?),
                })
            },
        )
    }
}

/// The steps of the last round among these rows, in order, with their votes.
pub(crate) fn steps_of(approvals: &BTreeMap<i64, Image>, votes: &BTreeMap<i64, Image>) -> Vec<ApprovalStep> {
    let last = approvals.values().map(|row| int(row, "round")).max().unwrap_or(0);
    let time = |row: &Image, column: &str| row.get(column).and_then(Value::int).map(Timestamp);
    let person = |row: &Image, column: &str| row.get(column).and_then(Value::int).map(PersonId);
    let voted = |(id, row): (&i64, &Image)| Voted {
        id: *id,
        person: PersonId(int(row, "person")),
        verdict: Verdict::named(text(row, "verdict")),
        at: time(row, "at"),
        heir: person(row, "heir"),
        comment: row.get("comment").and_then(Value::text).map(str::to_owned),
    };
    let mut steps: Vec<ApprovalStep> = approvals
        .iter()
        .filter(|(_, row)| int(row, "round") == last)
        .map(|(id, row)| ApprovalStep {
            id: *id,
            round: last,
            step: int(row, "step"),
            name: text(row, "name").to_owned(),
            need: usize::try_from(int(row, "need")).unwrap_or(1),
            meeting: int(row, "meeting") == 1,
            state: StepState::named(text(row, "state")).unwrap_or(StepState::Void),
            asker: person(row, "asker"),
            opened: time(row, "opened"),
            votes: votes.iter().filter(|(_, vote)| int(vote, "approval") == *id).map(voted).collect(),
        })
        .collect();
    steps.sort_by_key(|step| step.step);
    steps
}
