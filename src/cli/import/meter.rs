//! Progress on one line of the terminal, which vanishes when the work is done.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::exchange::csv::{Phase, Progress};

/// The line is drawn no more often than this.
const PACE: Duration = Duration::from_millis(100);

/// A line of progress.
pub(super) struct Meter<'a> {
    out: &'a mut dyn Write,
    shown: bool,
    phase: &'static str,
    begun: Instant,
    drawn: Option<Instant>,
}

impl<'a> Meter<'a> {
    /// A meter that shows nothing unless `shown`.
    pub(super) fn new(out: &'a mut dyn Write, shown: bool) -> Meter<'a> {
        Meter { out, shown, phase: "", begun: Instant::now(), drawn: None }
    }

    /// How far the reading of the file is.
    pub(super) fn reading(&mut self, progress: Progress) {
        let phase = match progress.phase {
            Phase::Encoding => "looking at the encoding",
            Phase::Survey => "looking at the dates",
            Phase::Reading => "reading",
        };
        self.step(phase, progress.bytes, progress.total, progress.rows, "rows");
    }

    /// How many of the files are read.
    pub(super) fn files(&mut self, done: usize, all: usize) {
        self.step("reading", done as u64, all as u64, done as u64, "files");
    }

    /// How far the writing is.
    pub(super) fn writing(&mut self, done: usize, all: usize) {
        self.step("writing", done as u64, all as u64, done as u64, "records");
    }

    /// What is being done, where nobody knows how long it takes.
    pub(super) fn say(&mut self, what: &str) {
        self.draw(what);
    }

    fn step(&mut self, phase: &'static str, done: u64, all: u64, count: u64, what: &str) {
        if !self.shown {
            return;
        }
        if self.phase != phase {
            (self.phase, self.begun) = (phase, Instant::now());
        }
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < PACE) {
            return;
        }
        self.drawn = Some(Instant::now());
        let line = line(phase, done, all, count, what, self.begun.elapsed());
        self.draw(&line);
    }

    fn draw(&mut self, line: &str) {
        if self.shown {
            // Who closed stderr sees no progress.
            let _ = write!(self.out, "\r{line}\x1b[K").and_then(|()| self.out.flush());
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) {
        self.draw("");
    }
}

/// `reading · 61 % · 86,000 rows · 120,000 rows/s · 3 s left`
fn line(phase: &str, done: u64, all: u64, count: u64, what: &str, spent: Duration) -> String {
    let ms = u64::try_from(spent.as_millis()).unwrap_or(u64::MAX).max(1);
    let mut line = phase.to_owned();
    if let Some(share) = done.saturating_mul(100).checked_div(all) {
        line.push_str(&format!(" · {} %", share.min(100)));
    }
    if count > 0 {
        line.push_str(&format!(" · {count} {what} · {} {what}/s", count.saturating_mul(1_000) / ms));
    }
    // The first moments tell nothing about the rest.
    if ms >= 500 && done > 0 && all > done {
        line.push_str(&format!(
            " · {} s left",
            (u128::from(ms) * u128::from(all - done) / u128::from(done)).div_ceil(1_000)
        ));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_phase_share_rate_and_time_left() {
        let at = |ms| line("reading", 25, 100, 5_000, "rows", Duration::from_millis(ms));
        assert_eq!(at(1_000), "reading · 25 % · 5000 rows · 5000 rows/s · 3 s left");
        assert_eq!(at(100), "reading · 25 % · 5000 rows · 50000 rows/s");
        assert_eq!(line("looking", 0, 0, 0, "rows", Duration::ZERO), "looking");
    }

    #[test]
    fn without_a_terminal_there_is_no_progress() {
        let mut out = Vec::new();
        let mut meter = Meter::new(&mut out, false);
        meter.writing(1, 2);
        meter.clear();
        assert_eq!(out, b"");
        let mut meter = Meter::new(&mut out, true);
        meter.writing(1, 2);
        meter.clear();
        assert!(out.ends_with(b"\r\x1b[K"));
    }
}
