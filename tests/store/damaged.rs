//! Damage of every sort: the desk says so, or reads as it did; it never panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use deskhand::desk::id::TicketId;
use deskhand::desk::refusal::Refusal;
use deskhand::store::Store;

use crate::desk::{Desk, incident, note, send};

/// How a desk answers to being opened, verified and read.
#[derive(Debug, PartialEq)]
enum Answer {
    Refused(u8),
    Findings,
    Reads(String),
}

fn ask(path: &Path) -> Answer {
    let read = || -> Result<Answer, Refusal> {
        let store = Store::open(path)?;
        if !store.verify()?.is_empty() {
            return Ok(Answer::Findings);
        }
        let reader = store.read()?;
        let mut all = String::new();
        for id in 1..=40 {
            all.push_str(&format!("{:?}", reader.sheet(TicketId(id))?));
        }
        Ok(Answer::Reads(all))
    };
    match read() {
        Ok(answer) => answer,
        Err(refusal) => Answer::Refused(refusal.exit_code()),
    }
}

fn filled() -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    let mut store = desk.open();
    for n in 0..40 {
        send(&mut store, incident(&format!("Ticket {n} of a desk that will be damaged"))).unwrap();
        send(&mut store, note(TicketId(n + 1), &"It was whole once. ".repeat(20))).unwrap();
    }
    drop(store);
    let bytes = std::fs::read(&desk.path).unwrap();
    (desk, bytes)
}

#[test]
fn a_hundred_damaged_files_are_noticed_or_read_as_before() {
    let (desk, whole) = filled();
    let Answer::Reads(before) = ask(&desk.path) else { panic!("the desk is not whole to begin with") };
    let mut rng = fastrand::Rng::with_seed(7);
    let mut noticed = 0;
    for round in 0..100 {
        let mut bytes = whole.clone();
        let what = match round % 4 {
            0 => {
                let at = rng.usize(0..100);
                bytes[at] ^= rng.u8(1..=255);
                format!("byte {at} of the header")
            }
            1 => {
                let length = rng.usize(0..bytes.len());
                bytes.truncate(length);
                format!("cut to {length}")
            }
            2 => {
                let at = rng.usize(0..bytes.len() - 512);
                bytes[at..at + 512].fill(rng.u8(..));
                format!("512 bytes at {at}")
            }
            _ => {
                let at = rng.usize(0..bytes.len());
                bytes[at] ^= 1 << rng.u8(0..8);
                format!("a bit at {at}")
            }
        };
        let path = desk.folder.path().join(format!("damaged-{round}.desk"));
        std::fs::write(&path, bytes).unwrap();
        let answer = catch_unwind(AssertUnwindSafe(|| ask(&path))).unwrap_or_else(|_| panic!("{what}: it panicked"));
        match answer {
            Answer::Reads(now) => assert!(now == before, "round {round}, {what}: reads otherwise and does not say so"),
            Answer::Findings | Answer::Refused(5) => noticed += 1,
            // A version from the future, a file that may not be written: the header says so, and nobody can know better.
            Answer::Refused(code) => assert!(code == 4 && round % 4 == 0, "round {round}, {what}: exit code {code}"),
        }
    }
    assert!(noticed > 50, "{noticed} of 100");
}

#[test]
fn a_letter_changed_in_a_text_is_found_though_every_page_is_sound() {
    let (desk, mut bytes) = filled();
    let wanted = b"Ticket 17 of a desk";
    let mut places: Vec<usize> = Vec::new();
    for at in 0..bytes.len() - wanted.len() {
        if bytes[at..].starts_with(wanted) {
            places.push(at);
        }
    }
    let whole = ask(&desk.path);
    let mut found = 0;
    for at in places {
        bytes[at] = b'J';
        std::fs::write(&desk.path, &bytes).unwrap();
        match ask(&desk.path) {
            Answer::Findings => found += 1,
            // Bytes that SQLite has given up and not yet used again.
            unused => assert!(unused == whole, "at {at}"),
        }
        bytes[at] = b'T';
    }
    assert!(found >= 2, "in the ticket and in its journal");
}
