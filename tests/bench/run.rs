//! What Deskhand costs at a million tickets, each figure beside plain SQLite, or a trivial program in a terminal, doing
//! the same in the same run.
//!
//! `cargo bench` builds the desk once (some minutes, some gigabytes, in `$XDG_CACHE_HOME/deskhand-bench` or the system's
//! temporary folder) and keeps it. `DESKHAND_BENCH_TICKETS=50000 cargo bench` is a quick look; `cargo bench -- screens`,
//! `cargo bench -- store` and `cargo bench -- drive` are one table each. The last is about a desk of a gigabyte at most.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that can't measure stops, with its reason"
)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "figures for people")]

mod changes;
mod cmdb;
mod desk;
#[cfg(target_os = "linux")]
#[path = "../drive/mod.rs"]
mod drive;
mod figures;
mod knowledge;
mod raw;
mod screens;
#[cfg(target_os = "linux")]
mod shore;
mod trivial;
mod words;

fn main() {
    if std::env::var_os(trivial::VARIABLE).is_some() {
        trivial::run();
        return;
    }
    if std::env::var_os(figures::MEMORY).is_some() {
        figures::tell_memory(&desk::ready(desk::wanted()));
        return;
    }
    // cargo adds an option of its own.
    let tables: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |table: &str| tables.is_empty() || tables.iter().any(|word| word == table);
    if wanted("cmdb") {
        println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "cmdb", "ours", "raw", "ratio");
        cmdb::all().iter().for_each(|line| println!("{line}"));
    }
    if wanted("knowledge") {
        println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "knowledge", "ours", "raw", "ratio");
        knowledge::all().iter().for_each(|line| println!("{line}"));
    }
    if wanted("changes") {
        println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "changes", "ours", "raw", "ratio");
        changes::all().iter().for_each(|line| println!("{line}"));
    }
    let made = |tickets: i64| {
        let path = desk::ready(tickets);
        println!("\n{tickets} tickets, {}", path.display());
        path
    };
    #[cfg(target_os = "linux")]
    if wanted("drive") {
        let path = made(desk::wanted().min(shore::TICKETS));
        println!("\n{:<52} {:>12} {:>12} {:>7}", "drive, so much added to each operation", "ours", "raw", "ratio");
        shore::all(&path, &mut |line| println!("{line}"));
    }
    if !wanted("screens") && !wanted("store") {
        return;
    }
    let path = made(desk::wanted());
    if wanted("screens") {
        println!("\n{:<40} {:>12} {:>12}  budget", "screens, 80x24", "ours", "trivial");
        screens::compare(&path).iter().for_each(|line| println!("{line}"));
    }
    if wanted("store") {
        println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "store", "ours", "raw", "ratio");
        figures::all(&path).iter().for_each(|line| println!("{line}"));
    }
}
