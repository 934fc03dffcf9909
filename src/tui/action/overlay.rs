//! Actions inside the filter line, pickers, forms and text fields.

use crate::tui::action::{ActionSpec, always, spoken};
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::Form;
use crate::tui::overlay::picker::Picker;
use crate::tui::update;
use crate::tui::widget::editor::Stroke;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $keys:expr, $rank:literal, $help:literal, $run:expr) => {
        work!($id $name $title $scope Read $keys, $rank, always, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(FilterAccept "filter.accept" "apply" Filter ["Enter"], 90, "Keep the filter and go to the list.", update::filter_accept),
    row!(FilterCancel "filter.cancel" "as before" Filter ["Esc"], 80, "Put the filter back as it was.", update::filter_cancel),
    row!(FilterNext "filter.complete" "complete" Filter ["Tab"], 70, "Complete the word; again: the next that it could be.", |m| update::filter_complete(m, 1)),
    row!(FilterPrevious "filter.complete_back" "complete" Filter ["Shift-Tab"], 0, "The one before that it could be.", |m| update::filter_complete(m, -1)),
    row!(FilterOlder "filter.older" "older" Filter ["Up"], 60, "An older filter.", |m| update::filter_recall(m, true)),
    row!(FilterNewer "filter.newer" "newer" Filter ["Down"], 0, "A newer filter.", |m| update::filter_recall(m, false)),
    row!(PickerNext "picker.next" "next" Picker ["Down", "ctrl-n"], 50, "Go to the next line.", |m| on_picker(m, |p| p.step(1))),
    row!(PickerComplete "picker.complete" "complete" Picker ["Tab"], 0, "Complete a command with this line, and go on typing; elsewhere, go to the next line.", spoken::complete_line),
    row!(PickerPrevious "picker.previous" "previous" Picker ["Up", "ctrl-p", "Shift-Tab"], 40, "Go to the previous line.", |m| on_picker(m, |p| p.step(-1))),
    row!(PickerPageDown "picker.page_down" "page down" Picker ["PgDn"], 0, "Go a page of lines down.", |m| { let page = page(m); on_picker(m, |p| p.leap(page)) }),
    row!(PickerPageUp "picker.page_up" "page up" Picker ["PgUp"], 0, "Go a page of lines up.", |m| { let page = page(m); on_picker(m, |p| p.leap(-page)) }),
    row!(PickerAccept "picker.accept" "choose" Picker ["Enter"], 90, "Choose this line.", update::picker_accept),
    row!(PickerClose "picker.close" "close" Picker ["Esc"], 80, "Close without choosing.", |m| { m.overlays.pop(); Vec::new() }),
    row!(FormNext "form.next" "next field" Form ["Tab"], 60, "Complete the word, or go to the next field.", |m| on_form(m, |f| f.step(1))),
    row!(FormPrevious "form.previous" "prev field" Form ["Shift-Tab"], 0, "Go to the previous field.", |m| on_form(m, |f| f.step(-1))),
    row!(FormUp "form.up" "up" Form ["Up"], 0, "Go a row up in long text, or to the previous field.", |m| vertical(m, -1)),
    row!(FormDown "form.down" "down" Form ["Down"], 0, "Go a row down in long text, or to the next field.", |m| vertical(m, 1)),
    row!(FormLine "form.enter" "next, line" Form ["Enter"], 0, "Next field; a new line in long text; sends a form of short fields at its end.", update::form_enter),
    row!(FormLeave "form.leave" "send…" Form ["Esc"], 90, "Send, keep or discard what was typed.", update::form_leave),
    row!(FormEditor "form.editor" "$EDITOR" Form ["ctrl-x ctrl-e"], 50, "Write this field in $EDITOR.", update::form_editor),
    row!(FormNextName "form.next_name" "next name" Form ["ctrl-n"], 0, "Choose the next of the names offered; completing takes it.", |m| on_field(m, 1)),
    row!(FormPreviousName "form.previous_name" "prev name" Form ["ctrl-p"], 0, "Choose the previous of the names offered.", |m| on_field(m, -1)),
    row!(LeaveSend "leave.send" "send" Leaving ["Enter"], 90, "Send it.", update::form_send),
    row!(LeaveEditor "leave.editor" "editor" Leaving ["e"], 80, "Go on in $EDITOR.", update::form_editor),
    row!(LeaveKeep "leave.keep" "keep draft" Leaving ["k"], 70, "Close and keep what was typed as a draft.", update::form_keep),
    row!(LeaveKeepToo "leave.keep_too" "keep draft" Leaving ["Esc"], 0, "Close and keep what was typed as a draft.", update::form_keep),
    row!(LeaveDiscard "leave.discard" "discard" Leaving ["d"], 60, "Close and forget what was typed.", update::form_discard),
    row!(TextUndo "text.undo" "undo" Text ["ctrl-_", "ctrl-x u"], 0, "Take back the last change of the text; a paste is one.", |m| update::stroke(m, Stroke::Undo)),
    row!(TextLeft "text.left" "left" Text ["Left"], 0, "Go one character back.", |m| update::stroke(m, Stroke::Left)),
    row!(TextRight "text.right" "right" Text ["Right", "ctrl-f"], 0, "Go one character on.", |m| update::stroke(m, Stroke::Right)),
    row!(TextHome "text.home" "home" Text ["Home"], 0, "Go to the beginning of the line.", |m| update::stroke(m, Stroke::Home)),
    row!(TextEnd "text.end" "end" Text ["End", "ctrl-e"], 0, "Go to the end of the line.", |m| update::stroke(m, Stroke::End)),
    row!(TextBackspace "text.backspace" "delete" Text ["Backspace"], 0, "Delete the character before the cursor.", |m| update::stroke(m, Stroke::Backspace)),
    row!(TextDelete "text.delete" "delete" Text ["Del", "ctrl-d"], 0, "Delete the character under the cursor.", |m| update::stroke(m, Stroke::Delete)),
    row!(TextWord "text.delete_word" "delete word" Text ["ctrl-w"], 0, "Delete the word before the cursor.", |m| update::stroke(m, Stroke::DeleteWord)),
    row!(TextToStart "text.delete_line" "delete line" Text ["ctrl-u"], 0, "Delete the line before the cursor.", |m| update::stroke(m, Stroke::DeleteToStart)),
    row!(TextToEnd "text.delete_end" "delete end" Text ["ctrl-k"], 0, "Delete the line behind the cursor.", |m| update::stroke(m, Stroke::DeleteToEnd)),
    row!(TextYank "text.yank" "put back" Text ["ctrl-y"], 0, "Put in the words or the part of a line deleted last, here or elsewhere.", update::yank),
    row!(TextTranspose "text.transpose" "swap" Text ["ctrl-t"], 0, "Swap the character before the cursor with the one under it.", |m| update::stroke(m, Stroke::Transpose)),
];

/// So many lines are a page of a picker.
fn page(model: &Model) -> isize {
    isize::try_from(model.size.1.saturating_sub(6)).unwrap_or(1).clamp(1, 30)
}

fn on_picker(model: &mut Model, act: impl FnOnce(&mut Picker)) -> Vec<Effect> {
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
        act(picker);
    }
    Vec::new()
}

fn on_form(model: &mut Model, act: impl FnOnce(&mut Form)) -> Vec<Effect> {
    update::form_act(model, act)
}

fn vertical(model: &mut Model, by: isize) -> Vec<Effect> {
    let width = layout::form_width(model);
    on_form(model, |form| form.vertical(by, width))
}

fn on_field(model: &mut Model, by: isize) -> Vec<Effect> {
    on_form(model, |form| {
        if let Some(field) = form.field() {
            field.choose(by);
        }
    })
}
