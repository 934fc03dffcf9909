//! Nobody presses keys as wildly as this: every chord of the table, text, pastes, sizes, replies late and out of order,
//! colleagues who write meanwhile. Seeded, so that what broke once breaks again: `FUZZ=17 cargo test fuzz` runs one seed.
//!
//! After every step: it can be drawn; a text that was typed is on the screen, among the drafts on the disk, or sent; the keys
//! go somewhere; the cursor is on its ticket. In the end, when all replies have come, no key and no form waits any more.

use std::collections::BTreeMap;

use super::*;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, Content, KnowledgeCommand};
use crate::tui::action::{self, Scope};
use crate::tui::focus;
use crate::tui::key::Chord;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{Draft, Form};
use crate::tui::screen::cmdb::Pane as CiPane;
use crate::tui::screen::knowledge::Pane as ArticlePane;

const SEEDS: u64 = 200;
const STEPS: usize = 60;

/// The texts of a draft: what was typed in each field.
type Texts = Vec<(String, String)>;

/// What may lawfully take a text away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A key, which may change what is typed.
    Key,
    /// A key that discards a form, or keeps theirs in a conflict.
    PutsAway,
    /// The answer that a wish was carried out.
    Done,
    /// Anything else: no text changes by it.
    Outside,
}

struct Fuzz {
    sitting: Sitting,
    random: fastrand::Rng,
    /// What the worker still has to answer.
    questions: Vec<Effect>,
    /// What it still has to do, in order.
    jobs: Vec<Effect>,
    /// The draft journal on the disk.
    disk: BTreeMap<String, String>,
    chords: Vec<(Scope, Chord)>,
    terminal: Terminal<TestBackend>,
    log: Log,
}

/// Prints the seed and the last steps when a test fails.
struct Log {
    seed: u64,
    steps: Vec<String>,
}

impl Drop for Log {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let from = self.steps.len().saturating_sub(60);
            eprintln!("seed {} after {} steps:\n{}", self.seed, self.steps.len(), self.steps[from..].join("\n"));
        }
    }
}

fn texts(draft: &str) -> Texts {
    let draft: Draft = serde_json::from_str(draft).unwrap();
    draft.fields.into_iter().map(|(label, text, _)| (label, text)).collect()
}

/// The forms open, with what was typed in each.
fn forms(model: &Model) -> Vec<(String, Texts)> {
    let typed = |form: &Form| (form.place(), if form.is_touched() { texts(&form.draft()) } else { Vec::new() });
    model.overlays.iter().filter_map(|it| if let Overlay::Form(form) = it { Some(typed(form)) } else { None }).collect()
}

