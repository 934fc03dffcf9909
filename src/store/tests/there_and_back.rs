//! Whatever was done: taken back step by step, the desk is as it was; done again, as it had become.

use std::collections::BTreeMap;

use super::*;
use crate::store::batch::Table;
use crate::store::schema::BOOKKEEPING;

const SEEDS: u64 = 30;
const COMMANDS: usize = 12;

/// All rows of all journaled tables, without the columns that follow from the journal itself.
fn rows(desk: &Desk) -> BTreeMap<(Table, i64), Vec<String>> {
    let conn = rusqlite::Connection::open(desk.path()).unwrap();
    let mut rows = BTreeMap::new();
    for table in Table::ALL {
        let name = table.name();
        let columns: Vec<String> = conn
            .prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))
            .unwrap()
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap()
            .map(Result::unwrap)
            .filter(|column| !BOOKKEEPING.contains(&column.as_str()))
            .collect();
        let quoted: Vec<String> = columns.iter().map(|column| format!("'{column}=' || quote({column})")).collect();
        let mut statement = conn.prepare(&format!("SELECT rowid, {} FROM {name}", quoted.join(", "))).unwrap();
        let told = statement.query_map([], |row| {
            let values = (1..=columns.len()).map(|at| row.get::<_, String>(at)).collect::<Result<_, _>>()?;
            Ok(((table, row.get(0)?), values))
        });
        rows.extend(told.unwrap().map(Result::unwrap));
    }
    rows
}

fn any<T: Clone>(random: &mut fastrand::Rng, of: &[T]) -> T {
    of[random.usize(..of.len())].clone()
}

/// Something that somebody might do, sensible or not.
fn command(random: &mut fastrand::Rng) -> Command {
    let id = |random: &mut fastrand::Rng| TicketId(random.i64(1..6));
    let one = id(random);
    let other = id(random);
    match random.u32(..13) {
        0 => incident("Another"),
        1 => edit(one, Field::Title, any(random, &["A", "B", "C"])),
        2 => edit(one, Field::Urgency, random.i64(1..5)),
        3 => edit(one, Field::Description, "Longer"),
        4 => Command::Edit {
            on: (1..6).map(|n| TicketId(n).into()).collect(),
            set: Edit::from([(Field::Impact, Value::Int(random.i64(1..5)))]),
            tag: vec![String::from("storm")],
            untag: Vec::new(),
        },
        5 => tags(one, &["vpn"], &["storm"]),
        6 => note(one, "Seen"),
        7 => resolve(one),
        8 => move_to(one, any(random, &["in_progress", "cancelled", "new"]), Edit::new()),
        9 => Command::Link { from: one, relation: any(random, &[Relation::Relates, Relation::DuplicateOf]), to: other },
        10 => Command::Merge { from: vec![one.into()], into: other },
        11 => Command::LogTime { on: one, minutes: random.i64(1..90), text: String::from("on it") },
        _ => {
            let change = match random.u32(..3) {
                0 => TaskChange::Add(String::from("Call back")),
                1 => TaskChange::Done(1, random.bool()),
                _ => TaskChange::Remove(1),
            };
            Command::Task { on: one, change }
        }
    }
}

#[test]
fn n_commands_undone_n_times_leave_the_desk_as_it_was_and_redone_as_it_had_become() {
    for seed in 0..SEEDS {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut desk = Desk::new();
        for n in 0..4 {
            desk.open(&format!("Ticket {n}"));
        }
        let before = rows(&desk);
        let mut told = Vec::new();
        let mut done = Vec::new();
        while done.len() < COMMANDS {
            let wanted = command(&mut random);
            // What the desk refuses, or what changes nothing, is no step.
            if let Ok(receipt) = desk.try_do(wanted.clone())
                && receipt.seq.is_some()
            {
                told.push(format!("{wanted:?}"));
                done.push(receipt);
            }
        }
        let after = rows(&desk);
        let story = || format!("seed {seed}:\n{}", told.join("\n"));
        let mut undone = Vec::new();
        for receipt in done.iter().rev() {
            let undo = Command::Undo { seq: receipt.seq.unwrap(), settled: Vec::new() };
            undone.push(desk.try_do(undo).unwrap_or_else(|why| panic!("{}: {why}\n{}", receipt.summary, story())));
        }
        assert_eq!(rows(&desk), before, "{}", story());
        for receipt in undone.iter().rev() {
            let redo = Command::Undo { seq: receipt.seq.unwrap(), settled: Vec::new() };
            desk.try_do(redo).unwrap_or_else(|why| panic!("{}: {why}\n{}", receipt.summary, story()));
        }
        assert_eq!(rows(&desk), after, "{}", story());
        assert_eq!(desk.store.verify().unwrap(), [], "{}", story());
    }
}
