//! The screens as their users meet them: keys in, screen out, on a real desk, in microseconds.

mod away;
mod bulk;
mod cases;
mod change;
mod changes;
mod cmdb;
mod complaints;
mod draft;
mod filtering;
mod form;
mod fuzz;
mod going;
mod hand;
mod hints;
mod knowledge;
mod many;
mod print;
mod reading;
mod readme;
mod reloading;
mod scenes;
mod seeing;
mod shaping;
mod small;
mod solve;
mod speaking;
mod undoing;
mod walking;
mod work;

use std::collections::BTreeMap;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::desk::command::{Author, Command, OpenTicket, Receipt, Request};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::{HOUR, Moment, Timestamp};
use crate::store::Store;
use crate::store::tests::{founded, founding};
use crate::tui::effect::{Effect, Generation, Question, Slot, Wish};
use crate::tui::key::{Code, Key};
use crate::tui::message::Msg;
use crate::tui::model::{Look, Model};
use crate::tui::proposal::propose;
use crate::tui::screen::Tab;
use crate::tui::term::{Colours, Glyphs, Input, TermEvent};
use crate::tui::theme::Theme;
use crate::tui::update::{edited, returned, update};
use crate::tui::{view, worker};

/// Somebody at the screens.
struct Sitting {
    model: Model,
    store: Store,
    author: Author,
    moment: Moment,
    /// Effects that reach outside: copies, editor calls, exits.
    outside: Vec<Effect>,
    /// All effects.
    did: Vec<Effect>,
    /// What is asked and not answered yet, as it waits at the worker: the first slot is answered first.
    asked: BTreeMap<Slot, (Generation, Question)>,
    _folder: tempfile::TempDir,
}

impl Sitting {
    fn with(titles: &[&str], size: (u16, u16)) -> Sitting {
        let folder = tempfile::tempdir().unwrap();
        let (author, moment) = founding();
        let mut store = founded(folder.path());
        for (n, title) in (0_i64..).zip(titles) {
            let set = Edit::from([
                (Field::Title, Value::from(*title)),
                (Field::Due, Value::Int(moment.now.plus((n + 1) * HOUR).0)),
                (Field::Description, Value::from("It stopped this morning.")),
            ]);
            let open = OpenTicket {
                kind: Kind::Incident,
                set,
                tags: Vec::new(),
                tasks: Vec::new(),
                links: Vec::new(),
                created: None,
            };
            store.execute(&Request::new(Command::Open(open)), &author, &moment).unwrap();
        }
        Sitting::at(store, folder, size)
    }

    /// Anna sits down at a desk that is there.
    fn at(store: Store, folder: tempfile::TempDir, size: (u16, u16)) -> Sitting {
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let moment = Moment::utc(Timestamp(1_790_000_000_000));
        let theme = Theme::usual(Colours::Sixteen);
        let look = Look { theme, glyphs: Glyphs::Unicode, utf8: true, plain: false };
        let model = Model::new(author.clone(), "ops", size, look, moment.now, moment.zone);
        let mut sitting = Sitting {
            model,
            store,
            author,
            moment,
            outside: Vec::new(),
            did: Vec::new(),
            asked: BTreeMap::new(),
            _folder: folder,
        };
        let welcome = worker::welcome(&sitting.store, &sitting.author).map(Box::new);
        sitting.happens(Msg::Opened(welcome));
        sitting
    }

    fn happens(&mut self, message: Msg) {
        self.model.moment = self.moment;
        let effects = update(&mut self.model, message);
        self.settle(effects);
    }

    /// Bert does something meanwhile.
    fn bert(&mut self, command: Command) -> &mut Self {
        let bert = Author { login: String::from("bert"), ..self.author.clone() };
        self.moment.now = self.moment.now.plus(60_000);
        self.store.execute(&Request::new(command), &bert, &self.moment).unwrap();
        self
    }

    fn id(&self) -> TicketId {
        self.model.queue.current().unwrap().id
    }

    /// Does what is to be done, and answers what is asked as the worker does: in the order of the slots, the newest of each.
    fn settle(&mut self, effects: Vec<Effect>) {
        self.carry(effects);
        while let Some((slot, (generation, question))) = self.asked.pop_first() {
            let read = self.store.read();
            let answer = read.and_then(|reader| worker::answer(&reader, &self.author, self.moment, &question));
            self.meets(Msg::Answer(slot, generation, answer));
        }
    }

