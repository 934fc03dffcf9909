//! What can change the windows of a desk, as plain data.

use serde::{Deserialize, Serialize};

use crate::desk::change::window::Window;
use crate::desk::id::WindowId;

/// A change of the windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowCommand {
    /// Add a window, or change one.
    Put {
        /// Which one, unless new.
        id: Option<WindowId>,
        /// As its editor saw it: what others changed since stays. `None` means whatever it is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Box<Window>>,
        /// What it shall be.
        window: Box<Window>,
    },
    /// Take windows away.
    Remove {
        /// Which.
        ids: Vec<WindowId>,
    },
    /// Take in the events of a calendar.
    Import(WindowImport),
}

impl WindowCommand {
    /// Its word in the journal.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            WindowCommand::Put { id: None, .. } => "window new",
            WindowCommand::Put { .. } => "window set",
            WindowCommand::Remove { .. } => "window remove",
            WindowCommand::Import(_) => "window import",
        }
    }
}

/// The events of a calendar as windows. Each is known again by its UID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowImport {
    /// The name of the file.
    pub source: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// What shall be there; every window names its source.
    #[serde(skip)]
    pub windows: Vec<Window>,
    /// UIDs of events that were called off.
    #[serde(skip)]
    pub cancelled: Vec<String>,
}
