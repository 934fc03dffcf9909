//! What is seen, at every size and in every look: one file a scene. In colour it is printed at four sizes with its styles;
//! mono and ASCII are printed at 80×24 and held at all four sizes to what must not differ.

use ratatui::style::Color;

use super::print::{self, LEGEND};
use super::*;
use crate::desk::command::{Record, TaskChange};
use crate::desk::link::Relation;
use crate::desk::people::Roles;

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 50)];

/// Titles as they come from all over the world.
const TITLES: [&str; 8] = [
    "VPN down in Lyon",
    "Mail is slow",
    "Printer on fire",
    "東京オフィスのプリンターが動かない",
    "Cafe\u{301} Wi-Fi drops 📶 every hour",
    "شبكة المكتب لا تعمل",
    "Invoice run 2026-09 stops with ORA-01555 after 3,200 of 48,000 documents, finance waits for it",
    "Password of the guest account",
];

/// A desk with something of everything on it.
fn desk() -> Sitting {
    let mut sitting = Sitting::with(&TITLES, (80, 24));
    let author = sitting.author.clone();
    let mut done = |command| sitting.store.execute(&Request::new(command), &author, &sitting.moment).unwrap();
    for (login, name) in [("mara", "Mara Köhler"), ("kenji", "山田 健二"), ("bert", "Bert de Wit")] {
        let (login, name) = (login.to_owned(), name.to_owned());
        let roles = Roles::parse("agent").unwrap();
        done(Command::Register(Record::Person { id: None, login, name, mail: None, roles, active: true }));
    }
    let net = Record::Team { id: None, key: "net".into(), name: "Network".into(), members: Vec::new(), active: true };
    done(Command::Register(net));
    let ids: Vec<TicketId> = (1..=8).map(TicketId).collect();
    let person = |login: &str| sitting.store.read().unwrap().find_person(login).unwrap().id;
    let (mara, kenji) = (person("mara"), person("kenji"));
    let now = sitting.moment.now;
    let mut done = |command| sitting.store.execute(&Request::new(command), &author, &sitting.moment).unwrap();
    let mut set = |id: TicketId, field: Field, value: Value| {
        let set = Edit::from([(field, value)]);
        done(Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() });
    };
    set(ids[0], Field::Impact, Value::Int(1));
    set(ids[0], Field::Urgency, Value::Int(1));
    set(ids[0], Field::Requester, Value::Int(kenji.0));
    set(ids[1], Field::Urgency, Value::Int(2));
    set(ids[1], Field::Due, Value::Int(now.0 - 42 * 60_000));
    set(ids[3], Field::Requester, Value::Int(kenji.0));
    set(ids[3], Field::Assignee, Value::Int(kenji.0));
    set(ids[6], Field::Assignee, Value::Int(mara.0));
    set(
        ids[4],
        Field::Description,
        Value::from(
            "On 5 October all of it was fine.\n\n> On Monday you wrote\n> that it works\n\nIt does not:\n\tping\t92% loss",
        ),
    );
    let move_to = |id: TicketId, to: &str, set: Edit| Command::Move {
        on: vec![id.into()],
        to: to.to_owned(),
        set,
        children: false,
    };
    done(move_to(ids[6], "pending", Edit::from([(Field::PendingReason, Value::from("vendor"))])));
    done(Command::Task { on: ids[0], change: TaskChange::Add(String::from("Call the provider")) });
    done(Command::Task { on: ids[0], change: TaskChange::Add(String::from("Tell the site lead")) });
    done(Command::Task { on: ids[0], change: TaskChange::Done(1, true) });
    done(Command::Link { from: ids[0], relation: Relation::Relates, to: ids[4] });
    let tag = vec![String::from("vpn"), String::from("site-lyon")];
    done(Command::Edit { on: vec![ids[0].into()], set: Edit::new(), tag, untag: Vec::new() });
    sitting.bert(Command::Write {
        on: vec![ids[0].into()],
        public: false,
        text: String::from("The certificate of the gateway ran out at 06:00.\nRenewing it."),
    });
    sitting.bert(Command::Write {
        on: vec![ids[0].into()],
        public: true,
        text: String::from("We know why and will be back within the hour."),
    });
    sitting.happens(Msg::Changed);
    sitting.keys("] ]");
    sitting
}