    fn meets(&mut self, message: Msg) {
        self.model.moment = self.moment;
        let effects = update(&mut self.model, message);
        self.carry(effects);
    }

    fn carry(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.did.push(effect.clone());
            match effect {
                Effect::Ask(slot, generation, question) => drop(self.asked.insert(slot, (generation, question))),
                Effect::Do(wish) => {
                    let outcome = self.carry_out(&wish);
                    self.meets(Msg::Done(wish, outcome));
                }
                Effect::Preview(wish) => {
                    let outcome = propose(&mut self.store, &self.author, &self.moment, &wish);
                    self.meets(Msg::Previewed(wish, outcome));
                }
                Effect::Fetch(file, to) => {
                    let outcome = worker::fetch(&self.store, &file, &to);
                    self.meets(Msg::Fetched(to, outcome));
                }
                other => self.outside.push(other),
            }
        }
    }

    fn carry_out(&mut self, wish: &Wish) -> Result<Receipt, Refusal> {
        worker::execute(&mut self.store, &self.author, &self.moment, wish, &mut |_| {})
    }

    /// Presses keys, written as in help and parted by blanks.
    fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let key: Key = if key == "Space" { Key::char(' ') } else { key.parse().unwrap() };
            self.happens(Msg::Term(TermEvent::Input(Input::Key(key))));
        }
        self
    }

    /// Types text.
    fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let key = if c == '\n' { Key::new(Code::Enter) } else { Key::char(c) };
            self.happens(Msg::Term(TermEvent::Input(Input::Key(key))));
        }
        self
    }

    fn screen(&self) -> Vec<String> {
        let mut terminal = Terminal::new(TestBackend::new(self.model.size.0, self.model.size.1)).unwrap();
        terminal.draw(|frame| view::draw(&self.model, frame)).unwrap();
        let buffer = terminal.backend().buffer();
        (0..buffer.area.height)
            .map(|y| {
                let row: String = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
                row.trim_end().to_owned()
            })
            .collect()
    }

    #[track_caller]
    fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.iter().any(|row| row.contains(text)), "'{text}' is not on the screen:\n{}", screen.join("\n"));
        self
    }

    #[track_caller]
    fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.iter().any(|row| row.contains(text)), "'{text}' is on the screen:\n{}", screen.join("\n"));
        self
    }

    /// The ticket or CI under the cursor.
    fn on(&self) -> String {
        if self.model.tab == Tab::Cmdb {
            return self.model.cmdb.current().map(|id| id.number()).unwrap_or_default();
        }
        if self.model.tab == Tab::Knowledge {
            return self.model.knowledge.current().map(|id| id.number()).unwrap_or_default();
        }
        self.model.current().map(|ticket| ticket.number.to_string()).unwrap_or_default()
    }

    fn state(&self) -> String {
        self.model.queue.current().map(|ticket| ticket.state.clone()).unwrap_or_default()
    }
}

/// Three open incidents in the view of all that is open.
fn three() -> Sitting {
    let mut sitting = Sitting::with(&["VPN down in Lyon", "Mail is slow", "Printer on fire"], (80, 24));
    sitting.keys("] ]");
    sitting
}

#[test]
fn the_first_screen_shows_views_with_counts_and_the_rows() {
    let mut sitting = three();
    sitting.shows("[Open 3]").shows("Unassigned 3").shows("> INC-1").shows("VPN down in Lyon").shows("1h");
    assert_eq!(
        sitting.screen()[0],
        format!("ops (ops) ▸ Queue ▸ Open{}[1 Queue] 2 Changes  3 CMDB  4 Knowledge   3", " ".repeat(12))
    );
}

