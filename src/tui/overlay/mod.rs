//! What lies over a screen: a picker, a form, help. A stack in the model; each knows itself alone.

pub mod form;
pub mod picker;
pub mod prompt;
pub mod view;

use form::Form;
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
}
