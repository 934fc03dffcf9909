//! The lives of problems, changes, releases and improvements: planned work of the teams.

use crate::desk::change::window::Span;
use crate::desk::change::{ChangeCommand, Verdict};
use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::Command;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::CiId;
use crate::desk::time::{HOUR, MINUTE, Timestamp};
use crate::exchange::demo::deeds::When;
use crate::exchange::demo::hours::DAY;
use crate::exchange::demo::stage::ASKED;
use crate::exchange::demo::teller::Life;

/// Opened by the team's lead, without a channel.
fn begin(life: &mut Life, alone: bool) {
    let mut set = life.told();
    let lead = life.lead.clone();
    set.insert(Field::Requester, life.person(&lead));
    set.extend(life.facts(&life.part.story.team));
    set.remove(&Field::Ci);
    let story = life.part.story;
    if matches!(story.flow.as_str(), "standard" | "emergency") {
        set.insert(Field::ChangeType, Value::from(story.flow.as_str()));
        set.insert(Field::Template, story.template.clone().into());
    }
    if alone {
        // Without a team it waits to be taken; a service would bring its own.
        set.remove(&Field::Team);
        set.remove(&Field::Service);
    }
    life.open(&lead, set);
}

fn assign(life: &mut Life) {
    let (worker, lead) = (life.worker.clone(), life.lead.clone());
    let assignee = life.person(&worker);
    life.deeds.edit(When::Soon(30), &lead, [(Field::Assignee, assignee)]);
}

/// Walks along a path of states to the one in which the ticket stands; says whether it came to the path's end.
fn walk(life: &mut Life, path: &[&str]) -> bool {
    let (worker, ends) = (life.worker.clone(), life.part.ends);
    for state in path {
        life.deeds.step(When::Share, &worker, state, []);
        if *state == ends {
            return false;
        }
    }
    true
}

fn notes(life: &mut Life) {
    let worker = life.worker.clone();
    for note in &life.part.story.notes {
        let note = life.text(note);
        life.deeds.note(When::Share, &worker, note);
        life.deeds.time(&worker, 45, "analysis");
    }
}

pub(super) fn problem(life: &mut Life) {
    let (story, ends, worker) = (life.part.story, life.part.ends, life.worker.clone());
    begin(life, ends == "new");
    if ends == "new" {
        return;
    }
    assign(life);
    life.link();
    if ends == "assess" {
        return notes(life);
    }
    walk(life, &["analysis"]);
    notes(life);
    if let Some(workaround) = &story.workaround {
        let workaround = life.fill(workaround);
        life.deeds.edit(When::Share, &worker, [(Field::Workaround, workaround)]);
    }
    if ends == "analysis" {
        return;
    }
    let cause = life.fill(&story.root_cause);
    life.deeds.edit(When::Share, &worker, [(Field::RootCause, cause)]);
    if !walk(life, &["fix_in_progress"]) {
        return;
    }
    let set = [
        (Field::ResolutionCode, Value::from(story.code.as_str())),
        (Field::Resolution, life.fill(&story.resolution)),
        (Field::CauseCode, story.cause.clone().into()),
    ];
    life.deeds.step(When::Share, &worker, "resolved", set);
    if ends == "closed" {
        let lead = life.lead.clone();
        life.deeds.step(When::Soon(2 * DAY), &lead, "closed", []);
    }
}

/// What the lines of a plan begin with, and the field in which they belong.
const PLAN: [(&str, Field); 4] = [
    ("What: ", Field::PlanReason),
    ("Risk: ", Field::PlanImpact),
    ("Test: ", Field::TestPlan),
    ("Back out: ", Field::BackoutPlan),
];

/// The plan of a change as its story tells it.
fn plan(life: &Life) -> Edit {
    let text = life.text(&life.part.story.text);
    let lines = text.lines().filter_map(|line| {
        let (begin, field) = PLAN.iter().find(|(begin, _)| line.starts_with(begin))?;
        Some((*field, Value::from(line.strip_prefix(begin)?)))
    });
    let minutes = (Field::BackoutMinutes, Value::Int(if life.part.story.flow == "standard" { 20 } else { 45 }));
    lines.chain([minutes]).collect()
}

