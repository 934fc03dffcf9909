//! The tabs, each unaware of the others, and what they have in common: the filter line, and the way back.

pub mod changes;
pub mod cmdb;
mod history;
pub mod knowledge;
pub mod queue;
pub mod rows;
pub mod stops;
pub mod trail;
pub mod typing;

/// A tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Tickets.
    #[default]
    Queue,
    /// Changes in time.
    Changes,
    /// CIs.
    Cmdb,
    /// Articles.
    Knowledge,
}

impl Tab {
    /// All tabs, in their order.
    pub const ALL: [Tab; 4] = [Tab::Queue, Tab::Changes, Tab::Cmdb, Tab::Knowledge];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Tab::Queue => "Queue",
            Tab::Changes => "Changes",
            Tab::Cmdb => "CMDB",
            Tab::Knowledge => "Knowledge",
        }
    }

    /// The same where there is little room.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Tab::Queue | Tab::Cmdb => self.title(),
            Tab::Changes => "Chg",
            Tab::Knowledge => "KB",
        }
    }
}