#[test]
fn an_incident_is_taken_noted_resolved_and_the_resolving_undone() {
    let mut sitting = three();
    sitting.keys("i");
    assert_eq!(sitting.state(), "assigned");
    sitting.shows("Set assignee of INC-1");
    sitting
        .keys("c")
        .types("Certificate expired.\nRenewed it.")
        .keys("Esc")
        .shows("Enter send | e editor | k keep as draft | d discard");
    sitting.keys("Enter").shows("Noted on INC-1");
    sitting
        .keys("x")
        .shows("Resolve INC-1")
        .types("fix")
        .keys("Tab")
        .types("Renewed the certificate.")
        .keys("Esc Enter");
    sitting.shows("Moved INC-1 to resolved").hides("VPN down in Lyon");
    assert_eq!(sitting.on(), "INC-2", "the cursor stays in its place");
    sitting.keys("u").shows("Undid entry");
    sitting.shows("VPN down in Lyon");
    sitting.keys("ctrl-r").shows("Redid entry").hides("VPN down in Lyon");
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_says_why() {
    let mut sitting = three();
    sitting.keys("x").keys("Tab").types("Done.").keys("Esc Enter").shows("Resolution code: needed").shows("Done.");
    sitting.types("zzz").keys("Esc Enter").shows("one of fixed").shows("Done.");
    assert_eq!(sitting.state(), "new");
}

#[test]
fn esc_esc_keeps_a_draft_and_the_same_key_goes_on_with_it() {
    let mut sitting = three();
    sitting.keys("c").types("Half a sen").keys("Esc Esc").shows("Kept as a draft; the same key goes on with it");
    let kept = sitting.outside.iter().filter(|effect| matches!(effect, Effect::KeepDraft { .. })).count();
    assert_eq!(kept, "Half a sen".len() + 1, "kept as it is typed");
    sitting.keys("c").shows("Half a sen").types("tence.").keys("Esc Enter").shows("Noted on INC-1");
    sitting.keys("c").hides("Half a sen");
}

#[test]
fn the_filter_narrows_live_and_esc_puts_it_back() {
    let mut sitting = three();
    sitting.keys("/").types("mai").shows("INC-2").hides("INC-1 ");
    sitting.keys("Enter").shows("Queue ▸ Open, mai*").shows("INC-2");
    sitting.keys("Esc").shows("INC-1 ");
    sitting.keys("/").types("prio:").types("9").shows("prio: takes 1 to 5, not '9'").hides("Nothing in this view");
    sitting.keys("Esc").shows("INC-3");
}

#[test]
fn a_key_pressed_before_the_rows_have_come_waits_for_them() {
    let mut sitting = three();
    sitting.keys("/").types("mail");
    // The answer to the last letter is still on its way when Enter and i are pressed.
    sitting.model.queue.loading = true;
    let before = sitting.model.generation;
    sitting.keys("Enter i c").types("done");
    assert_eq!((sitting.state().as_str(), sitting.model.held.len()), ("new", 6));
    assert_eq!(sitting.model.generation, before);
    sitting.happens(Msg::Changed);
    assert_eq!((sitting.on().as_str(), sitting.state().as_str()), ("INC-2", "assigned"));
    sitting.shows("Note on INC-2").shows("done");
}

#[test]
fn undo_is_of_this_sitting_and_redo_ends_with_the_next_change() {
    let mut sitting = three();
    sitting.keys("u").shows("Can't undo: nothing was done in this sitting");
    sitting.keys("i u").shows("Undid entry");
    assert_eq!(sitting.state(), "new");
    sitting.keys("ctrl-r").shows("Redid entry");
    assert_eq!(sitting.state(), "assigned");
    sitting.keys("u i ctrl-r").shows("Can't redo: nothing was taken back");
}

#[test]
fn an_edit_from_the_list_keeps_the_description_that_a_colleague_wrote() {
    let mut sitting = Sitting::with(&["VPN down in Lyon"], (200, 50));
    sitting.keys("] ] e").shows("It stopped this morning.");
    sitting.keys("Esc");
    sitting.keys("e").types(" and Nice").keys("Esc Esc").shows("Kept as a draft");
    let id = sitting.model.queue.current().unwrap().id;
    let bert = Author { login: String::from("bert"), ..sitting.author.clone() };
    let set = Edit::from([(Field::Title, Value::from("VPN down everywhere"))]);
    let edit = Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() };
    sitting.store.execute(&Request::new(edit), &bert, &sitting.moment).unwrap();
    sitting.happens(Msg::Changed);
    sitting.keys("e Esc Enter").shows("was changed by bert meanwhile").shows("( ) VPN down in Lyon");
}