/// What is answered about the risk of a change.
fn answers(life: &Life) -> ChangeCommand {
    let story = life.part.story;
    let users = match story.impact {
        1 => "all",
        2 => "site",
        3 => "team",
        _ => "none",
    };
    let tested = if story.text.contains("Test: ") { "fully" } else { "partly" };
    let complexity = if story.tasks.len() > 3 { "several" } else { "one_team" };
    let compliance = if story.team == "sec" || story.category.starts_with("net.fire") { "some" } else { "none" };
    let given = match story.flow.as_str() {
        "standard" => vec![("practice", "often")],
        _ => vec![
            ("users", users),
            ("practice", "some"),
            ("tested", tested),
            ("complexity", complexity),
            ("compliance", compliance),
        ],
    };
    let answers = given.into_iter().map(|(question, answer)| (question.to_owned(), Some(answer.to_owned()))).collect();
    ChangeCommand::Answer { on: life.part.id, answers }
}

fn vote(life: &mut Life, minutes: i64, verdict: Verdict, comment: &str) {
    let (on, comment) = (vec![life.part.id.into()], Some(comment.to_owned()));
    let command = Command::Change(ChangeCommand::Vote { on, verdict, comment });
    life.deeds.add(When::Soon(minutes), ASKED, command);
}

pub(super) fn change(life: &mut Life, dice: &mut fastrand::Rng) {
    let (story, ends, part) = (life.part.story, life.part.ends, life.part);
    let (worker, lead) = (life.worker.clone(), life.lead.clone());
    begin(life, false);
    life.link();
    let hours = life.teller.hours;
    // The evening before the trouble that it brought about.
    let before_the_trouble = || {
        let opening = hours.opening((hours.now - 5 * 60 - 3) / DAY - 1);
        Span { from: opening.plus(12 * HOUR), until: opening.plus(14 * HOUR) }
    };
    let Span { from, until } = part.planned.unwrap_or_else(before_the_trouble);
    let (owner, note) = (life.person(&worker), story.notes.first().map_or(String::new(), |note| life.text(note)));
    life.deeds.edit(When::Soon(15), &lead, [(Field::Assignee, owner)]);
    let (mut set, on) = (plan(life), vec![part.id.into()]);
    set.extend([(Field::PlannedStart, Value::Int(from.0)), (Field::PlannedEnd, Value::Int(until.0))]);
    life.deeds.add(When::Soon(3), &worker, Command::Edit { on, set, tag: Vec::new(), untag: Vec::new() });
    touches(life);
    if ends == "draft" {
        return;
    }
    let answers = Command::Change(answers(life));
    life.deeds.add(When::Soon(2), &worker, answers);
    match story.flow.as_str() {
        "standard" => {
            if ends == "assess" {
                return;
            }
            life.deeds.step(When::Soon(60), &worker, "scheduled", []);
        }
        "emergency" => {
            life.deeds.step(When::Soon(5), &worker, "approval", []);
            vote(life, 4, Verdict::Approve, "Go ahead, I tell the plant.");
        }
        _ => {
            life.deeds.step(When::Soon(DAY / 2), &worker, "assess", []);
            if ends == "assess" {
                return;
            }
            life.deeds.step(When::Soon(DAY / 2), &worker, "approval", []);
            if ends == "approval" {
                return;
            }
            if ends == "rejected" || story.flow == "twice" {
                vote(life, DAY / 3, Verdict::Reject, "Who has to know is not informed yet.");
                if ends == "rejected" {
                    return;
                }
                life.deeds.step(When::Soon(DAY / 4), &worker, "draft", []);
                life.deeds.step(When::Soon(DAY / 4), &worker, "approval", []);
            }
            life.deeds.note(When::Soon(30), "m.brandt", note);
            if ends == "cancelled" {
                let why = life.fill(&story.resolution);
                life.deeds.step(When::Soon(20), &lead, "cancelled", [(Field::Resolution, why)]);
                return;
            }
            vote(life, 2, Verdict::Approve, "Window and way back are clear.");
        }
    }
    if ends == "scheduled" {
        return;
    }
    carry_out(life, from.plus(dice.i64(1..=9) * MINUTE), dice);
}

/// Names the CIs that the work touches.
fn touches(life: &mut Life) {
    let names = &life.part.story.cis;
    let Ok(reader) = life.teller.stage.store.read() else { return };
    let add: Vec<CiId> = names.iter().filter_map(|name| reader.find_ci(name).ok()).collect();
    drop(reader);
    if !add.is_empty() {
        let concern = CmdbCommand::Concern { ticket: life.part.id, add, remove: Vec::new(), impact: None };
        let worker = life.worker.clone();
        life.deeds.add(When::Soon(4), &worker, Command::Cmdb(concern));
    }
}

/// Begins the work, in the planned time or close to it.
fn start(life: &mut Life, at: Timestamp) {
    let (worker, on) = (life.worker.clone(), life.part.id.into());
    let anyway = Some(String::from("agreed with the service owner by phone"));
    life.deeds.add(When::At(at), &worker, Command::Change(ChangeCommand::Start { on, anyway }));
}

