//! What is read and decided over a screen: pages, bulk changes, conflicts.

pub(super) mod view;
