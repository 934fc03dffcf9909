//! The smallest program with screens: this test binary, started again by [`start`] to run only the test `child`.
//!
//! It shows what it got, and does what its keys say.

use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use deskhand::tui::key::{Code, Key};
use deskhand::tui::term::{Capability, Clipboard, Colours, Input, Lend, Screen, Suspended, TermEvent};
use ratatui::Frame;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

use crate::pty::Pty;

/// What the test binary is started with, to be the child.
pub const ARGUMENTS: [&str; 4] = ["--exact", "child::child", "--nocapture", "--test-threads=1"];

/// Starts the child in a terminal of 10 rows and 60 columns, and waits for its first frame.
pub fn start(variables: &[(&str, &str)]) -> Pty {
    start_by(&[], variables)
}

/// The same by way of another program, such as a shell, which gets the child's command line as its last arguments.
pub fn start_by(way: &[&str], variables: &[(&str, &str)]) -> Pty {
    let this = std::env::current_exe().unwrap();
    let words: Vec<&str> = way.iter().copied().chain([this.to_str().unwrap()]).chain(ARGUMENTS).collect();
    let variables = [variables, &[("DESKHAND_TEST_CHILD", "1")]].concat();
    let pty = Pty::start(words[0], &words[1..], &variables, (10, 60));
    pty.wait_for_text("ready");
    pty
}

#[test]
fn child() {
    if std::env::var_os("DESKHAND_TEST_CHILD").is_some() {
        let code = run();
        std::process::exit(code);
    }
}

/// What the child shows.
struct Shown {
    colours: Colours,
    inputs: Vec<String>,
    note: String,
}

impl Shown {
    fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let (columns, rows) = (area.width, area.height);
        let red = if self.colours == Colours::None { Color::Reset } else { Color::Red };
        let lines = [
            Line::from(format!("ready {columns}x{rows} pid {}.", std::process::id())),
            Line::from(format!("inputs: {}", self.inputs.join(" "))),
            Line::styled("selected", Style::new().fg(red).add_modifier(Modifier::REVERSED)),
            Line::styled("warning", Style::new().bg(red)),
            Line::from(self.note.clone()),
        ];
        for (line, row) in lines.into_iter().zip(area.rows()) {
            frame.render_widget(line, row);
        }
    }
}

/// The exit code when the terminal is gone: that of SIGHUP, which comes with it.
const GONE: i32 = 129;

fn run() -> i32 {
    let (events, arrivals) = mpsc::channel::<TermEvent>();
    let capability = Capability::read();
    let reports = std::env::var("REPORTS").unwrap_or_else(|_| "/nonexistent".to_owned());
    let mut screen = Screen::open(events, &capability, Path::new(&reports)).unwrap();
    let mut shown = Shown { colours: capability.colours, inputs: Vec::new(), note: String::new() };
    let code = loop {
        if screen.draw(|frame| shown.draw(frame)).is_err() {
            break GONE;
        }
        match arrivals.recv().unwrap() {
            TermEvent::Input(Input::Key(key)) => {
                if let Some(code) = act(key, &mut screen, &mut shown) {
                    break code;
                }
            }
            TermEvent::Input(Input::Paste(text)) => shown.inputs.push(format!("{text:?}")),
            TermEvent::Input(Input::Focus(focus)) => shown.inputs.push(format!("focus={focus}")),
            TermEvent::Resize(columns, rows) => screen.resize(columns, rows).unwrap(),
            TermEvent::Suspend => suspend(&mut screen, &mut shown),
            // A hang-up brings SIGCONT as well.
            TermEvent::Continue if screen.resume().is_err() => break GONE,
            TermEvent::Continue => {}
            TermEvent::Signal(fatal) => {
                screen.acknowledge();
                break fatal.exit_code();
            }
            TermEvent::HangUp => break GONE,
        }
    };
    let traffic = screen.traffic();
    drop(screen);
    // The terminal may be gone.
    let _ = writeln!(io::stdout(), "frames {} writes {}", traffic.frames, traffic.writes);
    code
}

/// What a key does; the exit code, if it quits.
fn act(key: Key, screen: &mut Screen, shown: &mut Shown) -> Option<i32> {
    match (key.ctrl, key.code) {
        (false, Code::Char('q')) => return Some(0),
        (false, Code::Char('N')) => {}
        (false, Code::Char('P')) => panic!("asked to"),
        (false, Code::Char('W')) => {
            let died = thread::spawn(|| panic!("a worker was asked to")).join();
            shown.note = format!("worker died: {}", died.is_err());
        }
        (false, Code::Char('S')) => loop {
            thread::park();
        },
        (false, Code::Char('C')) => {
            let route = screen.copy(&Clipboard::default(), "INC-42");
            shown.note = route.map_or_else(|error| error.to_string(), |route| format!("copied {route}"));
        }
        (false, Code::Char('E')) => {
            let file = std::env::var("DRAFT").unwrap();
            let ended = screen.lend(&Lend::editor(Path::new(&file)));
            let said = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
            shown.note = format!("{said}, draft: {}", std::fs::read_to_string(file).unwrap_or_default().trim());
        }
        (true, Code::Char('z')) => suspend(screen, shown),
        _ => shown.inputs.push(key.to_string()),
    }
    None
}

fn suspend(screen: &mut Screen, shown: &mut Shown) {
    shown.note = match screen.suspend().unwrap() {
        Suspended::Resumed => "resumed".to_owned(),
        Suspended::NoShell => "no shell to return to".to_owned(),
    };
}
