//! The life of an incident: reported, sorted, taken, worked on, waited for, resolved, sometimes back again.

use crate::desk::command::Command;
use crate::desk::field::{Edit, Field, Value};
use crate::exchange::demo::deeds::When;
use crate::exchange::demo::teller::Life;

pub(super) fn live(life: &mut Life, dice: &mut fastrand::Rng) {
    let (story, ends) = (life.part.story, life.part.ends);
    let first = story
        .first
        .clone()
        .filter(|_| !matches!(ends, "new" | "assigned" | "cancelled"))
        .unwrap_or_else(|| story.team.clone());
    report(life, &first, dice);
    if ends == "new" {
        return;
    }
    life.link();
    if story.merged.is_some() {
        return;
    }
    let worker = life.worker.clone();
    if ends == "cancelled" {
        take(life, &worker);
        let why = Value::from("Closed on the requester's word: it works again and nobody touched anything.");
        life.deeds.step(When::Share, &worker, "cancelled", [(Field::Resolution, why)]);
        return;
    }
    if let Some(before) = story.first.as_ref().filter(|_| ends != "assigned") {
        hand_over(life, before, dice);
    }
    if !life.part.alone {
        take(life, &worker);
    }
    raise(life);
    if ends == "assigned" {
        return;
    }
    if story.first.is_none() {
        life.deeds.step(When::Soon(dice.i64(2..=12)), &worker, "in_progress", []);
    }
    if work(life, &worker, dice) {
        end(life, &worker, dice);
    }
}

/// Opened by the requester, by whoever takes the call, or by a machine; sorted by the service desk.
fn report(life: &mut Life, first: &str, dice: &mut fastrand::Rng) {
    let story = life.part.story;
    let channels: Vec<&str> = story.channel.iter().map(String::as_str).collect();
    let channel = match life.part.ends {
        "new" => channels.iter().copied().find(|word| matches!(*word, "mail" | "form")).unwrap_or("mail"),
        _ => dice.choice(&channels).copied().unwrap_or("phone"),
    };
    let (triage, requester) = (life.triage.clone(), life.requester.login.clone());
    let mut set = life.told();
    set.insert(Field::Channel, Value::from(channel));
    match channel {
        "monitoring" => {
            set.insert(Field::Requester, life.person("monitoring"));
            set.extend(life.facts(first));
            life.open("monitoring", set);
        }
        "mail" | "form" => {
            life.open(&requester, set);
            if life.part.ends != "new" {
                let on = vec![life.part.id.into()];
                let facts = Command::Edit { on, set: life.facts(first), tag: Vec::new(), untag: Vec::new() };
                life.deeds.add(When::Soon(dice.i64(3..=25)), &triage, facts);
            }
        }
        _ => {
            set.extend(life.facts(first));
            life.open(&triage, set);
        }
    }
    if let Some(log) = &story.log {
        let name = life.text(&story.log_name);
        let bytes = format!("{}\n", life.text(log)).into_bytes();
        let attach = Command::Attach { on: vec![life.part.id], name, media: String::from("text/plain"), bytes };
        life.deeds.add(When::Soon(4), if channel == "monitoring" { "monitoring" } else { &triage }, attach);
    }
}

fn take(life: &mut Life, who: &str) {
    let assignee = life.person(who);
    life.deeds.edit(When::Soon(4), who, [(Field::Assignee, assignee)]);
}

/// The first team finds that it is another's.
fn hand_over(life: &mut Life, before: &str, dice: &mut fastrand::Rng) {
    let members = life.teller.company.members(before);
    let who = dice.choice(&members).copied().unwrap_or("m.brandt").to_owned();
    let (note, team) = (life.text(&life.part.story.handover), life.team(&life.part.story.team));
    take(life, &who);
    life.deeds.step(When::Soon(6), &who, "in_progress", []).note(When::Share, &who, note);
    life.deeds.edit(When::Soon(1), &who, [(Field::Team, team), (Field::Assignee, Value::Null)]);
    life.deeds.because("Handed over");
}

/// A major incident is declared, a priority set against the matrix, by the lead; whoever looks may watch it.
fn raise(life: &mut Life) {
    let (story, lead) = (life.part.story, life.lead.clone());
    if story.major {
        life.deeds.edit(When::Soon(2), &lead, [(Field::Major, Value::Int(1))]);
        life.deeds.because("More than one site stands still");
    }
    if let Some((priority, reason)) = &story.raised {
        let set = [(Field::Priority, Value::Int(*priority)), (Field::PriorityReason, Value::from(reason.as_str()))];
        life.deeds.edit(When::Soon(2), &lead, set);
    }
    if story.watched {
        life.watch();
    }
}

