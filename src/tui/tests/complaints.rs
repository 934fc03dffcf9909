//! What users of other terminal programs complain about, each as a test that it does not happen here.
//!
//! | complaint | tested in |
//! |---|---|
//! | scrolling tears, many small writes, a full clear a frame | `tests/terminal/drawing.rs`: a frame is one write; `tests/terminal/looks.rs`: bytes for one row |
//! | a tick repaints, fans spin at rest | `tests/terminal/drawing.rs` and `desk.rs`: nothing is written when nothing happens |
//! | a slow line loses keys | here: keys are kept, frames are dropped |
//! | an arrow split in two is Esc and a letter | `tests/terminal/typing.rs`, `term/decode/tests.rs` |
//! | replies of the terminal arrive as typed text; start-up waits for them | `tests/terminal/typing.rs`; `drawing.rs`: the terminal is never asked anything |
//! | the first screen waits for the data; typing waits for counting | here |
//! | one second a row on a long list | here: a row down asks for no page that is held; `cargo bench` |
//! | a huge text freezes the screen | here |
//! | no key works while something runs, not even ctrl-c | here |
//! | the terminal goes away and the program spins; exit, panic and signals leave it broken | `tests/terminal/ending.rs` |
//! | ctrl-z is refused or used for something else | here; `tests/terminal/lending.rs`: and fg comes back |
//! | Esc throws the text away | `draft.rs`, `cases.rs`, `fuzz.rs` |
//! | a refused text is gone | here: by the desk, by a colleague, by a drive that is away |
//! | a comment just written does not show | here |
//! | pasted lines run as commands | here, in every place; `tests/terminal/typing.rs` |
//! | keys collide with tmux and can't be changed | `action/mod.rs`: the table's lint; `key/keymap.rs`; `tests/terminal/looks.rs` |
//! | one dialog closes with another key than the others; the hint is wrong | here: Esc closes each, and each footer key does something |
//! | a broken configuration is ignored in silence | `tests/terminal/looks.rs`, `tests/cli/config.rs` |
//! | unreadable on a light or dark theme; colour alone tells | `theme.rs`: contrast; `scenes.rs`: mono says the same; here: the cursor's row |
//! | `NO_COLOR` hides the cursor | `tests/terminal/desk.rs`, `drawing.rs` |
//! | screen readers read frames and spinners | here; `tests/terminal/looks.rs` |
//! | wide letters shift what follows | here |
//! | box characters as question marks | `scenes.rs`: ASCII is ASCII; `tests/terminal/looks.rs` |
//! | copying crashes or is silent over SSH | `tests/terminal/drawing.rs`, `term/clipboard.rs` |
//! | small terminals panic; columns are missing at 80; which desk is this? the end can't be reached | here; `seeing.rs`; `fuzz.rs` |

use super::print;
use super::*;
use crate::tui::action::{self, allowed};
use crate::tui::effect::Question;
use crate::tui::focus;
use crate::tui::key::Meaning;

fn key(key: &str) -> Msg {
    Msg::Term(TermEvent::Input(Input::Key(key.parse().unwrap())))
}

/// A place over the list, by its keys.
const PLACES: [&str; 12] = ["?", ":", "a", "c", "n", "n Enter", "f", "W", "g i", "/", "x", "Space Space i"];

#[test]
fn keys_pressed_before_the_desk_is_open_are_for_its_list() {
    let mut sitting = three();
    let (author, look) = (sitting.author.clone(), sitting.model.look);
    sitting.model = Model::new(author, "ops", (80, 24), look, sitting.moment.now, sitting.moment.zone);
    sitting.keys("] ] j i");
    let welcome = worker::welcome(&sitting.store, &sitting.author).map(Box::new);
    sitting.happens(Msg::Opened(welcome));
    assert_eq!((sitting.on().as_str(), sitting.state().as_str()), ("INC-2", "assigned"));
}

