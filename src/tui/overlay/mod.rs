//! What lies over a screen: a picker, a form, help. A stack in the model; each knows itself alone.

pub mod article;
pub mod bulk;
pub mod change;
pub mod conflict;
pub mod field;
pub mod form;
pub mod offers;
pub mod page;
pub mod picker;
pub mod prompt;
mod reading;
pub mod view;

use bulk::Bulk;
use conflict::Contest;
use form::Form;
use offers::Offers;
use page::Page;
use picker::Picker;
use prompt::Prompt;

/// One overlay.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// Choose one of several.
    Picker(Picker),
    /// Fill in fields, write text.
    Form(Form),
    /// Ask for a line.
    Prompt(Prompt),
    /// Read.
    Page(Page),
    /// See what a change of many tickets would do.
    Bulk(Box<Bulk>),
    /// Decide between two values.
    Conflict(Box<Contest>),
    /// See what may help.
    Offers(Box<Offers>),
}
