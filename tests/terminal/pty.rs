//! A program in a pseudo-terminal, with an emulator that shows what a person would see.
//!
//! Everything is awaited with a deadline; nothing sleeps. For the real program:
//! `Pty::start(env!("CARGO_BIN_EXE_deskhand"), &["--desk", path], &[], (24, 80))`.

use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// Long enough for a machine that does other things; nobody waits for it unless something is wrong.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// A running program and its terminal. Dropping it ends the program.
pub struct Pty {
    /// `None` once the terminal is closed.
    line: Option<Line>,
    seen: Arc<Seen>,
    process: i32,
    killer: Box<dyn ChildKiller + Send + Sync>,
    ended: Receiver<u32>,
    modes_before: String,
}

struct Line {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
}

/// What the terminal got so far.
struct Seen {
    state: Mutex<Picture>,
    changed: Condvar,
}

struct Picture {
    emulator: vt100::Parser,
    raw: Vec<u8>,
    /// How many bytes the line still carries; `None`: as many as come.
    budget: Option<usize>,
    /// The reader shall let go of the terminal as soon as it can.
    closing: bool,
    closed: bool,
}

impl Pty {
    /// Starts `program` in a terminal of `(rows, columns)`, in an environment of nothing but the usual and `variables`.
    pub fn start(program: &str, arguments: &[&str], variables: &[(&str, &str)], (rows, cols): (u16, u16)) -> Pty {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let modes_before = modes(pair.master.as_ref());
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(std::env::current_dir().unwrap());
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("HOME", "/nonexistent")]
        {
            command.env(name, value);
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        variables.iter().for_each(|(name, value)| command.env(name, value));
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);

        let emulator = vt100::Parser::new(rows, cols, 0);
        let picture = Picture { emulator, raw: Vec::new(), budget: None, closing: false, closed: false };
        let seen = Arc::new(Seen { state: Mutex::new(picture), changed: Condvar::new() });
        watch(pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        let line = Line { keyboard: pair.master.take_writer().unwrap(), master: pair.master };

        let process = child.process_id().unwrap().cast_signed();
        let killer = child.clone_killer();
        let (tell, ended) = mpsc::channel();
        thread::spawn(move || tell.send(child.wait().unwrap().exit_code()));
        Pty { line: Some(line), seen, process, killer, ended, modes_before }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.send_bytes(keys.as_bytes());
    }

