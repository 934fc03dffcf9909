//! The tabs, each unaware of the others.

pub mod queue;
