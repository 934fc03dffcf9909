//! Who may take something back, and what no undo may leave behind.

use std::collections::BTreeMap;

use crate::desk::change::StepState;
use crate::desk::field::Value;
use crate::desk::id::TicketId;
use crate::desk::people::{Deed, Role, Roles};
use crate::desk::refusal::Refusal;
use crate::desk::rules::Rules;
use crate::store::batch::{Row, Table, Write};
use crate::store::plan::Draft;
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction};

/// The transaction that began a row of undos and redos.
pub(super) fn original(reader: &Reader, transaction: &Transaction) -> Result<Transaction, Refusal> {
    let mut first = transaction.clone();
    while let Some(undone) = first.undoes {
        first = reader.transaction(undone)?;
    }
    Ok(first)
}

/// Taking something back takes the same right as doing it did, and doing it to others' work one more.
pub(super) fn may_undo(draft: &Draft, taken_back: &Transaction) -> Result<(), Refusal> {
    if taken_back.author != draft.login {
        draft.may(Deed::UndoOthers)?;
    }
    let first = original(draft.reader, taken_back)?;
    draft.may(match first.verb.as_str() {
        "register" => Deed::Administer,
        "import" | "inventory" => Deed::Import,
        verb if verb.starts_with("ci ") => Deed::KeepCmdb,
        "kb rate" | "kb flag" | "kb missed" => Deed::AnswerOwn,
        "kb use" | "kb solve" | "kb tell" | "kb follow" => Deed::WorkTickets,
        verb if verb.starts_with("kb ") => Deed::KeepKnowledge,
        verb if verb.starts_with("window ") => Deed::KeepWindows,
        "open" | "reply" | "watch" | "attach" => Deed::AnswerOwn,
        _ => Deed::WorkTickets,
    })?;
    let major = |change: &ChangedRow| {
        change.table == "ticket"
            && change.before.as_ref().is_some_and(|before| before.contains_key("major"))
            && change.after.is_some()
    };
    if first.verb == "edit" && draft.reader.changes_of(first.seq)?.iter().any(major) {
        draft.may(Deed::DeclareMajor)?;
    }
    Ok(())
}

/// What an undo may not leave behind: a desk without an admin, or with rules that can't be read.
pub(super) fn refuse_ruin(draft: &Draft, writes: &[Write]) -> Result<(), Refusal> {
    let cell = |row: &Row, name: &str| row.iter().find(|(column, _)| column == name).map(|(_, value)| value.clone());
    let mut people: BTreeMap<i64, (String, bool)> = draft
        .reader
        .people()?
        .into_iter()
        .map(|person| (person.id.0, (person.roles.to_string(), person.active)))
        .collect();
    let mut settings: BTreeMap<i64, (String, String)> = draft
        .reader
        .all("SELECT id, name, value FROM setting", [], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .into_iter()
        .collect();
    let (mut person, mut setting) = (false, false);
    for write in writes {
        match write {
            Write::Delete { table: Table::Person, id } => (person, _) = (true, people.remove(id)),
            Write::Insert { table: Table::Person, id, row } | Write::Update { table: Table::Person, id, row } => {
                person = true;
                let now = people.entry(*id).or_default();
                now.0 = cell(row, "roles")
                    .and_then(|roles| roles.text().map(str::to_owned))
                    .unwrap_or_else(|| now.0.clone());
                now.1 = cell(row, "active").map_or(now.1, |active| active.int() == Some(1));
            }
            Write::Delete { table: Table::Setting, id } => (setting, _) = (true, settings.remove(id)),
            Write::Insert { table: Table::Setting, id, row } | Write::Update { table: Table::Setting, id, row } => {
                setting = true;
                let now = settings.entry(*id).or_default();
                for (name, place) in [("name", &mut now.0), ("value", &mut now.1)] {
                    if let Some(Value::Text(text)) = cell(row, name) {
                        *place = text;
                    }
                }
            }
            _ => {}
        }
    }
    if person && !people.values().any(|(roles, active)| *active && Roles::from(roles.clone()).has(Role::Admin)) {
        return Err(Refusal::rule("that would leave the desk without an admin; make another one first"));
    }
    if setting {
        Rules::read(settings.values().map(|(name, text)| (name.as_str(), text.as_str()))).map_err(Refusal::Rule)?;
    }
    Ok(())
}

/// Nobody slips another plan under an approval by taking something back: what was approved stays what is planned, unless the
/// approvals go with it.
pub(super) fn refuse_slipping(draft: &Draft, writes: &[Write]) -> Result<(), Refusal> {
    let counts = &draft.rules().change.approval.voided_by;
    for write in writes {
        let Write::Update { table: Table::Ticket, id, row } = write else { continue };
        let slipped = row.iter().filter_map(|(column, _)| counts.iter().find(|field| field.name() == column));
        let slipped: Vec<&str> = slipped.map(|field| field.name()).collect();
        if slipped.is_empty() {
            continue;
        }
        let ticket = draft.reader.ticket(TicketId(*id))?;
        let steps = draft.reader.approval(ticket.id)?;
        let stands = steps.iter().any(|step| !matches!(step.state, StepState::Void | StepState::Rejected));
        let votes = |write: &Write| {
            let (Write::Insert { table, id, .. } | Write::Update { table, id, .. } | Write::Delete { table, id }) =
                write
            else {
                return false;
            };
            *table == Table::Approval && steps.iter().any(|step| step.id == *id)
        };
        if stands && ticket.actual_start.is_none() && !writes.iter().any(votes) {
            return Err(Refusal::rule(format!(
                "{} was approved as it is planned now: {} can't be taken back under it; edit the plan, which asks for approval again",
                ticket.number,
                slipped.join(", ")
            )));
        }
    }
    Ok(())
}
