//! The knowledge base as a folder of Markdown, in and out, and as a static site.
//!
//! A page is a file with front matter. It is known again by the number that an export of the same desk wrote into it, by its
//! path, or, where it was moved, by what it says. Links between pages are links between articles here.

mod export;
mod folder;
mod front;
mod html;
mod import;
mod link;
mod page;
mod pictures;

pub use export::{Exported, export};
pub use folder::{Folder, read_folder};
pub use front::part as front_matter;
pub use html::export_html;
pub use import::{Fate, PagePlan, PagesPlan, plan_pages};

#[cfg(test)]
mod tests;
