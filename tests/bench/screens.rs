//! What the screens cost in an 80 by 24 terminal, beside a trivial program in the same run: start, keys, rest, memory.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::trivial;

/// A frame that is followed by as much silence is over.
const SILENCE: Duration = Duration::from_millis(25);
/// Presses of `j`: the list scrolls at most of them.
const KEYS: usize = 200;
/// How long the program is left alone.
const REST: Duration = Duration::from_secs(5);

/// What one program costs.
struct Cost {
    /// From the start to the first bytes.
    first: Duration,
    /// From the start to the first row of the list.
    rows: Duration,
    /// From each key to the first byte of its frame, in order.
    keys: Vec<Duration>,
    /// Of each key's frames, in order.
    bytes: Vec<usize>,
    /// Of all keys together.
    writes: u64,
    /// While nobody did anything.
    rest_bytes: usize,
    rest_wakes: u64,
    /// The most that was resident, in kB.
    memory: u64,
}

/// The lines of a table of both.
pub fn compare(desk: &Path) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let mut deskhand = CommandBuilder::new(env!("CARGO_BIN_EXE_deskhand"));
    // Somebody with work of their own, so that the first view has rows.
    deskhand.args(["--as", "agent2", "--db"]);
    deskhand.arg(desk);
    deskhand.env("HOME", home.path());
    let ours = measure(deskhand, "> ");
    let mut list = CommandBuilder::new(std::env::current_exe().unwrap());
    list.env(trivial::VARIABLE, "1");
    let theirs = measure(list, "INC-");

    let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1_000.0);
    let share = |all: &[Duration], percent: usize| ms(all[(all.len() * percent / 100).min(all.len() - 1)]);
    let bytes = |all: &[usize], percent: usize| all[(all.len() * percent / 100).min(all.len() - 1)].to_string();
    let writes = |cost: &Cost| format!("{:.2}", cost.writes as f64 / KEYS as f64);
    let wakes = |cost: &Cost| format!("{:.1}", cost.rest_wakes as f64 / REST.as_secs_f64());
    let line = |name: &str, of: &dyn Fn(&Cost) -> String, budget: &str| {
        format!("{name:<40} {:>12} {:>12}  {budget}", of(&ours), of(&theirs))
    };
    vec![
        line("start to the first frame", &|cost| ms(cost.first), "<= 50 ms"),
        line("start to the first row", &|cost| ms(cost.rows), "<= 50 ms"),
        line("key to frame, median", &|cost| share(&cost.keys, 50), ""),
        line("key to frame, p95", &|cost| share(&cost.keys, 95), ""),
        line("key to frame, p99", &|cost| share(&cost.keys, 99), "<= 8 ms"),
        line("bytes a row down, median", &|cost| bytes(&cost.bytes, 50), "<= 400"),
        line("bytes a row down, p95", &|cost| bytes(&cost.bytes, 95), "<= 400"),
        line("writes a row down", &writes, "1"),
        line("bytes at rest", &|cost| cost.rest_bytes.to_string(), "0"),
        line("wake-ups a second at rest", &wakes, "the change poll"),
        line("memory, most", &|cost| format!("{:.1} MB", cost.memory as f64 / 1_000.0), "<= 60 MB"),
    ]
}

/// A program in a terminal.
struct Running {
    keyboard: Box<dyn Write + Send>,
    screen: Receiver<Vec<u8>>,
    emulator: vt100::Parser,
    process: u32,
}

fn measure(mut command: CommandBuilder, row: &str) -> Cost {
    for (name, value) in [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")] {
        command.env(name, value);
    }
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let began = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (tell, screen) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            if tell.send(bytes[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let keyboard = pair.master.take_writer().unwrap();
    let emulator = vt100::Parser::new(24, 80, 0);
    let mut running = Running { keyboard, screen, emulator, process: child.process_id().unwrap() };

    running.take(Duration::from_secs(10)).expect("the program draws");
    let first = began.elapsed();
    while !running.emulator.screen().contents().contains(row) {
        running.take(Duration::from_secs(60)).expect("the list comes");
    }
    let rows = began.elapsed();
    // The counts of a million tickets are still on their way.
    running.settle(Duration::from_secs(2));

    let writes = running.writes();
    let (mut keys, mut bytes) = (Vec::new(), Vec::new());
    for _ in 0..KEYS {
        let pressed = Instant::now();
        running.keyboard.write_all(b"j").unwrap();
        let Some(count) = running.take(Duration::from_secs(2)) else { break };
        keys.push(pressed.elapsed());
        bytes.push(count + running.settle(SILENCE));
    }
    let writes = running.writes() - writes;
    keys.sort_unstable();
    bytes.sort_unstable();

    running.settle(Duration::from_secs(1));
    let wakes = running.wakes();
    let rest_bytes = running.settle_for(REST);
    let rest_wakes = running.wakes() - wakes;
    let memory = number_in(&format!("/proc/{}/status", running.process), "VmHWM:");
    child.kill().unwrap();
    child.wait().unwrap();
    Cost { first, rows, keys, bytes, writes, rest_bytes, rest_wakes, memory }
}

impl Running {
    /// The next bytes, if they come in time: how many.
    fn take(&mut self, patience: Duration) -> Option<usize> {
        match self.screen.recv_timeout(patience) {
            Ok(bytes) => {
                self.emulator.process(&bytes);
                Some(bytes.len())
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("it ended:\n{}", self.emulator.screen().contents()),
        }
    }

    /// Everything until as much silence: how many bytes.
    fn settle(&mut self, silence: Duration) -> usize {
        std::iter::from_fn(|| self.take(silence)).sum()
    }

    /// Everything in that time.
    fn settle_for(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        std::iter::from_fn(|| self.take(end.saturating_duration_since(Instant::now()))).sum()
    }

    /// Calls of `write(2)` and its like so far.
    fn writes(&self) -> u64 {
        number_in(&format!("/proc/{}/io", self.process), "syscw:")
    }

    /// How often any of its threads went to sleep so far, which it can only do awake.
    fn wakes(&self) -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process)).unwrap();
        tasks
            .flatten()
            .map(|task| number_in(&format!("{}/status", task.path().display()), "voluntary_ctxt_switches:"))
            .sum()
    }
}

/// A number of Linux's about a process; 0 where there is none.
fn number_in(file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}
