//! What a service desk *is*: words, rules and decisions, as functions of values.
//!
//! Nothing here knows SQL, a terminal, a file or the clock: `now` is always passed in. So every rule is tested
//! without a database, and the same rule serves the screens, the commands, imports and automation.

pub mod change;
pub mod cmdb;
pub mod command;
pub mod edit;
pub mod effort;
pub mod explain;
pub mod field;
pub mod history;
pub mod id;
pub mod knowledge;
pub mod link;
pub mod mark;
pub mod people;
pub mod priority;
pub mod query;
pub mod record;
pub mod refusal;
pub mod rotation;
pub mod rules;
pub mod shipped;
pub mod ticket;
pub mod time;
pub mod workflow;
pub mod working_days;