impl Fuzz {
    fn new(seed: u64, template: &std::path::Path) -> Fuzz {
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join("ops.desk");
        std::fs::copy(template, &desk).unwrap();
        let mut sitting = Sitting::at(Store::open(&desk).unwrap(), folder, (80, 24));
        sitting.keys("] ]");
        // The tabs are far apart: a third of the sittings begins among articles.
        if seed.is_multiple_of(3) {
            sitting.keys("4");
        }
        let chords =
            action::all().flat_map(|row| row.keys.iter().map(|key| (row.scope, key.parse().unwrap()))).collect();
        Fuzz {
            sitting,
            random: fastrand::Rng::with_seed(seed),
            questions: Vec::new(),
            jobs: Vec::new(),
            disk: BTreeMap::new(),
            chords,
            terminal: Terminal::new(TestBackend::new(80, 24)).unwrap(),
            log: Log { seed, steps: Vec::new() },
        }
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.random.usize(..of.len())].clone()
    }

    fn step(&mut self) {
        match self.random.u32(..100) {
            0..40 => self.chord_of_here(),
            40..50 => {
                let chord = self.random.usize(..self.chords.len());
                let keys = self.chords[chord].1.keys().to_vec();
                let key = self.one(&keys);
                self.key(key);
            }
            50..62 => {
                let text = self
                    .one(&["mail", "7", "me", "anna", "-1", "bl", "INC-2", "2h", "prio:", "é", "東", "x y", "none"]);
                text.chars().for_each(|c| self.key(Key::char(c)));
            }
            62..66 => self.paste(),
            66..70 => {
                let size =
                    self.one(&[(0, 0), (1, 1), (40, 10), (39, 9), (80, 24), (80, 24), (120, 40), (160, 20), (100, 12)]);
                self.says(Step::Outside, Msg::Term(TermEvent::Resize(size.0, size.1)), format!("resize {size:?}"));
            }
            70..78 => self.colleague(),
            78..80 => self.says(Step::Outside, Msg::Woke, String::from("woke")),
            _ => self.reply(),
        }
        self.draw();
    }

    /// As the loop does: what came together is drawn once.
    fn draw(&mut self) {
        let (width, height) = self.sitting.model.size;
        self.terminal.backend_mut().resize(width, height);
        self.terminal.draw(|frame| view::draw(&self.sitting.model, frame)).unwrap();
    }

    /// A chord that means something where the keys go.
    fn chord_of_here(&mut self) {
        let scopes = focus::scopes(&self.sitting.model);
        let here: Vec<Chord> =
            self.chords.iter().filter(|(scope, _)| scopes.contains(scope)).map(|(_, chord)| chord.clone()).collect();
        let chord = self.one(&here);
        chord.keys().iter().for_each(|key| self.key(*key));
    }

    fn key(&mut self, key: Key) {
        let scope = focus::scopes(&self.sitting.model).first().copied();
        let puts_away = match scope {
            Some(Scope::Leaving) => key == Key::char('d'),
            Some(Scope::Conflict) => key == Key::new(Code::Enter),
            _ => false,
        };
        let step = if puts_away { Step::PutsAway } else { Step::Key };
        self.says(step, Msg::Term(TermEvent::Input(Input::Key(key))), key.to_string());
    }

    fn paste(&mut self) {
        let text = match self.random.u32(..4) {
            0 => String::from("i\nx\nd\nEsc\n"),
            1 => String::from("\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m red"),
            2 => String::from("\u{202e}txet\u{2066}\u{200f} شبكة 東京 e\u{301}\t👩‍👩‍👧"),
            _ if self.log.seed.is_multiple_of(20) && self.random.u32(..4) == 0 => {
                "fifty thousand bytes of a log\n".repeat(1_700)
            }
            _ => String::from("two\nlines"),
        };
        let told = format!("paste of {} bytes", text.len());
        self.says(Step::Key, Msg::Term(TermEvent::Input(Input::Paste(text))), told);
    }

    /// Bert changes something, and the screens hear of it.
    fn colleague(&mut self) {
        let id = TicketId(self.random.i64(1..10));
        let at = self.sitting.moment.now.0 + self.random.i64(-90..90) * HOUR;
        let set = match self.random.u32(..5) {
            0 => Edit::from([(Field::Title, Value::from(format!("Title {}", self.random.u8(..))))]),
            1 => Edit::from([(Field::Urgency, Value::Int(self.random.i64(1..5)))]),
            2 => Edit::from([(Field::Description, Value::from(format!("Text {}", self.random.u8(..))))]),
            3 => Edit::from([(Field::PlannedStart, Value::Int(at)), (Field::PlannedEnd, Value::Int(at + 2 * HOUR))]),
            _ => Edit::from([(Field::Due, Value::Int(self.sitting.moment.now.0 + self.random.i64(-9..9) * HOUR))]),
        };
        let article = ArticleId(self.random.i64(1..5));
        let body = format!("## Symptom\n\nText {}\n\n## Fix\n\nWait.\n", self.random.u8(..));
        let body = Content::from([(ArticleField::Body, vec![Value::from(body)])]);
        let command = match self.random.u32(..7) {
            6 => Command::Knowledge(KnowledgeCommand::Edit { on: article.into(), set: body, settled: Vec::new() }),
            0 => Command::Write { on: vec![id.into()], public: self.random.bool(), text: String::from("Seen.") },
            1 => Command::Open(OpenTicket {
                kind: Kind::Incident,
                set: Edit::from([
                    (Field::Title, Value::from("Another")),
                    (Field::Due, Value::Int(self.sitting.moment.now.0)),
                ]),
                tags: Vec::new(),
                tasks: Vec::new(),
                links: Vec::new(),
                created: None,
            }),
            2 => {
                Command::Move { on: vec![id.into()], to: String::from("cancelled"), set: Edit::new(), children: false }
            }
            _ => Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() },
        };
        let bert = Author { login: String::from("bert"), ..self.sitting.author.clone() };
        self.sitting.moment.now = self.sitting.moment.now.plus(60_000);
        // What the desk refuses him is not our matter.
        let _ = self.sitting.store.execute(&Request::new(command), &bert, &self.sitting.moment);
        self.says(Step::Outside, Msg::Changed, String::from("bert"));
    }

    /// One of the questions is answered, in any order; or the next job is done.
    fn reply(&mut self) {
        let count = self.questions.len() + self.jobs.len().min(1);
        if count == 0 {
            return;
        }
        let at = self.random.usize(..count);
        let effect = if at < self.questions.len() { self.questions.swap_remove(at) } else { self.jobs.remove(0) };
        self.answer(effect);
    }

    fn answer(&mut self, effect: Effect) {
        let sitting = &mut self.sitting;
        match effect {
            Effect::Ask(slot, generation, question) => {
                let answer = if self.random.u32(..40) == 0 {
                    Err(Refusal::Unavailable(String::from("the drive is away")))
                } else {
                    let reader = sitting.store.read().unwrap();
                    worker::answer(&reader, &sitting.author, sitting.moment, &question)
                };
                let queue = &self.sitting.model.queue;
                // A cursor that rests on nothing goes to the ticket read last, as soon as the list holds that.
                let rests = queue.away.is_some();
                let newest = self.sitting.model.asked.get(&slot) == Some(&generation);
                let stays = slot == Slot::List && newest && !queue.loading && !rests;
                let end =
                    matches!(question, crate::tui::effect::Question::Page { from: crate::store::PageFrom::End, .. });
                // Resting on nothing it may come back to what was read.
                let on = self.sitting.model.queue.here().map(|ticket| ticket.id);
                // Both edits of an article in one text come into the form that waits for them.
                let step = if slot == Slot::ArticleJoin { Step::Key } else { Step::Outside };
                self.says(step, Msg::Answer(slot, generation, answer), format!("answer {slot:?}"));
                let queue = &self.sitting.model.queue;
                if stays && !end && queue.rows.iter().any(|(ticket, _)| Some(ticket.id) == on) {
                    assert_eq!(
                        queue.rows.get(queue.cursor).map(|(ticket, _)| ticket.id),
                        on,
                        "the cursor left its ticket"
                    );
                }
            }
            Effect::Do(wish) => {
                let outcome = sitting.carry_out(&wish);
                let step = if outcome.is_ok() { Step::Done } else { Step::Outside };
                let told = format!("{wish:?}: {outcome:?}");
                self.says(step, Msg::Done(wish, outcome), told);
            }
            Effect::Preview(wish) => {
                let outcome = propose(&mut sitting.store, &sitting.author, &sitting.moment, &wish);
                self.says(Step::Outside, Msg::Previewed(wish, outcome), String::from("previewed"));
            }
            Effect::Fetch(_, to) => {
                let outcome = Err(Refusal::Unavailable(String::from("not here")));
                self.says(Step::Outside, Msg::Fetched(to, outcome), String::from("fetched"));
            }
            _ => {}
        }
    }

    fn says(&mut self, step: Step, message: Msg, told: String) {
        self.log.steps.push(told);
        let (forms_before, disk_before) = (forms(&self.sitting.model), self.disk.clone());
        self.sitting.model.moment = self.sitting.moment;
        let effects = update(&mut self.sitting.model, message);
        self.take(effects);
        self.holds(step, &forms_before, &disk_before);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(slot, ..) => {
                    // The newest of a kind replaces one that waits, mostly.
                    if self.random.bool() {
                        self.questions.retain(|other| !matches!(other, Effect::Ask(known, ..) if *known == slot));
                    }
                    self.questions.push(effect);
                }
                Effect::Do(_) | Effect::Preview(_) | Effect::Fetch(..) => self.jobs.push(effect),
                Effect::KeepDraft { place, text } if text.is_empty() => drop(self.disk.remove(&place)),
                Effect::KeepDraft { place, text } => drop(self.disk.insert(place, text)),
                Effect::Editor(text) => {
                    let effects = edited(&mut self.sitting.model, &format!("{text} from vim\n"));
                    self.take(effects);
                    let effects = returned(&mut self.sitting.model);
                    self.take(effects);
                }
                _ => {}
            }
        }
    }

    fn holds(&mut self, step: Step, forms_before: &[(String, Texts)], disk_before: &BTreeMap<String, String>) {
        let model = &self.sitting.model;
        assert!(focus::STACKS.contains(&focus::scopes(model)));
        let queue = &model.queue;
        assert!(queue.cursor < queue.rows.len().max(1) && queue.top <= queue.cursor);
        assert!(queue.range.is_none_or(|from| from < queue.rows.len().max(1)));
        assert!(queue.marks.iter().all(|id| queue.numbers.contains_key(id)));
        let cmdb = &model.cmdb;
        assert!(cmdb.cursor < cmdb.rows.len().max(1) && cmdb.top <= cmdb.cursor);
        assert!(cmdb.range.is_none_or(|from| from < cmdb.rows.len().max(1)));
        assert!(cmdb.pane != CiPane::Ci || cmdb.shown.is_some(), "nothing is looked at");
        let articles = &model.knowledge;
        assert!(articles.rows.cursor < articles.rows.held.len().max(1) && articles.rows.top <= articles.rows.cursor);
        assert!(articles.rows.range.is_none_or(|from| from < articles.rows.held.len().max(1)));
        assert!(articles.pane != ArticlePane::Article || articles.shown.is_some(), "nothing is read");
        assert_eq!(model.drafts, self.disk, "what is known of drafts is not what is on the disk");
        let now = forms(model);
        for (place, typed) in &now {
            let kept = self.disk.get(place).map(|draft| texts(draft)).unwrap_or_default();
            assert_eq!(&kept, typed, "what is typed in {place} is not on the disk");
        }
        for (place, before) in forms_before {
            match now.iter().find(|(other, _)| other == place) {
                Some((_, after)) => assert!(step == Step::Key || after == before, "{place} changed by itself"),
                None => {
                    let kept = self.disk.get(place).map(|draft| texts(draft)).unwrap_or_default();
                    let lawful = matches!(step, Step::PutsAway | Step::Done);
                    assert!(lawful || &kept == before, "what was typed in {place} is lost: {before:?}");
                }
            }
        }
        for (place, before) in disk_before {
            let open = forms_before.iter().chain(&now).any(|(other, _)| other == place);
            let kept = self.disk.get(place) == Some(before);
            assert!(open || kept || step == Step::PutsAway, "the draft of {place} is lost");
        }
    }

    /// All replies come: nothing waits any more.
    fn rests(&mut self) {
        for _ in 0..2_000 {
            if self.questions.is_empty() && self.jobs.is_empty() {
                break;
            }
            let effect = if self.jobs.is_empty() { self.questions.remove(0) } else { self.jobs.remove(0) };
            self.answer(effect);
        }
        let model = &self.sitting.model;
        assert_eq!(model.held, [], "keys wait for nothing");
        assert!(!model.queue.loading && !model.queue.going, "a list or ticket is awaited that was not asked for");
        let cmdb = &model.cmdb;
        let awaited = cmdb.loading || cmdb.going || cmdb.extending || cmdb.want.is_some();
        assert!(!awaited, "a list of CIs or a CI is awaited that was not asked for");
        let knowledge = &model.knowledge;
        let awaited = knowledge.rows.loading || knowledge.going || knowledge.rows.extending || knowledge.want.is_some();
        assert!(!awaited, "a list of articles or an article is awaited that was not asked for");
        let changes = &model.changes;
        let saving = changes.grab.as_ref().is_some_and(|grab| grab.saving);
        assert!(!changes.loading && !saving, "a calendar is awaited that was not asked for");
        for overlay in &model.overlays {
            let decides = matches!(model.overlays.last(), Some(Overlay::Bulk(_) | Overlay::Conflict(_)));
            assert!(!matches!(overlay, Overlay::Form(form) if form.sending && !decides), "a form waits for nothing");
        }
    }
}

/// A desk in one file, to be copied.
fn template(folder: &std::path::Path) -> std::path::PathBuf {
    let mut sitting = super::cmdb::racks((80, 24));
    super::change::staff(&mut sitting);
    super::changes::plan(&mut sitting);
    super::knowledge::write(&mut sitting);
    sitting.store.backup(folder, sitting.moment.now).unwrap().path
}

#[test]
fn whatever_is_pressed_and_however_late_replies_come_no_text_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let template = template(folder.path());
    let only = std::env::var("FUZZ").ok().and_then(|seed| seed.parse::<u64>().ok());
    for seed in only.map_or(0..SEEDS, |seed| seed..seed + 1) {
        let mut fuzz = Fuzz::new(seed, &template);
        (0..STEPS).for_each(|_| fuzz.step());
        fuzz.rests();
    }
}
