//! What Deskhand costs at a million tickets, each figure beside plain SQLite, or a trivial program in a terminal, doing
//! the same in the same run.
//!
//! `cargo bench` builds the desk once (some minutes, some gigabytes, in `$XDG_CACHE_HOME/deskhand-bench` or the system's
//! temporary folder) and keeps it. `DESKHAND_BENCH_TICKETS=50000 cargo bench` is a quick look; `cargo bench -- screens` and
//! `cargo bench -- store` are one table each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that can't measure stops, with its reason"
)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "figures for people")]

mod cmdb;
mod desk;
#[cfg(target_os = "linux")]
#[path = "../drive/mod.rs"]
mod drive;
mod figures;
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
    // cargo adds an option of its own.
    let tables: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |table: &str| tables.is_empty() || tables.iter().any(|word| word == table);
    let told_memory = std::env::var_os(figures::MEMORY).is_some();
    if wanted("cmdb") && !told_memory {
        println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "cmdb", "ours", "raw", "ratio");
        cmdb::all().iter().for_each(|line| println!("{line}"));
    }
    if cmdb::alone(&tables) {
        return;
    }
    let path = desk::ready(desk::wanted());
    if told_memory {
        figures::tell_memory(&path);
        return;
    }
    println!("\n{} tickets, {}", desk::wanted(), path.display());
    if wanted("screens") {
        println!("\n{:<40} {:>12} {:>12}  budget", "screens, 80x24", "ours", "trivial");
        screens::compare(&path).iter().for_each(|line| println!("{line}"));
    }
    if wanted("store") {
        println!("\n{:<40} {:>12} {:>12} {:>7}  budget", "store", "ours", "raw", "ratio");
        figures::all(&path).iter().for_each(|line| println!("{line}"));
    }
    #[cfg(target_os = "linux")]
    if wanted("drive") {
        println!("\n{:<40} {:>12} {:>12} {:>7}", "drive, so much added to each operation", "ours", "raw", "ratio");
        shore::all(&path).iter().for_each(|line| println!("{line}"));
    }
}
