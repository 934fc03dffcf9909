//! The knowledge base: what the desk knows, written down once and found when it is needed.
//!
//! A desk's own [`Practice`] says which types of articles there are and what life they have. Two people who edit one article
//! are [merged](merge()) paragraph by paragraph; [`score`] orders what a search finds.

pub mod article;
pub mod command;
pub mod draft;
pub mod file;
pub mod lifecycle;
pub mod merge;
pub mod narrow;
pub mod ranking;
pub mod runbook;
pub mod snippet;
pub mod words;

pub use article::{Article, ArticleField, Audience, Content};
pub use command::{ArticleTarget, CitationRole, Decided, KnowledgeCommand};
pub use draft::{
    KNOWN_ERROR, drawn_from, refreshed, remedy, resolution_code, resolution_text, section, usual_type, with_section,
};
pub use file::{file_address, files_in, safe_name, shown_file};
pub use lifecycle::{ArticleType, Happening, Lifecycle, Phase, Practice};
pub use merge::{Clash, UNDECIDED, is_undecided, joined, merge, merge_by};
pub use narrow::{Known, Mark, Only, complete};
pub use ranking::{Fit, Proof, Signals, score};
pub use runbook::{Origin, RUNBOOK, alert_names, labelled_alert, placed, step_called};
pub use snippet::{Snippet, hits, snippet};
pub use words::{Term, Wanted, codes, mentions, spaced};
