//! Children: this test program runs itself again in another role, so that other processes are real ones.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use deskhand::desk::command::{Command as Deed, Request};
use deskhand::desk::id::{CommandId, TicketId};
use deskhand::store::{Class, Relocation, Store, WhenAway, believe, on_step, restore};

use crate::desk::{author, described, incident, lies_on_a_drive, moment, near, nearby, note};

const ROLE: &str = "DESKHAND_TEST_ROLE";
const DESK: &str = "DESKHAND_TEST_DESK";
const WITH: &str = "DESKHAND_TEST_WITH";
/// The folder of a client's own things: the desk's place is treated as a network drive.
const NEAR: &str = "DESKHAND_TEST_NEAR";
/// The folder that counts as a network drive, for those who move a desk.
const DRIVE: &str = "DESKHAND_TEST_DRIVE";
/// The step of the drive's protocol at which a child stops, and how many commands it has carried out before.
const STOPS: &str = "DESKHAND_TEST_STOPS";

/// What a child does, told by `with`.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Opens tickets and writes notes on ticket 1 in turn, as many as told, and says the id of each command that was carried out.
    Work,
    /// Sends the command of the id that was told.
    Same,
    /// Says `ready`, waits for a line, then sends one command, and says `done` or `refused CODE MESSAGE`.
    Wait,
    /// Opens a desk on a drive, which may stop at a step of that, and says `opened`.
    Open,
    /// Makes a desk in the folder that was told and works until that is refused.
    Fill,
    /// Says the newest entry of the journal each time it is told to go on, and what verify finds.
    Watch,
    /// Moves minutes from one ticket to another, as many times as told.
    Move,
    /// Says `ready`, waits for a line, then takes a backup if one is due, and says `saved` or `none due`.
    Keep,
    /// Moves the desk to the place that was told, and says `moved up to ENTRY`.
    Relocate,
    /// Puts the backup that was told in the desk's place, and says `restored`.
    Restore,
    /// Says what may be done with the desk: `access`, then as [`Role::Wait`] without waiting.
    Try,
}

/// A child at work.
pub struct Worker {
    pub process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    stdin: Option<ChildStdin>,
}

impl Worker {
    pub fn start(role: Role, desk: &Path, with: &str) -> Worker {
        Worker::start_by(&[], role, desk, with)
    }

    /// Starts one that has a copy of its own in the folder `near`. At the step `stops` of the first commit after `begun` it
    /// says `at STEP` and waits for a line.
    pub fn start_near(role: Role, desk: &Path, with: &str, near: &Path, stops: &str) -> Worker {
        let near = format!("{NEAR}={}", near.display());
        Worker::start_by(&["env", &near, &format!("{STOPS}={stops}")], role, desk, with)
    }

    /// Starts it by way of another program: `setpriv`, `sh`.
    pub fn start_by(by: &[&str], role: Role, desk: &Path, with: &str) -> Worker {
        let program = std::env::current_exe().unwrap();
        let mut command = match by {
            [] => Command::new(&program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(&program);
                command
            }
        };
        command.args(["child::plays_its_role", "--exact", "--nocapture", "--test-threads=1"]);
        command.env(ROLE, format!("{role:?}")).env(DESK, desk).env(WITH, with);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let stdin = process.stdin.take();
        Worker { process, lines, stdin }
    }

    /// The next thing that it says; `None` when it has ended.
    pub fn says(&mut self) -> Option<String> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix("» ").map(str::to_owned))
    }

    pub fn go(&mut self) {
        writeln!(self.stdin.as_mut().unwrap(), "go").unwrap();
    }

    /// Everything that it says until it ends.
    pub fn rest(mut self) -> Vec<String> {
        self.stdin = None;
        let said = std::iter::from_fn(|| self.says()).collect();
        self.process.wait().unwrap();
        said
    }

    /// As [`Worker::rest`], after `kill -9`.
    pub fn killed(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.rest()
    }
}

fn say(line: &str) {
    // On a line of its own: the harness has begun one. Not by `println!`, which it would hold back.
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n» {line}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}

fn hear() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn open(desk: &Path) -> Store {
    let Some(folder) = std::env::var_os(NEAR) else { return Store::open(desk).unwrap() };
    lies_on_a_drive(desk);
    let mut nearby = near(Path::new(&folder));
    nearby.when_away = WhenAway::Refuse;
    let store = Store::open_near(desk, &nearby, &mut |_, _| {}).unwrap();
    stop_at_step();
    store
}

/// From now on this child stops once, at the step that was told.
fn stop_at_step() {
    on_step(|step| {
        if std::env::var(STOPS).is_ok_and(|stops| stops == format!("{step:?}")) && !STOPPED.swap(true, Ordering::SeqCst)
        {
            say(&format!("at {step:?}"));
            hear();
        }
    });
}

