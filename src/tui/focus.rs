//! Where the keys go: one value in the model, from which the stack of scopes follows, innermost first.

use crate::tui::action::Scope;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::Purpose;
use crate::tui::screen::Tab;
use crate::tui::screen::cmdb::Pane as CiPane;
use crate::tui::screen::knowledge::Pane as ArticlePane;
use crate::tui::screen::queue::Pane;

/// Every answer of [`scopes`]: what can be reached together, innermost first.
pub const STACKS: &[&[Scope]] = &[
    &[Scope::Views, Scope::Global, Scope::Always],
    &[Scope::List, Scope::Ticket, Scope::Global, Scope::Always],
    &[Scope::Sheet, Scope::Ticket, Scope::Global, Scope::Always],
    &[Scope::Hits, Scope::Sheet, Scope::Ticket, Scope::Global, Scope::Always],
    &[Scope::Hits, Scope::Page, Scope::Always],
    &[Scope::Planned, Scope::Calendar, Scope::Ticket, Scope::Global, Scope::Always],
    &[Scope::Grab, Scope::Always],
    &[Scope::CiClasses, Scope::Ci, Scope::Global, Scope::Always],
    &[Scope::CiList, Scope::Ci, Scope::Global, Scope::Always],
    &[Scope::CiPane, Scope::Ci, Scope::Global, Scope::Always],
    &[Scope::ArticleList, Scope::Article, Scope::Global, Scope::Always],
    &[Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always],
    &[Scope::Hits, Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always],
    &[Scope::Hand, Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always],
    &[Scope::Hand, Scope::Hits, Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always],
    &[Scope::Filter, Scope::Text, Scope::Always],
    &[Scope::Picker, Scope::Text, Scope::Always],
    &[Scope::Columns, Scope::Picker, Scope::Text, Scope::Always],
    &[Scope::Prompt, Scope::Text, Scope::Always],
    &[Scope::Form, Scope::Text, Scope::Always],
    &[Scope::Leaving, Scope::Always],
    &[Scope::Page, Scope::Always],
    &[Scope::Bulk, Scope::Always],
    &[Scope::Conflict, Scope::Always],
    &[Scope::Offers, Scope::Always],
    &[Scope::Watch, Scope::Always],
];

/// The scopes in which a key is looked up, in this order.
#[must_use]
pub fn scopes(model: &Model) -> &'static [Scope] {
    match model.overlays.last() {
        Some(Overlay::Form(form)) if form.leaving => &[Scope::Leaving, Scope::Always],
        Some(Overlay::Form(_)) => &[Scope::Form, Scope::Text, Scope::Always],
        Some(Overlay::Picker(picker)) if picker.purpose == Purpose::Columns => {
            &[Scope::Columns, Scope::Picker, Scope::Text, Scope::Always]
        }
        Some(Overlay::Picker(_)) => &[Scope::Picker, Scope::Text, Scope::Always],
        Some(Overlay::Prompt(_)) => &[Scope::Prompt, Scope::Text, Scope::Always],
        Some(Overlay::Page(_)) if searched(model) => &[Scope::Hits, Scope::Page, Scope::Always],
        Some(Overlay::Page(_)) => &[Scope::Page, Scope::Always],
        Some(Overlay::Bulk(_)) => &[Scope::Bulk, Scope::Always],
        Some(Overlay::Conflict(_)) => &[Scope::Conflict, Scope::Always],
        Some(Overlay::Offers(_)) => &[Scope::Offers, Scope::Always],
        None if model.typing().is_some() => &[Scope::Filter, Scope::Text, Scope::Always],
        None if model.watch.is_some() => &[Scope::Watch, Scope::Always],
        None if model.tab == Tab::Changes && model.changes.grab.is_some() => &[Scope::Grab, Scope::Always],
        None if model.tab == Tab::Changes => {
            &[Scope::Planned, Scope::Calendar, Scope::Ticket, Scope::Global, Scope::Always]
        }
        None if model.tab == Tab::Cmdb => match model.cmdb.pane {
            CiPane::Classes => &[Scope::CiClasses, Scope::Ci, Scope::Global, Scope::Always],
            CiPane::List => &[Scope::CiList, Scope::Ci, Scope::Global, Scope::Always],
            CiPane::Ci => &[Scope::CiPane, Scope::Ci, Scope::Global, Scope::Always],
        },
        None if model.tab == Tab::Knowledge => match model.knowledge.pane {
            ArticlePane::List => &[Scope::ArticleList, Scope::Article, Scope::Global, Scope::Always],
            ArticlePane::Article if model.knowledge.follows() && model.knowledge.searches() => {
                &[Scope::Hand, Scope::Hits, Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always]
            }
            ArticlePane::Article if model.knowledge.follows() => {
                &[Scope::Hand, Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always]
            }
            ArticlePane::Article if model.knowledge.searches() => {
                &[Scope::Hits, Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always]
            }
            ArticlePane::Article => &[Scope::ArticlePane, Scope::Article, Scope::Global, Scope::Always],
        },
        None => match model.queue.pane {
            Pane::Views => &[Scope::Views, Scope::Global, Scope::Always],
            Pane::List => &[Scope::List, Scope::Ticket, Scope::Global, Scope::Always],
            Pane::Ticket if searched(model) => {
                &[Scope::Hits, Scope::Sheet, Scope::Ticket, Scope::Global, Scope::Always]
            }
            Pane::Ticket => &[Scope::Sheet, Scope::Ticket, Scope::Global, Scope::Always],
        },
    }
}

/// Whether the list was searched for words, which a text may hold more than once.
fn searched(model: &Model) -> bool {
    model.tab == Tab::Queue && !model.queue.words_sought().is_empty()
}