#[test]
fn the_frame_is_there_before_the_desk_and_the_rows_before_their_counts() {
    let mut sitting = three();
    let (author, look) = (sitting.author.clone(), sitting.model.look);
    sitting.model = Model::new(author, "ops", (80, 24), look, sitting.moment.now, sitting.moment.zone);
    sitting.shows("ops ▸ Queue").keys("] ]");
    let welcome = worker::welcome(&sitting.store, &sitting.author).map(Box::new);
    let effects = update(&mut sitting.model, Msg::Opened(welcome));
    let rows = effects.into_iter().filter(|effect| matches!(effect, Effect::Ask(Slot::List, ..)));
    sitting.settle(rows.collect());
    sitting.shows("> INC-1").hides("Open 3");
}

#[test]
fn typing_goes_on_while_the_list_is_searched_and_late_answers_are_dropped() {
    let mut sitting = three();
    sitting.keys("/");
    let mut late = Vec::new();
    for letter in ["m", "a", "i", "l"] {
        late.extend(update(&mut sitting.model, key(letter)));
    }
    sitting.shows("/mail");
    let asked: Vec<Effect> = late.into_iter().filter(|effect| matches!(effect, Effect::Ask(Slot::List, ..))).collect();
    assert_eq!(asked.len(), 4);
    // The newest is answered first, the others after it.
    asked.into_iter().rev().for_each(|one| sitting.settle(vec![one]));
    sitting.shows("INC-2").hides("INC-1").hides("INC-3");
}

#[test]
fn a_row_down_asks_for_no_page_that_is_held() {
    let titles: Vec<String> = (0..300).map(|n| format!("Ticket {n}")).collect();
    let mut sitting = Sitting::with(&titles.iter().map(String::as_str).collect::<Vec<_>>(), (80, 24));
    sitting.keys("] ]");
    sitting.did.clear();
    sitting.keys(&"j ".repeat(100));
    assert_eq!(sitting.did, []);
    sitting.keys(&"j ".repeat(150));
    let pages = sitting.did.iter().filter(|effect| matches!(effect, Effect::Ask(_, _, Question::Page { .. })));
    assert_eq!((sitting.on().as_str(), pages.count()), ("INC-251", 1));
}

#[test]
fn a_huge_text_is_read_to_its_end_and_a_huge_paste_is_typed_on() {
    let mut sitting = three();
    let log = "0123456789 fifty thousand bytes of a log\n".repeat(1_250);
    sitting.keys("c");
    sitting.happens(Msg::Term(TermEvent::Input(Input::Paste(log))));
    sitting.types("the last words").shows("the last words").keys("Esc Enter").shows("Noted on INC-1");
    sitting.keys("Enter G").shows("the last words").keys("g g").shows("INC-1  VPN down in Lyon");
}

#[test]
fn ctrl_c_works_whatever_is_waited_for() {
    for waits in ["loading", "sending", "opening"] {
        let mut sitting = three();
        match waits {
            "loading" => sitting.model.queue.loading = true,
            "opening" => sitting.model.rules = None,
            _ => {
                sitting.keys("c").types("half").keys("Esc");
                update(&mut sitting.model, key("Enter"));
            }
        }
        update(&mut sitting.model, key("j"));
        update(&mut sitting.model, key("ctrl-c"));
        let effects = update(&mut sitting.model, key("ctrl-c"));
        assert_eq!(effects, [Effect::Quit(130)], "{waits}");
    }
}

#[test]
fn ctrl_z_suspends_from_everywhere() {
    for place in PLACES {
        let mut sitting = three();
        sitting.keys(place).keys("ctrl-z");
        assert_eq!(sitting.outside.last(), Some(&Effect::Suspend), "{place}");
    }
}