static STOPPED: AtomicBool = AtomicBool::new(false);

#[test]
fn plays_its_role() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let path = PathBuf::from(std::env::var_os(DESK).unwrap());
    let with = std::env::var(WITH).unwrap();
    match role.as_str() {
        "Work" => work(&mut open(&path), with.parse().unwrap()),
        "Move" => shift(&mut open(&path), with.parse().unwrap()),
        "Same" => {
            let mut store = open(&path);
            let mut request = Request::new(incident("Printer on fire"));
            request.id = CommandId(with.parse().unwrap());
            say("ready");
            hear();
            say(&format!("{:?}", store.execute(&request, &author(), &moment()).unwrap()));
        }
        "Wait" => {
            let mut store = Store::open(&path).unwrap();
            say("ready");
            hear();
            attempt(&mut store);
        }
        "Open" => {
            stop_at_step();
            drop(open(&path));
            say("opened");
        }
        "Fill" => {
            drop(crate::desk::found(&path));
            let mut store = Store::open(&path).unwrap();
            let mut done = 0;
            let refusal = loop {
                match store.execute(
                    &Request::new(described("The disk fills", &"disk ".repeat(2_000))),
                    &author(),
                    &moment(),
                ) {
                    Ok(_) => done += 1,
                    Err(refusal) => break refusal,
                }
            };
            say(&format!("refused {} {refusal}", refusal.exit_code()));
            drop(store);
            let store = Store::open(&path).unwrap();
            let tickets = store.read().unwrap().newest().unwrap().0 - 1;
            say(&format!("done {done} kept {tickets} findings {:?}", store.verify().unwrap()));
        }
        "Watch" => {
            let store = Store::open(&path).unwrap();
            for _ in 0..3 {
                let newest = store.read().map(|reader| reader.newest().unwrap());
                say(&format!("{:?} {newest:?} {:?}", store.access(), store.verify().unwrap()));
                hear();
            }
        }
        "Relocate" | "Restore" => {
            believe(vec![(PathBuf::from(std::env::var_os(DRIVE).unwrap()), Class::Network)]);
            stop_at_step();
            let near = nearby(Path::new(&std::env::var_os(NEAR).unwrap()));
            match role.as_str() {
                "Relocate" => {
                    let plan = Relocation::plan(&path, Path::new(&with)).unwrap();
                    say(&format!("moved up to {}", plan.carry_out(&near, moment().now).unwrap().newest));
                }
                _ => {
                    restore(Path::new(&with), &path, &near, moment().now).unwrap();
                    say("restored");
                }
            }
        }
        "Keep" => {
            let store = Store::open(&path).unwrap();
            say("ready");
            hear();
            let saved = store.back_up_if_due(moment().now).unwrap();
            say(if saved.is_some() { "saved" } else { "none due" });
        }
        "Try" => match Store::open(&path) {
            Ok(mut store) => {
                say(&format!("{:?} {}", store.access(), store.read().unwrap().newest().unwrap()));
                attempt(&mut store);
            }
            Err(refusal) => say(&format!("refused {} {refusal}", refusal.exit_code())),
        },
        other => panic!("there is no role {other}"),
    }
}

fn work(store: &mut Store, commands: usize) {
    say("begun");
    for n in 0..commands {
        let command = if n % 2 == 0 { incident("Mail is slow") } else { note(TicketId(1), "Still slow.") };
        let request = Request::new(command);
        store.execute(&request, &author(), &moment()).unwrap();
        say(&request.id.to_string());
    }
}

fn shift(store: &mut Store, times: usize) {
    say("begun");
    for n in 0..times {
        let (from, to) = (TicketId(1 + n as i64 % 2), TicketId(2 - n as i64 % 2));
        let log = |on, minutes| Deed::LogTime { on, minutes, text: String::from("moved") };
        let request = Request::new(Deed::Each(vec![log(from, -5), log(to, 5)]));
        store.execute(&request, &author(), &moment()).unwrap();
        let reader = store.read().unwrap();
        let all: i64 =
            [1, 2].iter().flat_map(|id| reader.sheet(TicketId(*id)).unwrap().worklog).map(|log| log.minutes).sum();
        assert_eq!(all, 100, "what is moved in one command is seen at both ends or at none");
        say(&request.id.to_string());
    }
}

fn attempt(store: &mut Store) {
    match store.execute(&Request::new(incident("Mail is slow")), &author(), &moment()) {
        Ok(receipt) => say(&format!("done {}", receipt.summary)),
        Err(refusal) => say(&format!("refused {} {refusal}", refusal.exit_code())),
    }
}