    /// Sends bytes in one go, which need not be text.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let keyboard = &mut self.line.as_mut().unwrap().keyboard;
        keyboard.write_all(bytes).and_then(|()| keyboard.flush()).unwrap();
    }

    /// Gives the window another size.
    pub fn resize(&mut self, rows: u16, cols: u16) {
        self.seen.state.lock().unwrap().emulator.screen_mut().set_size(rows, cols);
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.line.as_ref().unwrap().master.resize(size).unwrap();
    }

    /// The line carries this many bytes more, and then none until it is told so again; `None`: all from now on. What is
    /// being read at this moment still comes through.
    pub fn carry(&self, bytes: Option<usize>) {
        self.seen.state.lock().unwrap().budget = bytes;
        self.seen.changed.notify_all();
    }

    /// The line carries this many bytes more: whether the screen became as wanted by then.
    #[track_caller]
    pub fn carry_until(&self, bytes: usize, wanted: impl Fn(&vt100::Screen) -> bool) -> bool {
        self.carry(Some(bytes));
        self.wait(|picture| picture.budget == Some(0) || wanted(picture.emulator.screen()));
        self.picture(wanted)
    }

    /// Waits until the screen is as wanted; fails the test with a picture of it when it does not become so.
    #[track_caller]
    pub fn wait_for(&self, wanted: impl Fn(&vt100::Screen) -> bool) {
        self.wait(|picture| wanted(picture.emulator.screen()));
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(|screen| screen.contents().contains(text));
    }

    /// Waits until the program has written `bytes` at or after `start`.
    #[track_caller]
    pub fn wait_for_raw(&self, start: usize, bytes: &str) {
        self.wait(|picture| picture.raw[start..].windows(bytes.len()).any(|window| window == bytes.as_bytes()));
    }

    /// Waits until `text` is on the screen and no frame is being written of those after `start`.
    #[track_caller]
    pub fn wait_for_frame(&self, start: usize, text: &str) {
        self.wait(|picture| {
            picture.raw[start..].ends_with(b"\x1b[?2026l") && picture.emulator.screen().contents().contains(text)
        });
    }

    #[track_caller]
    fn wait(&self, wanted: impl Fn(&Picture) -> bool) {
        let state = self.seen.state.lock().unwrap();
        let (state, late) = self.seen.changed.wait_timeout_while(state, DEADLINE, |picture| !wanted(picture)).unwrap();
        assert!(!late.timed_out(), "the screen did not become as wanted:\n{}", state.emulator.screen().contents());
    }

    /// The process that was started.
    pub fn process(&self) -> Pid {
        Pid::from_raw(self.process).unwrap()
    }

    /// What is on the screen.
    pub fn screen_text(&self) -> String {
        self.seen.state.lock().unwrap().emulator.screen().contents()
    }

    /// Something about what is on the screen.
    pub fn picture<T>(&self, look: impl Fn(&vt100::Screen) -> T) -> T {
        look(self.seen.state.lock().unwrap().emulator.screen())
    }

    /// Every byte so far.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.state.lock().unwrap().raw.clone()
    }

    /// Whether the program is in the alternate screen.
    pub fn in_alternate_screen(&self) -> bool {
        self.seen.state.lock().unwrap().emulator.screen().alternate_screen()
    }

    /// Sends a signal to the program that was started.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    /// Closes the window, as a dropped ssh connection does.
    pub fn close(&mut self) {
        self.seen.state.lock().unwrap().closing = true;
        // The reader holds the terminal open until it has read something: have the screens drawn again.
        self.resize(7, 33);
        self.wait(|picture| picture.closed);
        self.line = None;
    }

    /// Waits for the end of the program and gives its exit code.
    #[track_caller]
    pub fn exit_code(&self) -> u32 {
        self.exit_code_within(DEADLINE)
    }

    /// The same, by a deadline of its own.
    #[track_caller]
    pub fn exit_code_within(&self, deadline: Duration) -> u32 {
        let started = Instant::now();
        let code = self.ended.recv_timeout(deadline).unwrap_or_else(|_| {
            panic!("still running after {:?}:\n{}", started.elapsed(), self.screen_text());
        });
        if self.line.is_some() {
            // The last words may still be on the line.
            self.wait(|picture| picture.closed);
        }
        code
    }

    /// Whether the program ends, though its last words may never arrive.
    pub fn is_gone(&self) -> bool {
        self.ended.recv_timeout(DEADLINE).is_ok()
    }

    /// Whether the program still runs after `time`.
    pub fn runs_for(&self, time: Duration) -> bool {
        self.ended.recv_timeout(time).is_err()
    }

    /// After the end: the terminal is as it was before the start.
    #[track_caller]
    pub fn assert_restored(&self) {
        let picture = self.seen.state.lock().unwrap();
        let screen = picture.emulator.screen();
        assert!(!screen.alternate_screen(), "the alternate screen stays");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "paste is bracketed");
        let ends_with_mode = |mode: &str| {
            let raw = String::from_utf8_lossy(&picture.raw).into_owned();
            raw.rfind(&format!("\x1b[?{mode}h")) > raw.rfind(&format!("\x1b[?{mode}l"))
        };
        assert!(!ends_with_mode("1004"), "focus is reported");
        assert!(!ends_with_mode("2026"), "the screen is frozen in an update");
        assert_eq!(
            modes(self.line.as_ref().unwrap().master.as_ref()),
            self.modes_before,
            "the line discipline differs"
        );
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}

fn modes(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// Shows everything that the program writes to the emulator.
fn watch(mut reader: Box<dyn Read + Send>, seen: Arc<Seen>) {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        loop {
            let state = seen.state.lock().unwrap();
            let state =
                seen.changed.wait_while(state, |picture| picture.budget == Some(0) && !picture.closing).unwrap();
            let most = state.budget.unwrap_or(bytes.len()).clamp(1, bytes.len());
            drop(state);
            let count = reader.read(&mut bytes[..most]).unwrap_or(0);
            let mut state = seen.state.lock().unwrap();
            state.emulator.process(&bytes[..count]);
            state.raw.extend_from_slice(&bytes[..count]);
            state.budget = state.budget.map(|budget| budget.saturating_sub(count));
            if count == 0 || state.closing {
                drop(reader);
                state.closed = true;
                seen.changed.notify_all();
                return;
            }
            seen.changed.notify_all();
        }
    });
}
