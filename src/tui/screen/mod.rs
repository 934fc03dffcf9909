//! The tabs, each unaware of the others, and what they have in common: the filter line, and the way back.

pub mod changes;
pub mod cmdb;
pub mod queue;
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
}

impl Tab {
    /// All tabs, in their order.
    pub const ALL: [Tab; 3] = [Tab::Queue, Tab::Changes, Tab::Cmdb];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Tab::Queue => "Queue",
            Tab::Changes => "Changes",
            Tab::Cmdb => "CMDB",
        }
    }
}