/// Asking, trying, waiting. Says whether it goes on from there to an end.
fn work(life: &mut Life, worker: &str, dice: &mut fastrand::Rng) -> bool {
    let (story, ends, id) = (life.part.story, life.part.ends, life.part.id);
    let waits = ends == "pending";
    let requester = life.requester.login.clone();
    let reason = |word: &str| [(Field::PendingReason, Value::from(word))];
    if let Some(ask) = &story.ask {
        let text = life.text(ask);
        life.deeds.reply(When::Share, worker, text).step(When::Soon(1), worker, "pending", reason("requester"));
        if waits && story.wait.as_deref() == Some("requester") {
            return false;
        }
        if let Some(answer) = &story.answer {
            let text = life.text(answer);
            life.deeds.reply(When::Share, &requester, text);
        }
    }
    let notes: Vec<String> = story.notes.iter().map(|note| life.text(note)).collect();
    let standing = ends == "in_progress" && !life.part.story.is_scene();
    let shown = if standing { dice.usize(1..=notes.len().max(1)) } else { notes.len() };
    for (place, note) in notes.into_iter().take(shown).enumerate() {
        life.deeds.note(When::Share, worker, note);
        if dice.u8(0..10) < 4 {
            life.deeds.time(worker, dice.i64(2..=12) * 5, "analysis and fix");
        }
        if place == 0 && !standing && wait(life, worker) && waits {
            return false;
        }
    }
    if story.notes.is_empty() && !standing && wait(life, worker) && waits {
        return false;
    }
    if let Some(reply) = &story.reply {
        let text = life.text(reply);
        life.deeds.reply(When::Share, worker, text);
    }
    if standing || ends == "with-parent" || (ends == "in_progress" && story.back.is_none()) {
        return false;
    }
    for position in (1..).take(story.tasks.len()) {
        let change = crate::desk::command::TaskChange::Done(position, true);
        life.deeds.add(When::Share, worker, Command::Task { on: id, change });
    }
    true
}

/// Waits for somebody or something, and goes on unless that is where it stands today.
fn wait(life: &mut Life, worker: &str) -> bool {
    let story = life.part.story;
    let Some(reason) = story.wait.as_deref().filter(|reason| *reason != "requester") else { return false };
    let note = life.text(&story.wait_note);
    let reason = [(Field::PendingReason, Value::from(reason))];
    life.deeds.note(When::Share, worker, note).step(When::Soon(1), worker, "pending", reason);
    if life.part.ends != "pending" {
        life.deeds.step(When::Share, worker, "in_progress", []);
    }
    true
}

fn end(life: &mut Life, worker: &str, dice: &mut fastrand::Rng) {
    let story = life.part.story;
    resolve(life, worker);
    let comes_back = life.part.ends == "in_progress" || dice.u8(0..10) < 6;
    if let Some(back) = story.back.as_ref().filter(|_| comes_back) {
        let (requester, text) = (life.requester.login.clone(), life.text(back));
        life.deeds.reply(When::Share, &requester, text).step(When::Soon(9), worker, "in_progress", []);
        life.deeds.because("The requester says it is back");
        if life.part.ends != "in_progress" {
            life.deeds.note(When::Share, worker, String::from("Second look together with the requester, same fix done thoroughly this time, and checked again after an hour."));
            resolve(life, worker);
        }
    }
}

fn resolve(life: &mut Life, worker: &str) {
    let story = life.part.story;
    let mut set = Edit::from([
        (Field::ResolutionCode, Value::from(story.code.as_str())),
        (Field::Resolution, life.fill(&story.resolution)),
    ]);
    if let Some(cause) = &story.cause {
        set.insert(Field::CauseCode, Value::from(cause.as_str()));
    }
    if let Some(workaround) = &story.workaround {
        set.insert(Field::Workaround, life.fill(workaround));
    }
    let to = String::from("resolved");
    let resolve = Command::Move { on: vec![life.part.id.into()], to, set, children: story.children };
    life.deeds.add(When::Share, worker, resolve);
}