#[test]
fn alt_keys_neither_send_nor_discard_a_text() {
    let mut sitting = three();
    sitting.keys("c").types("Half a sentence").keys("alt-d alt-Enter").shows("Half a sentence");
    assert_eq!(sitting.store.read().unwrap().entries(crate::desk::id::TicketId(1)).unwrap(), []);
}

#[test]
fn assigning_to_a_team_or_to_nobody_does_what_the_command_does() {
    let mut sitting = three();
    sitting.keys("i a").types("nobody").keys("Enter");
    assert_eq!(sitting.model.queue.current().unwrap().assignee, None);
}

#[test]
fn a_refresh_after_the_end_of_a_long_list_keeps_the_cursor_on_its_ticket() {
    let titles: Vec<String> = (0..450).map(|n| format!("Ticket {n}")).collect();
    let mut sitting = Sitting::with(&titles.iter().map(String::as_str).collect::<Vec<_>>(), (80, 24));
    sitting.keys("] ] G");
    let on = sitting.on();
    sitting.happens(Msg::Changed);
    assert_eq!(sitting.on(), on);
    sitting.keys("k");
    sitting.happens(Msg::Changed);
    sitting.keys("j");
    assert_eq!(sitting.on(), on);
}

#[test]
fn marks_make_one_change_of_many_tickets() {
    let mut sitting = three();
    sitting.keys("Space Space").shows("2 marked").keys("i").shows("Change 2 tickets").shows("state new → assigned");
    sitting.keys("Enter").shows("Set assignee of 2 tickets");
    sitting.keys("u Esc").hides("marked");
    sitting.keys("g g v j j v").shows("3 marked");
}

#[test]
fn only_states_allowed_from_here_are_offered() {
    let mut sitting = three();
    sitting.keys("s").shows("in_progress").shows("pending").hides("  closed");
    sitting.types("pend").keys("Enter").shows("Wait INC-1").shows("requester vendor").types("ven").keys("Enter");
    assert_eq!(sitting.state(), "pending");
}

#[test]
fn the_ticket_shows_its_fields_text_and_history() {
    let mut sitting = three();
    sitting
        .keys("Enter")
        .shows("INC-1  VPN down in Lyon")
        .shows("It stopped this morning.")
        .shows("opened")
        .shows("Queue ▸ Open ▸ INC-1");
    sitting.keys("q").shows("[Open 3]");
    assert!(!sitting.outside.contains(&Effect::Quit(0)));
    sitting.keys("q");
    assert!(sitting.outside.contains(&Effect::Quit(0)));
}

#[test]
fn a_ticket_being_read_stays_when_it_leaves_the_list() {
    let mut sitting = three();
    sitting.keys("Enter x").types("fix").keys("Tab").types("Restarted it.").keys("Esc Enter");
    sitting.shows("Moved INC-1 to resolved").shows("INC-1  VPN down in Lyon").shows("resolved");
    sitting.keys("u").shows("INC-1  VPN down in Lyon").shows("Undid entry");
}

#[test]
fn help_is_the_table_and_enter_runs_its_line() {
    let mut sitting = three();
    sitting.keys("?").types("take it").shows("ticket.take").keys("Enter");
    assert_eq!(sitting.state(), "assigned");
}

#[test]
fn a_blocked_key_says_why() {
    let mut sitting = three();
    sitting.keys("X").shows("Can't reopen");
    sitting.keys("Z").shows("Z does nothing here; ? shows what does");
}

#[test]
fn the_cursor_stays_on_its_ticket_while_others_change_the_desk() {
    let mut sitting = three();
    sitting.keys("j");
    assert_eq!(sitting.on(), "INC-2");
    let set = Edit::from([(Field::Title, Value::from("Urgent")), (Field::Due, Value::Int(sitting.moment.now.0))]);
    let open =
        OpenTicket { kind: Kind::Incident, set, tags: Vec::new(), tasks: Vec::new(), links: Vec::new(), created: None };
    let bert = Author { login: String::from("bert"), ..sitting.author.clone() };
    sitting.store.execute(&Request::new(Command::Open(open)), &bert, &sitting.moment).unwrap();
    sitting.happens(Msg::Changed);
    sitting.shows("INC-4");
    assert_eq!(sitting.on(), "INC-2");
}

