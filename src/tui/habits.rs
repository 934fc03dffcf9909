//! How a person likes the screens of a desk: columns, where the ticket is shown, the filters they used.

use serde::{Deserialize, Serialize};

use crate::tui::screen::Tab;

/// At most so many filters are remembered.
const FILTERS: usize = 100;

/// Where the ticket under the cursor is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preview {
    /// Right of the list, where there is room.
    #[default]
    Right,
    /// Below the list.
    Below,
    /// Nowhere.
    Off,
}

impl Preview {
    /// The next one, in turn.
    #[must_use]
    pub fn next(self) -> Preview {
        match self {
            Preview::Right => Preview::Below,
            Preview::Below => Preview::Off,
            Preview::Off => Preview::Right,
        }
    }
}

/// What one person is used to at one desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// The columns of lists, by name; empty means as many as fit.
    pub columns: Vec<String>,
    /// Where the ticket under the cursor is shown.
    pub preview: Preview,
    /// The filters used on tickets, the newest last.
    pub filters: Vec<String>,
    /// The filters used on CIs, the newest last.
    pub ci_filters: Vec<String>,
    /// The searches for articles, the newest last.
    pub searches: Vec<String>,
}

impl Habits {
    /// Remembers a filter as the newest. Tells whether that changed anything.
    pub fn used(&mut self, tab: Tab, filter: &str) -> bool {
        let filter = filter.trim();
        let filters = match tab {
            Tab::Queue | Tab::Changes => &mut self.filters,
            Tab::Cmdb => &mut self.ci_filters,
            Tab::Knowledge => &mut self.searches,
        };
        if filter.is_empty() || filters.last().is_some_and(|last| last == filter) {
            return false;
        }
        filters.retain(|known| known != filter);
        filters.push(filter.to_owned());
        let over = filters.len().saturating_sub(FILTERS);
        filters.drain(..over);
        true
    }

    /// The filters used in a tab, the newest last.
    #[must_use]
    pub fn filters_of(&self, tab: Tab) -> &[String] {
        match tab {
            Tab::Queue | Tab::Changes => &self.filters,
            Tab::Cmdb => &self.ci_filters,
            Tab::Knowledge => &self.searches,
        }
    }
}
