//! Real processes in real (pseudo) terminals: what only a kernel can prove.

// A harness fails a test by panicking; clippy knows only the functions marked as tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod away;
mod child;
mod desk;
mod drawing;
mod ending;
mod home;
mod keys;
mod leaving;
mod lending;
mod looks;
mod pty;
mod relay;
mod terms;
mod trouble;
mod typing;
mod wire;