#[test]
fn a_text_refused_by_a_drive_that_is_away_is_still_there_and_is_sent_again() {
    let mut sitting = three();
    sitting.keys("c").types("The certificate ran out.").keys("Esc");
    let effects = update(&mut sitting.model, key("Enter"));
    let Some(Effect::Do(wish)) = effects.into_iter().find(|effect| matches!(effect, Effect::Do(_))) else { panic!() };
    let refusal = Refusal::Unavailable(String::from("the drive is away"));
    sitting.happens(Msg::Done(wish, Err(refusal)));
    sitting.shows("the drive is away").shows("The certificate ran out.");
    assert_eq!(sitting.model.drafts.len(), 1);
    sitting.keys("Esc Enter").shows("Noted on INC-1");
    assert!(sitting.model.drafts.is_empty());
}

#[test]
fn a_note_shows_as_soon_as_it_is_written() {
    three().keys("Enter c").types("Seen at the site.").keys("Esc Enter").shows("Seen at the site.").shows("anna  note");
}

#[test]
fn pasted_lines_change_nothing_wherever_they_are_pasted() {
    for place in PLACES {
        let mut sitting = three();
        sitting.keys(place);
        sitting.did.clear();
        sitting.happens(Msg::Term(TermEvent::Input(Input::Paste(String::from("i\nx\nq\nEsc\nd\ny\n\u{1b}\u{3}\r\n")))));
        let done = sitting.did.iter().filter(|effect| matches!(effect, Effect::Do(_) | Effect::Quit(_)));
        assert_eq!(done.count(), 0, "{place}");
    }
}

#[test]
fn esc_closes_each_overlay_and_leads_back_to_the_list() {
    for place in PLACES {
        let mut sitting = three();
        sitting.keys(place).keys("Esc");
        assert_eq!(sitting.model.overlays.len(), 0, "{place}");
        assert!(sitting.model.queue.typing.is_none(), "{place}");
        assert!(!sitting.outside.contains(&Effect::Quit(0)), "{place}");
    }
}

#[test]
fn what_the_footer_offers_can_be_done() {
    for place in PLACES {
        let mut sitting = three();
        sitting.keys(place);
        let model = &sitting.model;
        let scopes = focus::scopes(model);
        for row in action::all().filter(|row| row.rank > 0 && scopes.contains(&row.scope)) {
            let chord: crate::tui::key::Chord = model.keymap.of(row)[0].parse().unwrap();
            if allowed(row, model).is_ok() {
                let meant = model.keymap.resolve(scopes, chord.keys());
                assert!(matches!(meant, Meaning::Act(other) if other.id == row.id), "{place}: {}", row.name);
            }
        }
    }
}

#[test]
fn the_row_of_the_cursor_is_marked_in_text_and_reversed_over_its_whole_width_in_every_look() {
    for colours in [Colours::None, Colours::Sixteen, Colours::Indexed, Colours::True] {
        let mut sitting = Sitting::with(&["東京 is away", "Cafe\u{301} 📶", "شبكة المكتب"], (80, 24));
        sitting.keys("] ]");
        sitting.model.look.theme = Theme::usual(colours);
        for row in 3..6 {
            let buffer = print::buffer(&sitting.model);
            assert!(print::text(&buffer)[row].starts_with('>'), "{colours:?}");
            assert_eq!(print::styles(&buffer)[row], "#".repeat(80), "{colours:?}");
            sitting.keys("j");
        }
    }
}

#[test]
fn wide_and_combined_letters_shift_nothing_behind_them() {
    let titles = [
        "東京オフィスのプリンターが動かない、至急",
        "e\u{301}e\u{301}e\u{301} 📶 👩‍👩‍👧 family",
        "شبكة المكتب لا تعمل اليوم",
        "plain",
    ];
    for width in [100, 101, 120, 160, 200] {
        let mut sitting = Sitting::with(&titles, (width, 30));
        sitting.keys("] ]");
        let buffer = print::buffer(&sitting.model);
        for x in 0..width {
            let lines: Vec<&str> = (3..28).map(|y| buffer[(x, y)].symbol()).filter(|symbol| *symbol == "│").collect();
            assert!(lines.is_empty() || lines.len() == 25, "a line between panes is broken at {x} of {width}");
        }
    }
}