/// The evening of the change and what follows.
fn carry_out(life: &mut Life, from: Timestamp, dice: &mut fastrand::Rng) {
    let (story, ends, worker, lead) = (life.part.story, life.part.ends, life.worker.clone(), life.lead.clone());
    let id = life.part.id;
    start(life, from);
    let step = |position, done| Command::Change(ChangeCommand::Step { on: id, position, done, at: None, note: None });
    if ends == "implementing" {
        life.deeds.add(When::After(1), &worker, step(1, false));
        life.deeds.add(When::After(6), &worker, step(1, true));
        life.deeds.add(When::After(1), &worker, step(2, false));
        return;
    }
    for position in (1..).take(story.tasks.len()) {
        life.deeds.add(When::After(1), &worker, step(position, false));
        life.deeds.add(When::After(dice.i64(3..=17)), &worker, step(position, true));
    }
    for note in story.notes.iter().skip(usize::from(story.flow != "standard" && story.notes.len() > 1)) {
        let note = life.text(note);
        life.deeds.note(When::After(dice.i64(10..=25)), &worker, note);
    }
    let resolution = life.text(&story.resolution);
    let end = match story.code.as_str() {
        "failed-backed-out" => ChangeCommand::BackOut { on: id.into(), why: resolution },
        code => ChangeCommand::Finish { on: id.into(), code: code.to_owned(), resolution: Some(resolution) },
    };
    life.deeds.add(When::After(12), &worker, Command::Change(end));
    life.deeds.time(&worker, 90, "evening work");
    let lessons = Some(story.lessons.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    if lessons.is_some() {
        let review = ChangeCommand::Review { on: id, lessons, caused: Vec::new() };
        life.deeds.add(When::Soon(DAY / 3), &lead, Command::Change(review));
    }
    if ends != "closed" {
        return;
    }
    if story.flow == "emergency" {
        let last = i64::try_from(story.tasks.len()).unwrap_or(0) + 1;
        life.deeds.tick(&worker, std::iter::once(last));
    }
    life.deeds.step(When::Soon(DAY), &lead, "closed", []);
}

pub(super) fn release(life: &mut Life) {
    let (ends, worker, lead) = (life.part.ends, life.worker.clone(), life.lead.clone());
    begin(life, false);
    let hours = life.teller.hours;
    let Span { from, until } = life.part.planned.unwrap_or_else(|| {
        let day = if ends == "closed" { (life.part.start + life.part.length) / DAY } else { hours.now / DAY + 8 };
        Span { from: hours.opening(day), until: hours.opening(day).plus(4 * HOUR) }
    });
    let plan = [(Field::PlannedStart, Value::Int(from.0)), (Field::PlannedEnd, Value::Int(until.0))];
    life.deeds.edit(When::Soon(40), &lead, plan);
    walk(life, &["building"]);
    let mut texts = life.part.story.notes.iter().map(|note| life.text(note)).collect::<Vec<_>>().into_iter();
    life.deeds.note(When::Share, &worker, texts.next().unwrap_or_default());
    let on = walk(life, &["testing"]);
    life.deeds.note(When::Share, &worker, texts.next().unwrap_or_default());
    if ends == "cancelled" {
        let why = life.fill(&life.part.story.resolution);
        life.deeds.step(When::Share, &lead, "cancelled", [(Field::Resolution, why)]);
        return;
    }
    if !on {
        return;
    }
    walk(life, &["building", "testing"]);
    life.deeds.note(When::Share, &worker, texts.next().unwrap_or_default());
    life.tick_all();
    walk(life, &["go_no_go"]);
    start(life, from.plus(10 * MINUTE));
    life.deeds.step(When::After(150), &worker, "early_life", []);
    walk(life, &["closed"]);
}

pub(super) fn improvement(life: &mut Life) {
    let (ends, worker, lead) = (life.part.ends, life.worker.clone(), life.lead.clone());
    begin(life, ends == "idea");
    if ends == "idea" {
        return;
    }
    let resolution = [(Field::Resolution, life.fill(&life.part.story.resolution))];
    life.deeds.step(When::Share, &lead, "assessed", []);
    if ends == "rejected" {
        notes(life);
        life.deeds.step(When::Share, &lead, "rejected", resolution);
        return;
    }
    assign(life);
    if !walk(life, &["approved", "in_progress"]) {
        return notes(life);
    }
    notes(life);
    life.deeds.step(When::Share, &worker, "measured", resolution);
    if ends == "closed" {
        life.deeds.step(When::Soon(DAY), &lead, "closed", []);
    }
}
