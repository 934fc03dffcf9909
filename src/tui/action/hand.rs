//! A runbook followed with a ticket in hand: begun from the ticket, its steps ticked where they are read, and back.

use crate::desk::command::TaskChange;
use crate::desk::id::ArticleId;
use crate::store::FollowedStep;
use crate::tui::action::{ActionId, ActionSpec, always};
use crate::tui::effect::{Effect, Wish};
use crate::tui::model::Model;
use crate::tui::prose::Mark;
use crate::tui::screen::knowledge::text::Spot;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(StepTick "hand.tick" "tick" Hand Write ["Space"], 78, on_step, "Tick the step under the cursor on the checklist and go on; a ticked one is unticked.", tick),
    work!(HandBack "hand.back" "to ticket" Hand Read ["q"], 77, always, "Go back to the ticket for which this is followed.", update::put_down),
];

/// The step that the cursor is on, by its place.
fn step_here(model: &Model) -> Option<(ArticleId, usize)> {
    let id = model.knowledge.shown.as_ref()?.id();
    match update::article_spot(model)? {
        Spot::Text(Mark::Step(at)) => Some((id, at)),
        _ => None,
    }
}

fn on_step(model: &Model) -> Result<(), String> {
    let down = || model.key(ActionId::ReadDown);
    step_here(model).map(|_| ()).ok_or_else(|| format!("the cursor is on no step; {} goes to one", down()))
}

fn tick(model: &mut Model) -> Vec<Effect> {
    let (Some((id, at)), Some(hand)) = (step_here(model), &model.knowledge.hand) else { return Vec::new() };
    let Some(shown) = &model.knowledge.shown else { return Vec::new() };
    let ticket = hand.ticket;
    let task = |step: &FollowedStep| step.task.as_ref().map(|task| (task.position, task.done));
    match hand.steps_in(id, &shown.record.prose.document).get(at).map(|step| step.map(task)) {
        Some(Some(Some((position, done)))) => {
            let change = TaskChange::Done(position, !done);
            if !done {
                update::next_step(model, Some(at));
            }
            update::wish(Wish::Task { on: vec![ticket.into()], change })
        }
        // What is not on the checklist yet comes onto it; then it can be ticked.
        Some(Some(None)) => update::follow(id, ticket),
        // It is no longer what it says, or that is not known yet.
        Some(None) => {
            let key = model.key(ActionId::Refresh);
            model.refuse(format!("somebody changed this step meanwhile; {key} reads it anew"));
            Vec::new()
        }
        None => Vec::new(),
    }
}
