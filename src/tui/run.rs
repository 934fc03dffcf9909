//! The loop: wait, drain, update, draw once, run the effects. It blocks; nothing ticks.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::desk::command::Author;
use crate::home::config::Scroll;
use crate::home::drafts::Drafts;
use crate::home::memory::Memory;
use crate::home::seen::Seen;
use crate::home::{Home, habits, moment};
use crate::tui::action::ActionId;
use crate::tui::effect::Effect;
use crate::tui::message::Msg;
use crate::tui::model::Model;
use crate::tui::setup::Setup;
use crate::tui::term::{Clipboard, CopyError, CopyRoute, Lend, LendError, Screen, Suspended, TermEvent};
use crate::tui::update::{SLOW, edited, returned, update};
use crate::tui::view;
use crate::tui::worker::Worker;

/// Runs the screens on a desk until somebody leaves; gives the exit code.
///
/// # Errors
/// When there is no terminal that could show them.
pub fn run(desk: &Path, author: &Author, home: &Home, setup: Setup) -> std::io::Result<u8> {
    let (messages, inbox) = channel();
    let screen = Screen::open(messages.clone(), &setup.capability, &home.state)?;
    let file = desk.file_stem().map_or_else(|| String::from("desk"), |stem| stem.to_string_lossy().into_owned());
    let now = moment();
    let mut model = Model::new(author.clone(), &file, screen.size(), setup.look, now.now, now.zone);
    model.habits = habits::open(&home.state, desk);
    model.keymap = setup.keymap;
    model.watch = setup.watch;
    model.desktop = setup.desktop;
    model.changes.week = setup.week;
    model.queue.jumps = setup.scroll == Scroll::Jump;
    if let Some(warning) = setup.warnings.first() {
        model.say(warning.clone());
    }
    let drafts = Drafts::open(&home.state, desk);
    model.drafts.clone_from(drafts.all());
    let seen = Seen::open(&home.state, desk);
    model.seen.clone_from(seen.versions());
    let mut sitting = Sitting {
        screen,
        model,
        drafts,
        seen,
        desk: desk.to_path_buf(),
        state: home.state.clone(),
        clipboard: setup.clipboard,
        messages,
        worker: None,
        wake: Some(Instant::now() + Duration::from_millis(SLOW)),
    };
    sitting.draw()?;
    let worker = Worker::start(
        desk,
        author,
        &sitting.messages,
        sitting.seen.versions().clone(),
        Memory::open(&home.state, desk),
    );
    if sitting.model.watch.is_some() {
        worker.beat();
    }
    sitting.worker = Some(worker);
    let code = sitting.go_on(&inbox);
    // What was asked for before leaving is done before leaving; what was sent is no draft any more.
    if let Some(mut worker) = sitting.worker.take() {
        worker.finish();
    }
    while let Ok(message) = inbox.try_recv() {
        if matches!(message, Msg::Done(..)) {
            sitting.take(message);
        }
    }
    // What was looked at is a convenience: where it can't be written, nothing is lost but a mark.
    let _ = sitting.seen.save();
    Ok(code)
}

struct Sitting {
    screen: Screen,
    model: Model,
    drafts: Drafts,
    seen: Seen,
    desk: PathBuf,
    state: PathBuf,
    clipboard: Clipboard,
    messages: Sender<Msg>,
    worker: Option<Worker>,
    /// When the model wants to hear that it still waits.
    wake: Option<Instant>,
}

impl Sitting {
    fn go_on(&mut self, inbox: &Receiver<Msg>) -> u8 {
        while let Some(first) = self.wait(inbox) {
            let mut next = Some(first);
            // Keys are never dropped, frames are: all that came is taken in, then drawn once.
            while let Some(message) = next {
                if let Some(code) = self.take(message) {
                    return code;
                }
                next = inbox.try_recv().ok();
            }
            if self.draw().is_err() {
                return 129;
            }
        }
        0
    }