/// Prints a scene and holds it to what is true of every screen.
#[track_caller]
fn seen(name: &str, sitting: &mut Sitting) {
    let colour = sitting.model.look;
    let mono = Look { theme: Theme::usual(Colours::None), ..colour };
    let ascii = Look { glyphs: Glyphs::Ascii, utf8: false, ..colour };
    let mut pages = vec![LEGEND.to_owned()];
    for size in SIZES {
        sitting.happens(Msg::Term(TermEvent::Resize(size.0, size.1)));
        let mut draw = |look: Look| {
            sitting.model.look = look;
            print::buffer(&sitting.model)
        };
        let (colour, mono, ascii) = (draw(colour), draw(mono), draw(ascii));
        assert_eq!(print::text(&mono), print::text(&colour), "{name} says less without colours at {size:?}");
        for (one, other) in mono.content.iter().zip(&colour.content) {
            assert_eq!((one.fg, one.bg, one.modifier), (Color::Reset, Color::Reset, other.modifier), "{name} {size:?}");
        }
        let printed = print::text(&ascii);
        assert!(printed.iter().all(|row| row.is_ascii()), "{name} at {size:?} is not ASCII:\n{}", printed.join("\n"));
        let of = format!("{}x{}", size.0, size.1);
        pages.push(format!("{of}\n{}", print::text(&colour).join("\n")));
        pages.push(format!("{of} styles\n{}", print::styles(&colour).join("\n")));
        if size == (80, 24) {
            pages.push(format!("{of} styles in mono\n{}", print::styles(&mono).join("\n")));
            pages.push(format!("{of} in ASCII\n{}", printed.join("\n")));
        }
    }
    sitting.model.look = colour;
    insta::assert_snapshot!(format!("scene_{name}"), pages.join("\n\n=== "));
}

#[test]
fn the_queue() {
    let mut sitting = desk();
    sitting.keys("j Space Space k k");
    seen("queue", &mut sitting);
}

#[test]
fn the_ticket() {
    let mut sitting = desk();
    sitting.keys("/").types("lyon").keys("Enter Enter");
    seen("ticket", &mut sitting);
}

#[test]
fn a_reply_being_written() {
    let mut sitting = desk();
    sitting.keys("r").types("Dear Kenji,\n\n東京のプリンター is back. Its certificate had run out; it renews itself from now on, two weeks before.\n\nAnna");
    seen("reply", &mut sitting);
}

#[test]
fn a_form_being_left() {
    let mut sitting = desk();
    sitting.keys("c").types("Half a sentence").keys("Esc");
    seen("leaving", &mut sitting);
}

#[test]
fn a_new_incident_with_what_is_like_it() {
    let mut sitting = desk();
    sitting.keys("n").types("incident").keys("Enter").types("VPN down again");
    seen("new", &mut sitting);
}

#[test]
fn a_form_with_names_to_choose_from_and_a_mistake() {
    let mut sitting = desk();
    sitting
        .keys("n")
        .types("incident")
        .keys("Enter")
        .types("No sound")
        .keys("Tab Tab")
        .types("7")
        .keys("Shift-Tab")
        .types("a");
    seen("form", &mut sitting);
}

#[test]
fn the_palette() {
    let mut sitting = desk();
    sitting.keys(":").types("re");
    seen("palette", &mut sitting);
}

#[test]
fn the_help() {
    let mut sitting = desk();
    sitting.keys("?");
    seen("help", &mut sitting);
}

#[test]
fn a_picker_of_people() {
    let mut sitting = desk();
    sitting.keys("a");
    seen("picker", &mut sitting);
}

#[test]
fn a_change_of_many() {
    let mut sitting = desk();
    sitting.keys("Space j j j Space j j Space s").types("assi").keys("Enter").types("mara").keys("Enter");
    seen("bulk", &mut sitting);
}

