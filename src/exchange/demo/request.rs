//! The life of a request: asked for, approved or not, fulfilled task by task.

use crate::desk::field::{Field, Value};
use crate::exchange::demo::deeds::When;
use crate::exchange::demo::teller::Life;

pub(super) fn live(life: &mut Life, dice: &mut fastrand::Rng) {
    let (story, ends) = (life.part.story, life.part.ends);
    let (worker, triage, lead) = (life.worker.clone(), life.triage.clone(), life.lead.clone());
    let channels: Vec<&str> = story.channel.iter().map(String::as_str).collect();
    let channel = dice.choice(&channels).copied().unwrap_or("form");
    let mut set = life.told();
    set.insert(Field::Channel, Value::from(channel));
    set.extend(life.facts(&story.team));
    let opener = if channel == "walk-up" { triage.clone() } else { life.requester.login.clone() };
    life.open(&opener, set);
    match ends {
        "new" => return,
        "cancelled" => {
            let why = Value::from("Withdrawn by the requester.");
            life.deeds.step(When::Share, &triage, "cancelled", [(Field::Resolution, why)]);
            return;
        }
        _ => {}
    }
    if story.approver {
        life.deeds.step(When::Soon(dice.i64(5..=40)), &triage, "awaiting_approval", []);
        if ends == "awaiting_approval" {
            return;
        }
        if ends == "rejected" || story.code == "rejected" {
            let why =
                Value::from("Not approved: not in this year's budget. Please ask again with the plan for next year.");
            life.deeds.step(When::Share, &lead, "rejected", [(Field::Resolution, why)]);
            return;
        }
    }
    let assignee = life.person(&worker);
    life.deeds.edit(When::Share, &worker, [(Field::Assignee, assignee)]);
    life.deeds.step(When::Soon(3), &worker, "in_progress", []);
    if story.approver {
        life.deeds.because("Approved by the line manager");
    }
    let tasks = story.tasks.len();
    if ends == "in_progress" {
        life.deeds.tick(&worker, (1..).take(tasks.div_ceil(2)));
    }
    if let Some(reason) = &story.wait {
        let (note, reason) = (life.text(&story.wait_note), [(Field::PendingReason, Value::from(reason.as_str()))]);
        life.deeds.note(When::Share, &worker, note).step(When::Soon(1), &worker, "pending", reason);
        if ends == "pending" {
            return;
        }
        life.deeds.step(When::Share, &worker, "in_progress", []);
    }
    for note in &story.notes {
        let note = life.text(note);
        life.deeds.note(When::Share, &worker, note);
    }
    if dice.bool() {
        life.deeds.time(&worker, dice.i64(1..=9) * 10, "fulfilment");
    }
    if ends == "in_progress" {
        return;
    }
    life.tick_all();
    let resolution = life.fill(&story.resolution);
    life.deeds.step(When::Share, &worker, "fulfilled", [(Field::Resolution, resolution)]);
}
