//! A person at a prompt: a home of their own, a desk in it, and what the program answered.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A desk `ops` whose admin is whoever runs the tests, with an agent anna, a team and a vital service.
pub struct Desk {
    pub home: TempDir,
}

/// What the program answered. Times, and the login of whoever runs the tests, are replaced.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Desk {
    /// A home without a desk.
    pub fn none() -> Desk {
        Desk { home: tempfile::tempdir().unwrap() }
    }

    /// A desk without people.
    pub fn empty() -> Desk {
        let desk = Desk::none();
        desk.done("init --label ops");
        desk
    }

    pub fn staffed() -> Desk {
        let desk = Desk::empty();
        desk.done("person new anna name='Anna Ek' mail=anna@example.org roles=agent");
        desk.done("team new net name=Network members=anna");
        desk.done("service new payroll name=Payroll criticality=vital team=net");
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The program, with nothing of the machine's in its environment.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskhand"));
        command.current_dir(self.home.path()).env_clear();
        command.env("HOME", self.home.path()).env("TZ", "UTC").env("PATH", std::env::var_os("PATH").unwrap());
        command
    }

    /// Runs a line as a shell would split it: blanks part words, quotes keep them together.
    #[track_caller]
    pub fn run(&self, line: &str) -> Answer {
        self.feed(line, "")
    }

    /// As [`Desk::run`], with something on stdin.
    #[track_caller]
    pub fn feed(&self, line: &str, stdin: &str) -> Answer {
        self.answer(line, stdin, &[])
    }

    /// As [`Desk::run`], with these variables set.
    #[track_caller]
    pub fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Answer {
        self.answer(line, "", variables)
    }

    #[track_caller]
    fn answer(&self, line: &str, stdin: &str, variables: &[(&str, &str)]) -> Answer {
        let words = deskhand::tui::term::split_words(line);
        let mut child = self
            .program()
            .args(words)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its stdin may be gone before it is written.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| self.steady(&String::from_utf8(bytes).unwrap());
        Answer { out: text(output.stdout), err: text(output.stderr), code: output.status.code().unwrap() }
    }

    /// What a line prints; it must succeed.
    #[track_caller]
    pub fn done(&self, line: &str) -> String {
        let answer = self.run(line);
        assert_eq!(answer.code, 0, "{line}: {}", answer.err);
        answer.out
    }

    /// What a line says on stderr; it must succeed.
    #[track_caller]
    pub fn told(&self, line: &str) -> String {
        let answer = self.run(line);
        assert_eq!(answer.code, 0, "{line}: {}", answer.err);
        answer.err
    }

    /// What a line says on stderr, with its exit code; it must fail and print no data.
    #[track_caller]
    pub fn refused(&self, line: &str) -> (i32, String) {
        let answer = self.run(line);
        assert_ne!(answer.code, 0, "{line}: {}", answer.err);
        assert_eq!(answer.out, "", "{line}");
        (answer.code, answer.err)
    }

    /// Text without what differs from run to run.
    fn steady(&self, text: &str) -> String {
        let text = text.replace(&self.home.path().display().to_string(), "HOME");
        let me = deskhand::home::login();
        let mut steady = String::new();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            if let Some(time) = time(rest) {
                steady.push_str("TIME");
                rest = &rest[time..];
            } else if rest.starts_with(&me) && !steady.ends_with(|c: char| c.is_alphanumeric() || c == '/') {
                steady.push_str("me");
                rest = &rest[me.len()..];
            } else {
                steady.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        steady
    }
}

/// How many bytes a time takes that stands here: `2026-11-22T09:30:00Z` or `2026-11-22 09:30`.
fn time(text: &str) -> Option<usize> {
    ["dddd-dd-ddTdd:dd:ddZ", "dddd-dd-dd dd:dd"].into_iter().map(str::as_bytes).find_map(|shape| {
        let bytes = text.as_bytes().get(..shape.len())?;
        let fits = |(byte, shape): (&u8, &u8)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == shape };
        bytes.iter().zip(shape).all(fits).then_some(shape.len())
    })
}