#[test]
fn articles_that_were_found() {
    let mut sitting = super::knowledge::shelf((80, 24));
    sitting.keys("4 /").types("gatway vpn").keys("Enter");
    seen("articles", &mut sitting);
}

#[test]
fn an_article_with_code_links_and_hits() {
    let mut sitting = super::knowledge::shelf((80, 24));
    sitting.keys("4 /").types("gateway").keys("Enter j Enter n n j");
    seen("article", &mut sitting);
}

#[test]
fn a_conflict() {
    let mut sitting = desk();
    sitting.keys("/").types("mail").keys("Enter e");
    let on = vec![sitting.id().into()];
    let set = Edit::from([(Field::Title, Value::from("Mail is slow in all of Asia, 東京 first"))]);
    sitting.bert(Command::Edit { on, set, tag: Vec::new(), untag: Vec::new() });
    sitting.types(" for finance").keys("Esc Enter");
    seen("conflict", &mut sitting);
}

#[test]
fn the_drafts() {
    let mut sitting = desk();
    sitting
        .keys("c")
        .types("Half a sen")
        .keys("Esc Esc j r")
        .types("Dear all, 東京 and Lyon are back, and so is everything that hangs on them")
        .keys("Esc Esc");
    sitting.keys("n").types("incident").keys("Enter").types("New screen").keys("Esc Esc g w");
    seen("drafts", &mut sitting);
}

#[test]
fn the_facets() {
    let mut sitting = desk();
    sitting.keys("f");
    seen("facets", &mut sitting);
}

#[test]
fn a_filter_being_completed() {
    let mut sitting = desk();
    sitting.keys("/").types("mail or prio").keys("Tab Tab");
    seen("filter", &mut sitting);
}

#[test]
fn what_can_follow_a_key() {
    let mut sitting = desk();
    sitting.keys("g");
    seen("prefix", &mut sitting);
}

#[test]
fn why_a_field_is_what_it_is() {
    let mut sitting = desk();
    sitting.keys("/").types("lyon").keys("Enter &").types("priority").keys("Enter");
    seen("why", &mut sitting);
}

#[test]
fn a_list_for_the_wall() {
    let mut sitting = desk();
    let look = sitting.model.look;
    sitting.model = Model::new(sitting.author.clone(), "ops", (80, 24), look, sitting.moment.now, sitting.moment.zone);
    sitting.model.watch = Some(String::from("is:open"));
    let welcome = worker::welcome(&sitting.store, &sitting.author).map(Box::new);
    sitting.happens(Msg::Opened(welcome));
    seen("wall", &mut sitting);
}

#[test]
fn a_desk_without_tickets() {
    let mut sitting = Sitting::with(&[], (80, 24));
    seen("empty", &mut sitting);
}

#[test]
fn a_filter_that_finds_nothing() {
    let mut sitting = desk();
    sitting.keys("/").types("unicorn").keys("Enter");
    seen("nothing_fits", &mut sitting);
}

#[test]
fn a_list_on_its_way() {
    let mut sitting = desk();
    sitting.model.queue.rows.clear();
    sitting.model.queue.loading = true;
    sitting.happens(Msg::Woke);
    seen("loading", &mut sitting);
}

#[test]
fn a_list_that_could_not_be_read() {
    let mut sitting = desk();
    sitting.model.queue.rows.clear();
    let generation = sitting.model.asked[&Slot::List];
    let refusal = Refusal::Unavailable(String::from(
        "/srv/desk/ops.desk can't be read: the drive is away (stale handle). Mount it again, then press R",
    ));
    sitting.happens(Msg::Answer(Slot::List, generation, Err(refusal)));
    seen("failed", &mut sitting);
}

#[test]
fn a_desk_that_can_not_be_opened() {
    let mut sitting = desk();
    let look = sitting.model.look;
    sitting.model = Model::new(sitting.author.clone(), "ops", (80, 24), look, sitting.moment.now, sitting.moment.zone);
    let refusal = Refusal::Unavailable(String::from(
        "there is no desk at /home/anna/ops.desk; make one: deskhand init /home/anna/ops.desk",
    ));
    sitting.happens(Msg::Opened(Err(refusal)));
    seen("unopened", &mut sitting);
}
