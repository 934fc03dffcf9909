//! What Deskhand costs at a million tickets, each figure beside plain SQLite, or a trivial program in a terminal, doing
//! the same in the same run.
//!
//! `cargo bench` builds the desk once (some minutes, some gigabytes, in `$XDG_CACHE_HOME/deskhand-bench` or the system's
//! temporary folder) and keeps it. `DESKHAND_BENCH_TICKETS=50000 cargo bench` is a quick look.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that can't measure stops, with its reason"
)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "figures for people")]

mod desk;
mod figures;
mod raw;
mod screens;
mod trivial;
mod words;

fn main() {
    if std::env::var_os(trivial::VARIABLE).is_some() {
        trivial::run();
        return;
    }
    let path = desk::ready(desk::wanted());
    if std::env::var_os(figures::MEMORY).is_some() {
        figures::tell_memory(&path);
        return;
    }
    println!("\n{} tickets, {}\n", desk::wanted(), path.display());
    println!("{:<40} {:>12} {:>12}  budget", "in an 80x24 terminal", "ours", "trivial");
    for line in screens::compare(&path) {
        println!("{line}");
    }
    println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "figure", "ours", "raw", "ratio");
    for line in figures::all(&path) {
        println!("{line}");
    }
}
