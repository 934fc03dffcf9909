//! The program as scripts and people at a prompt meet it: real processes, literal output, exit codes.

// A harness fails a test by panicking; clippy knows only the functions marked as tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod away;
mod calendar;
mod care;
mod change;
mod changes;
mod ci;
mod config;
mod day;
mod desk;
#[cfg(target_os = "linux")]
#[path = "../drive/mod.rs"]
mod drive;
mod failures;
mod files;
mod formats;
mod hostile;
mod journal;
mod kb;
mod pages;
mod readme;
mod reference;
mod relocate;