#[test]
fn a_ticket_that_a_colleague_changed_since_i_looked_is_marked_until_i_look_again() {
    let mut sitting = three();
    sitting.keys("Enter h").hides(">*");
    let id = sitting.model.queue.current().unwrap().id;
    let bert = Author { login: String::from("bert"), ..sitting.author.clone() };
    let note = Command::Write { on: vec![id.into()], public: false, text: String::from("I saw it too.") };
    sitting.store.execute(&Request::new(note), &bert, &sitting.moment).unwrap();
    sitting.model.queue.shown = None;
    sitting.happens(Msg::Changed);
    sitting.shows(">*INC-1");
    sitting.keys("Enter h").hides(">*").shows("> INC-1");
}

#[test]
fn a_new_incident_is_logged_from_a_form() {
    let mut sitting = three();
    sitting
        .keys("n")
        .types("incident")
        .keys("Enter")
        .types("Wi-Fi lost")
        .keys("Tab Tab")
        .types("3")
        .keys("Tab")
        .types("2")
        .keys("Esc Enter")
        .shows("Opened INC-4: Wi-Fi lost");
    sitting.keys("n").types("incident").keys("Enter").keys("Esc Enter").hides("New incident");
}

#[test]
fn pasted_lines_are_text_and_never_keys() {
    let mut sitting = three();
    sitting.happens(Msg::Term(TermEvent::Input(Input::Paste(String::from("i\nx\nu\n")))));
    sitting.shows("Pasted text goes into text fields only");
    assert_eq!(sitting.state(), "new");
}

#[test]
fn text_from_outside_reaches_no_terminal_with_its_escapes() {
    let sitting = {
        let mut sitting = Sitting::with(&["evil \u{1b}]0;owned\u{7} \u{202e}txet"], (80, 24));
        sitting.keys("] ]");
        sitting
    };
    let screen = sitting.screen().join("\n");
    assert!(!screen.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{screen}");
}

#[test]
fn the_editor_gives_its_text_to_the_field() {
    let mut sitting = three();
    sitting.keys("c").types("draft").keys("ctrl-x ctrl-e");
    assert!(sitting.outside.contains(&Effect::Editor(String::from("draft"))));
    let effects = edited(&mut sitting.model, "from vim\n");
    sitting.settle(effects);
    sitting.shows("from vim");
}

#[test]
fn every_size_is_drawn_without_a_panic() {
    let mut sitting = three();
    for (columns, rows) in [(0, 0), (1, 1), (39, 9), (40, 10), (80, 24), (100, 30), (160, 50), (200, 50), (300, 100)] {
        sitting.happens(Msg::Term(TermEvent::Resize(columns, rows)));
        sitting.screen();
        sitting.keys("Enter").screen();
        sitting.keys("c").screen();
        sitting.keys("Esc ?").screen();
        sitting.keys("Esc h f").screen();
        sitting.keys("Esc W").screen();
        sitting.keys("Esc g i").screen();
        sitting.keys("Esc / Tab Tab").screen();
        sitting.keys("Esc Esc / x : 9 0 Home").screen();
        sitting.keys("Esc P").screen();
        sitting.keys("P").screen();
        sitting.keys("P").screen();
    }
}

#[test]
fn screens_look_as_agreed() {
    let mut sitting = Sitting::with(&["VPN down in Lyon", "Mail is slow", "Printer on fire"], (80, 24));
    insta::assert_snapshot!("my_work_is_empty_80x24", sitting.screen().join("\n"));
    sitting.keys("] ] i Space");
    insta::assert_snapshot!("queue_80x24", sitting.screen().join("\n"));
    sitting.keys("Esc g g Enter");
    insta::assert_snapshot!("ticket_80x24", sitting.screen().join("\n"));
    sitting.keys("h x").types("wo");
    insta::assert_snapshot!("resolve_80x24", sitting.screen().join("\n"));
    sitting.keys("Esc d ?");
    insta::assert_snapshot!("help_80x24", sitting.screen().join("\n"));
    sitting.keys("Esc");
    sitting.happens(Msg::Term(TermEvent::Resize(200, 50)));
    sitting.keys("j");
    insta::assert_snapshot!("queue_200x50", sitting.screen().join("\n"));
}
