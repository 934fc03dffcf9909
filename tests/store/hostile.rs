//! Input that means harm or was never meant for us: kept as data or refused, never run, never a panic.

use deskhand::desk::command::{Command, TaskChange};
use deskhand::desk::field::{Edit, Field, Value};
use deskhand::desk::id::TicketId;
use deskhand::desk::query::parse;
use deskhand::desk::time::{parse_span, parse_time};
use deskhand::store::{Asker, PageFrom};

use crate::desk::{Desk, incident, moment, note, send};

fn texts() -> Vec<String> {
    vec![
        String::from("NUL \0 in the middle"),
        String::from_utf8_lossy(b"latin1 \xE9\xFF and half a \xF0\x9F").into_owned(),
        String::from("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m"),
        String::from("\u{202e}drawkcab\u{2066} \u{feff}\u{200d}"),
        String::from("'; DROP TABLE ticket; --"),
        String::from("\"quoted\" AND NEAR(a b, 2) OR title:x* ^"),
        String::from("{{requester}} ${HOME} $(reboot) %s%n \\u0000"),
        "x".repeat(1_000_000),
        "\u{301}".repeat(10_000),
        "🏳️‍🌈".repeat(1_000),
    ]
}

#[test]
fn long_text_is_kept_as_it_came_and_a_line_without_what_terminals_obey() {
    let desk = Desk::new();
    let mut store = desk.open();
    for text in texts() {
        let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = if plain.chars().count() > 250 { "A long text" } else { &text };
        if wanted != text {
            let why = send(&mut store, incident(&text)).unwrap_err().to_string();
            assert!(why.contains("a title takes 250 characters"), "{why}");
        }
        let opened = send(&mut store, incident(wanted)).unwrap();
        let id = store.read().unwrap().ticket_numbered(opened.tickets[0]).unwrap().id;
        let title = store.read().unwrap().ticket(id).unwrap().title;
        assert_eq!(title, if wanted == text { plain } else { wanted.to_owned() });
        send(&mut store, note(id, &text)).unwrap();
        assert_eq!(store.read().unwrap().sheet(id).unwrap().entries[0].text, text);
        let set =
            Edit::from([(Field::Description, Value::from(text.as_str())), (Field::Ci, Value::from(text.as_str()))]);
        let edit = |set| Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() };
        send(&mut store, edit(set)).unwrap();
        let emptied = send(&mut store, edit(Edit::from([(Field::Description, Value::from("short"))]))).unwrap();
        send(&mut store, Command::Undo { seq: emptied.seq.unwrap(), settled: Vec::new() }).unwrap();
        assert_eq!(store.read().unwrap().ticket(id).unwrap().description, text);
    }
    desk.is_whole();
}

#[test]
fn odd_tags_are_refused_or_kept_and_found() {
    let desk = Desk::new();
    let mut store = desk.open();
    send(&mut store, incident("Mail is slow")).unwrap();
    let tag = |tag: &str| Command::Edit {
        on: vec![TicketId(1).into()],
        set: Edit::new(),
        tag: vec![tag.to_owned()],
        untag: Vec::new(),
    };
    for odd in ["", " ", "a b", "a,b", "a:b", "(a)", "a\"b", "a\0b", "\u{1b}[31m", "#"] {
        assert_eq!(send(&mut store, tag(odd)).unwrap_err().exit_code(), 1, "{odd:?}");
    }
    for (kept, query) in [
        ("İstanbul", "tag:İSTANBUL"),
        ("ΣΊΣΥΦΟΣ", "tag:σίσυφος"),
        ("a'b", "tag:a'b"),
        ("*", "tag:\"*\""),
        ("none", "tag:\"none\""),
        ("-x", "tag:-x"),
        ("x/y.z", "tag:X/Y.Z"),
    ] {
        send(&mut store, tag(kept)).unwrap();
        let asker = Asker { me: None, moment: moment() };
        assert_eq!(store.read().unwrap().count(&parse(query).unwrap(), &asker), Ok(1), "{query}");
    }
}

#[test]
fn numbers_beyond_all_bounds_are_refused_or_find_nothing() {
    let desk = Desk::new();
    let mut store = desk.open();
    send(&mut store, incident("Mail is slow")).unwrap();
    let reader = store.read().unwrap();
    let asker = Asker { me: None, moment: moment() };
    // Ten million digits stand for the ten thousand million that no test has the memory for.
    let huge = "9".repeat(10_000_000);
    let numbers =
        ["9223372036854775807", "9223372036854775808", "-9223372036854775808", "0", "00000000000000000001", &huge];
    for number in numbers {
        for query in [
            format!("INC-{number}"),
            format!("prio:{number}"),
            format!("prio:<{number}"),
            format!("age:>{number}d"),
            format!("due:<{number}s"),
            format!("updated:-{number}w"),
            format!("created:{number}"),
            format!("created:{number}-01-01"),
            format!("linked:PRB-{number}"),
            format!("created:{number}d..{number}d"),
            format!("due:>{number}s"),
        ] {
            if let Ok(query) = parse(&query) {
                let found = reader.tickets(&query, &asker, &PageFrom::Start, 10).unwrap().rows.len();
                assert!(found <= 1);
            }
        }
        let _ = (parse_span(&format!("{number}w")), parse_time(&format!("-{number}s"), &moment()));
    }
    assert_eq!(parse_span("9223372036854775807s"), None);
    assert_eq!(parse_span("9223372036854775s"), Some(9_223_372_036_854_775_000));
    drop(reader);
    for (field, value) in [(Field::Due, i64::MAX), (Field::Due, i64::MIN), (Field::Due, 0)] {
        let set = Edit::from([(field, Value::Int(value))]);
        let _ =
            send(&mut store, Command::Edit { on: vec![TicketId(1).into()], set, tag: Vec::new(), untag: Vec::new() });
        for query in ["is:at-risk", "is:breached", "due:<4h", "due:none", "sort:due", "sort:-due"] {
            let found = store.read().unwrap().tickets(&parse(query).unwrap(), &asker, &PageFrom::Start, 10);
            assert!(found.is_ok(), "{query} with a due time of {value}");
        }
    }
    for minutes in [i64::MIN, i64::MAX, 0] {
        let refused = send(&mut store, Command::LogTime { on: TicketId(1), minutes, text: String::new() }).unwrap_err();
        assert_eq!(refused.exit_code(), 1, "{minutes}");
    }
    for position in [i64::MIN, i64::MAX, 0] {
        let refused = send(&mut store, Command::Task { on: TicketId(1), change: TaskChange::Done(position, true) });
        assert_eq!(refused.unwrap_err().exit_code(), 3);
    }
    for id in [i64::MIN, -1, 0, i64::MAX] {
        assert_eq!(send(&mut store, note(TicketId(id), "hm")).unwrap_err().exit_code(), 3, "{id}");
    }
    desk.is_whole();
}
