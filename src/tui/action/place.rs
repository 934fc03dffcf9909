//! Actions that go somewhere or repeat: back, forward, by number, the last change once more, a text on its way out.

use crate::tui::action::ticket::one_ticket;
use crate::tui::action::{ActionSpec, always, no_ticket};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::prompt::{Prompt, Purpose};
use crate::tui::screen::Tab;
use crate::tui::screen::cmdb::Pane as CiPane;
use crate::tui::screen::queue::{Pane, TextUse};
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title $scope $risk $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(PlaceBack "place.back" "back" Global Read ["H"], 0, always, "Go back to the place before.", |m| update::step_place(m, false)),
    row!(PlaceForward "place.forward" "forward" Global Read ["L"], 0, always, "Go forward again.", |m| update::step_place(m, true)),
    row!(PlaceLast "place.last" "last place" Global Read ["-"], 0, always, "Go to the last place; again, back here.", update::last_place),
    row!(GoNumber "go.number" "number" Global Read ["g i"], 0, always, "Go to a ticket, CI or article: 42 is INC-42, req7, ci9, kb3; in its tab a CI or article by its name.", |m| prompt(m, "Go to ", Purpose::Number)),
    row!(GoQueue "go.queue" "queue" Global Read ["1", "g q"], 0, always, "Go to the queue; there already, to its list.", queue),
    row!(GoCmdb "go.cmdb" "CMDB" Global Read ["3", "g m"], 0, always, "Go to the CMDB; there already, to its classes.", cmdb),
    row!(GoKnowledge "go.knowledge" "knowledge" Global Read ["4", "g k"], 0, always, "Go to the knowledge base; there already, to its list.", knowledge),
    row!(Again "ticket.again" "again" Ticket Write ["."], 0, repeatable, "Make the last change again, of this ticket or the marked ones.", again),
    row!(CopyBody "ticket.copy_body" "copy body" Ticket Read ["y b"], 0, one_ticket, "Copy its description.", |m| update::want_text(m, TextUse::Copy)),
    row!(Pipe "ticket.pipe" "pipe" Ticket Read ["|"], 0, one_ticket, "Pipe its text, notes and replies to a command.", |m| prompt(m, "Pipe to ", Purpose::Pipe)),
    row!(EditText "ticket.edit_text" "edit text" Ticket Write ["E"], 0, one_ticket, "Edit its description in $EDITOR.", |m| update::want_text(m, TextUse::Edit)),
    row!(PromptAccept "prompt.accept" "go" Prompt Read ["Enter"], 90, always, "Do it.", update::prompt_accept),
    row!(PromptClose "prompt.close" "cancel" Prompt Read ["Esc"], 80, always, "Do nothing.", |m| { m.overlays.pop(); Vec::new() }),
];

fn queue(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Queue {
        model.queue.pane = Pane::List;
    }
    update::go_tab(model, Tab::Queue)
}

fn cmdb(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Cmdb {
        model.cmdb.pane = CiPane::Classes;
    }
    update::go_tab(model, Tab::Cmdb)
}

fn knowledge(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Knowledge {
        return update::leave_article(model);
    }
    update::go_tab(model, Tab::Knowledge)
}

fn repeatable(model: &Model) -> Result<(), String> {
    no_ticket(model)?;
    match &model.last {
        None => Err(String::from("nothing was changed here yet")),
        Some(last) if last.is_of_its_change() => {
            Err(String::from("each change is planned, approved and begun by itself"))
        }
        Some(_) => Ok(()),
    }
}

fn again(model: &mut Model) -> Vec<Effect> {
    let on = model.targets().into_iter().map(|id| model.seen(id)).collect();
    match model.last.as_ref().and_then(|last| last.again(on)) {
        Some(wish) => update::wish(wish),
        None => Vec::new(),
    }
}

fn prompt(model: &mut Model, label: &'static str, purpose: Purpose) -> Vec<Effect> {
    model.overlays.push(Overlay::Prompt(Prompt::new(label, purpose)));
    Vec::new()
}
