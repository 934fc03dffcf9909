//! The store against the world: other processes, kills, full disks, lost permissions, damage, hostile input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails, with its reason"
)]

mod automatic;
mod backup;
mod child;
mod crowd;
mod damaged;
mod desk;
#[cfg(target_os = "linux")]
#[path = "../drive/mod.rs"]
mod drive;
#[cfg(target_os = "linux")]
mod faults;
mod hostile;
mod killed;
mod moved;
mod refused;
mod shore;
mod still;
