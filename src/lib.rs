//! Deskhand: an IT service desk that lives in a terminal. One binary, one SQLite file.
//!
//! The house has five rooms, and arrows point one way only:
//!
//! ```text
//! main → cli, tui → exchange → store → desk
//! ```
//!
//! - [`desk`]: what a service desk *is*. Pure rules and types: no SQL, no terminal, no file, no clock.
//! - [`store`]: the desk *file*: opened safely wherever it lies, read by questions, changed by commands.
//! - [`exchange`]: what crosses the border: imports and exports.
//! - [`tui`]: the screens.
//! - [`cli`]: the commands.
//!
//! [`text`] and [`home`] are shared by all: what may reach a terminal and how wide it is; where personal files live.

pub mod cli;
pub mod desk;
pub mod exchange;
pub mod home;
pub mod store;
pub mod text;
pub mod tui;