    /// The next message. Waits with an end only while something is awaited that is told after a while.
    fn wait(&mut self, inbox: &Receiver<Msg>) -> Option<Msg> {
        // The sitting holds a sender itself: the channel never closes.
        let Some(at) = self.wake.filter(|_| self.model.awaits()) else {
            self.wake = None;
            return inbox.recv().ok();
        };
        match inbox.recv_timeout(at.saturating_duration_since(Instant::now())) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => {
                self.wake = None;
                Some(Msg::Woke)
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let model = &self.model;
        self.screen.draw(|frame| view::draw(model, frame))
    }

    /// Takes in one message; gives the exit code when it was the last.
    fn take(&mut self, message: Msg) -> Option<u8> {
        match &message {
            Msg::Term(TermEvent::Resize(columns, rows)) if self.screen.resize(*columns, *rows).is_err() => {
                return Some(129);
            }
            Msg::Opened(Ok(_)) => self.follow(),
            Msg::Term(TermEvent::Signal(_) | TermEvent::HangUp) => self.screen.acknowledge(),
            Msg::Term(TermEvent::Suspend) => return self.suspend(),
            Msg::Term(TermEvent::Continue) if self.screen.resume().is_err() => return Some(129),
            _ => {}
        }
        self.model.moment = moment();
        let effects = update(&mut self.model, message);
        if let Some(worker) = &self.worker {
            worker.does(self.model.doing());
        }
        effects.into_iter().find_map(|effect| self.run(effect))
    }

    /// Takes in what followed the desk from where it lay before.
    fn follow(&mut self) {
        self.drafts = Drafts::open(&self.state, &self.desk);
        self.model.drafts.clone_from(self.drafts.all());
        self.seen = Seen::open(&self.state, &self.desk);
        self.model.seen.clone_from(self.seen.versions());
        self.model.habits = habits::open(&self.state, &self.desk);
    }

    fn run(&mut self, effect: Effect) -> Option<u8> {
        match effect {
            Effect::Ask(slot, generation, question) => {
                if let Some(worker) = &self.worker {
                    worker.ask(slot, generation, question);
                }
            }
            Effect::Do(wish) => {
                if let Some(worker) = &self.worker {
                    worker.wish(*wish);
                }
            }
            Effect::GiveUp => {
                if let Some(worker) = &self.worker {
                    worker.give_up();
                }
            }
            Effect::Post(post) => {
                if let Some(worker) = &self.worker {
                    worker.post(post);
                }
            }
            Effect::Preview(wish) => {
                if let Some(worker) = &self.worker {
                    worker.preview(*wish);
                }
            }
            Effect::Fetch(attachment, to) => {
                if let Some(worker) = &self.worker {
                    worker.fetch(attachment, to);
                }
            }
            Effect::Open { with, path } => {
                let code = self.lend(&Lend::open(&with, &path));
                // It was made for this program alone; one that is gone need not go.
                let _ = std::fs::remove_file(&path);
                return code;
            }
            Effect::Attend(here) => {
                if let Some(worker) = &self.worker {
                    worker.attend(here);
                }
            }
            Effect::Copy(text) => self.copy(&text),
            Effect::Editor(text) => return self.editor(&text),
            Effect::Shell(number) => {
                let lend = Lend::shell()
                    .with("DESKHAND_DB", &self.desk)
                    .with("DESKHAND_ID", number.as_deref().unwrap_or_default());
                return self.lend(&lend);
            }
            Effect::KeepDraft { place, text } => {
                if let Err(error) = self.drafts.keep(place, text) {
                    self.model.refuse(format!("this text can't be kept as a draft: {error}"));
                }
            }
            Effect::Look(ticket, version) => {
                self.seen.look(ticket, version);
                if let Some(worker) = &self.worker {
                    worker.saw(ticket, version);
                }
            }
            Effect::KeepHabits(kept) => {
                if let Err(error) = habits::save(kept.as_ref(), &self.state, &self.desk) {
                    self.model.refuse(format!("this can't be remembered: {error}"));
                }
            }
            Effect::Pipe { command, text } => return self.lend(&Lend::pipe(&command, text)),
            Effect::Wake(after) => self.wake = Some(Instant::now() + Duration::from_millis(after)),
            Effect::Suspend => return self.suspend(),
            Effect::Repaint => {
                if self.screen.repaint().is_err() {
                    return Some(129);
                }
            }
            Effect::Quit(code) => return Some(code),
        }
        None
    }

    fn suspend(&mut self) -> Option<u8> {
        match self.screen.suspend() {
            Ok(Suspended::Resumed) => None,
            Ok(Suspended::NoShell) => {
                let key = self.model.key(ActionId::Quit);
                self.model.say(format!("there is no shell to go back to; {key} quits"));
                None
            }
            Err(_) => Some(129),
        }
    }

    fn copy(&mut self, text: &str) {
        match self.screen.copy(&self.clipboard, text) {
            Ok(route) => {
                let how = match route {
                    CopyRoute::Command(command) => format!("by {command}"),
                    CopyRoute::Tmux => String::from("to the tmux buffer"),
                    CopyRoute::Terminal => String::from("to the terminal's clipboard"),
                };
                self.model
                    .say(format!("Copied {} {how}", crate::text::one_line(text, 40, crate::text::ELLIPSIS_ASCII)));
            }
            Err(CopyError::Command { command, reason }) => self.model.refuse(format!("{command} can't copy: {reason}")),
            Err(CopyError::TooLong { bytes }) => {
                self.model.refuse(format!("{bytes} bytes are too much for the terminal's clipboard"))
            }
            Err(CopyError::Terminal(_)) => {}
        }
    }

    /// Lets `$EDITOR` work on a file with the text; what it leaves is the text.
    fn editor(&mut self, text: &str) -> Option<u8> {
        let folder = std::env::temp_dir().join(format!("deskhand-{}", std::process::id()));
        let file = folder.join("text.md");
        let written = make_private(&folder).and_then(|()| std::fs::write(&file, text));
        if let Err(error) = written {
            self.model.refuse(format!("{} can't be written: {error}", file.display()));
            return None;
        }
        let code = match self.screen.lend(&Lend::editor(&file)) {
            Ok(status) if status.success() => {
                let after = std::fs::read(&file).unwrap_or_else(|_| text.as_bytes().to_vec());
                let effects = edited(&mut self.model, &String::from_utf8_lossy(&after));
                effects.into_iter().find_map(|effect| self.run(effect))
            }
            Ok(_) => {
                self.model.say("the editor ended with an error; the text is as it was");
                None
            }
            Err(LendError::Terminal(_)) => Some(129),
            Err(error) => {
                self.model.refuse(error.to_string());
                None
            }
        };
        let code = code.or_else(|| returned(&mut self.model).into_iter().find_map(|effect| self.run(effect)));
        // The text is in the form and among the drafts by now; a file that is gone already need not go.
        let _ = std::fs::remove_dir_all(&folder);
        code
    }

    fn lend(&mut self, lend: &Lend) -> Option<u8> {
        match self.screen.lend(lend) {
            Ok(_) => None,
            Err(LendError::Terminal(_)) => Some(129),
            Err(error) => {
                self.model.refuse(error.to_string());
                None
            }
        }
    }
}

/// A folder that nobody else may look into.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
