//! Changes: when they may happen, and what they would meet.

pub mod conflict;
pub mod window;