#[test]
fn a_screen_reader_hears_one_pane_without_lines() {
    let mut sitting = three();
    sitting.model.look.plain = true;
    for size in [(80, 24), (200, 50)] {
        for place in PLACES {
            sitting.happens(Msg::Term(TermEvent::Resize(size.0, size.1)));
            sitting.keys(place).hides("│").hides("┌").hides("─").keys("Esc Esc Esc Esc");
        }
    }
}

#[test]
fn the_desk_and_its_label_are_named_at_every_size_on_every_screen() {
    for size in [(40, 10), (80, 24), (200, 50)] {
        for place in PLACES {
            let mut sitting = three();
            sitting.happens(Msg::Term(TermEvent::Resize(size.0, size.1)));
            sitting.keys(place);
            assert!(sitting.screen()[0].starts_with("ops (ops) ▸ Queue"), "{place} at {size:?}");
        }
    }
}

#[test]
fn the_end_of_a_long_story_is_reached_at_the_smallest_size() {
    let mut sitting = three();
    for n in 0..30 {
        sitting.bert(Command::Write { on: vec![sitting.id().into()], public: false, text: format!("Note {n}") });
    }
    sitting.happens(Msg::Term(TermEvent::Resize(40, 10)));
    sitting.happens(Msg::Changed);
    sitting.keys("Enter G").shows("Note 29").keys("g g").hides("Note 29").keys(&"j ".repeat(200)).shows("Note 29");
}

#[test]
fn a_word_that_tab_completed_is_kept_like_a_typed_one() {
    let mut sitting = three();
    sitting.keys("x").types("fix").keys("Tab");
    let draft = sitting.model.drafts.values().next().unwrap();
    assert!(draft.contains("\"fixed\""), "{draft}");
}

#[test]
fn keys_behind_a_form_that_is_being_sent_are_for_the_list() {
    let mut sitting = three();
    sitting.keys("c").types("Seen").keys("Esc");
    let effects = update(&mut sitting.model, key("Enter"));
    update(&mut sitting.model, key("j"));
    update(&mut sitting.model, key("i"));
    sitting.settle(effects);
    assert_eq!((sitting.on().as_str(), sitting.state().as_str()), ("INC-2", "assigned"));
}

#[test]
fn a_table_of_changes_that_comes_late_takes_no_keys_from_a_note() {
    let mut sitting = three();
    sitting.keys("Space Space");
    let effects = update(&mut sitting.model, key("i"));
    sitting.keys("c").types("Half a");
    sitting.settle(effects);
    sitting.types(" sentence\n").shows("Half a sentence");
    assert!(!sitting.did.iter().any(|effect| matches!(effect, Effect::Do(_))));
}

#[test]
fn keys_behind_the_editor_wait_until_it_gave_its_text() {
    let mut sitting = three();
    sitting.keys("c").types("half").keys("Esc");
    let rules = sitting.model.rules.take();
    sitting.keys("e ! ?");
    sitting.model.rules = rules;
    // The list comes, and with it the keys that waited.
    sitting.happens(Msg::Changed);
    assert!(sitting.outside.contains(&Effect::Editor(String::from("half"))));
    let mut effects = edited(&mut sitting.model, "from vim");
    effects.extend(returned(&mut sitting.model));
    sitting.settle(effects);
    sitting.shows("from vim!?");
    assert!(sitting.model.held.is_empty());
}

#[test]
fn a_range_begins_at_its_ticket_though_others_come_in_above() {
    let mut sitting = three();
    sitting.keys("j v");
    let set = Edit::from([(Field::Title, Value::from("Urgent")), (Field::Due, Value::Int(sitting.moment.now.0))]);
    let (tags, tasks, links) = (Vec::new(), Vec::new(), Vec::new());
    sitting.bert(Command::Open(OpenTicket { kind: Kind::Incident, set, tags, tasks, links, created: None }));
    sitting.happens(Msg::Changed);
    sitting.keys("j v");
    let marked: Vec<String> = sitting.model.queue.marked_numbers().iter().map(ToString::to_string).collect();
    assert_eq!(marked, ["INC-2", "INC-3"]);
}
