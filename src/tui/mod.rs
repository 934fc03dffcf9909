//! The screens: one loop in Elm's shape.
//!
//! ```text
//!  keys, paste, resize ─┐
//!  store replies ───────┼─▶ Msg ─▶ key → action ─▶ update(&mut Model, Msg) ─▶ Vec<Effect> ─▶ worker, terminal, $EDITOR
//!  signals ─────────────┘                               └─▶ draw(&Model, Frame)
//! ```
//!
//! [`update`](update::update) and [`draw`](view::draw) are pure; messages and effects are plain data. What runs them is
//! [`run`](run::run). [`action`] is the table of everything a key can do.

pub mod action;
pub mod effect;
pub mod focus;
pub mod glyphs;
pub mod habits;
pub mod inquiry;
pub mod key;
pub mod layout;
pub mod lookup;
pub mod message;
pub mod model;
pub mod offer;
pub mod outlook;
pub mod overlay;
pub mod palette;
pub mod proposal;
pub mod prose;
pub mod run;
pub mod screen;
pub mod setup;
pub mod standing;
pub mod term;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;
pub mod wish;
pub mod worker;

pub use run::run as open;

#[cfg(test)]
mod tests;
