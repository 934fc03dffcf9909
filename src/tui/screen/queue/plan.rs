//! What the sheet of a change or release tells beside that of any ticket: its times, what it would meet, who approves it, its plan,
//! its steps with their real times, what it risks.

use crate::desk::change::risk::Share;
use crate::desk::change::{StepState, Verdict};
use crate::desk::field::Field;
use crate::desk::id::{Kind, Number, PersonId};
use crate::desk::time::{MINUTE, Timestamp, short_span};
use crate::store::{ApprovalStep, Task, Voted};
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::model::Model;
use crate::tui::outlook::Outlook;
use crate::tui::screen::queue::Shown;
use crate::tui::screen::queue::sheet::Text;
use crate::tui::screen::queue::timeline::{Line, Tone, body_lines};

/// The fields of a change's header, in the order of reading: risk, times and people first.
pub(super) const HEADER: &[Field] = &[
    Field::State,
    Field::Risk,
    Field::PlannedStart,
    Field::PlannedEnd,
    Field::ActualStart,
    Field::ActualEnd,
    Field::Assignee,
    Field::Team,
    Field::ChangeType,
    Field::Service,
    Field::Requester,
    Field::Ci,
    Field::Priority,
    Field::Template,
    Field::BackoutMinutes,
    Field::Category,
    Field::ResolutionCode,
    Field::Due,
    Field::Created,
    Field::Closed,
    Field::MergedInto,
    Field::External,
];

/// What a field of the header says while it holds nothing, where that is worth knowing.
pub(super) fn missing(field: Field) -> Option<&'static str> {
    match field {
        Field::Risk => Some("unknown"),
        Field::PlannedStart | Field::PlannedEnd => Some("not planned yet"),
        _ => None,
    }
}

/// What should be known before the plan is read: who works on it, what it would meet, who approves it.
pub(super) fn ahead(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    let Some(outlook) = &what.outlook else { return };
    let planned = &outlook.planned;
    if !planned.implementers.is_empty() {
        let names: Vec<&str> = planned.implementers.iter().map(|id| planned.names.person(*id)).collect();
        labelled(told, "Worked on by", &names.join(", "), width);
    }
    if let (Some(runs), Some(_)) = (planned.runs, &what.sheet.ticket.template) {
        let record = match runs.percent() {
            Some(percent) => format!("{} of it ended, {percent} % well", runs.ended),
            None => String::from("no run of it has ended yet"),
        };
        labelled(told, "Template's runs", &record, width);
    }
    conflicts(told, outlook, width);
    approvals(told, outlook, model, width);
}

fn labelled(told: &mut Text, label: &str, words: &str, width: usize) {
    let words = text::clean_line(words).into_owned();
    for (row, words) in text::wrap(&words, width.saturating_sub(16).max(10)).into_iter().enumerate() {
        let label = if row == 0 { label } else { "" };
        told.lines.push(vec![(Tone::Quiet, text::pad(label, 15)), (Tone::Plain, words)]);
    }
}

fn conflicts(told: &mut Text, outlook: &Outlook, width: usize) {
    let all = match &outlook.conflicts {
        Ok(all) if all.is_empty() => return,
        Ok(all) => all,
        Err(why) => {
            told.lines.push(Line::new());
            return hanging(told, "! ", &format!("what it meets can't be told: {why}"), Tone::Warning, width);
        }
    };
    let open = outlook.open_conflicts().count();
    let (heading, tone) = match (open, all.len() - open) {
        (open, 0) => (format!("Conflicts {open}"), Tone::Warning),
        (0, lived) => (format!("Conflicts {lived}, all overridden"), Tone::Quiet),
        (open, lived) => (format!("Conflicts {open}, and {lived} overridden"), Tone::Warning),
    };
    told.lines.extend([Line::new(), vec![(tone, heading)]]);
    for one in all.iter().filter(|one| one.is_open()) {
        hanging(told, "! ", &one.text, Tone::Plain, width);
    }
    for (one, by) in all.iter().filter_map(|one| Some((one, one.overridden.as_ref()?))) {
        let who = outlook.planned.names.person(by.by);
        hanging(told, "- ", &format!("{}; {who} lives with it: {}", one.text, by.why), Tone::Quiet, width);
    }
}

/// A text behind a sign; what does not fit its line goes on under it.
fn hanging(told: &mut Text, sign: &str, line: &str, tone: Tone, width: usize) {
    let indent = text::width(sign);
    let rows = text::wrap(&text::clean_line(line), width.saturating_sub(indent).max(10));
    for (row, words) in rows.into_iter().enumerate() {
        let sign = if row == 0 { sign.to_owned() } else { " ".repeat(indent) };
        told.lines.push(vec![(tone, format!("{sign}{words}"))]);
    }
}

fn approvals(told: &mut Text, outlook: &Outlook, model: &Model, width: usize) {
    let steps = &outlook.planned.steps;
    if steps.is_empty() {
        return;
    }
    told.lines.push(Line::new());
    told.lines.push(vec![(Tone::Quiet, String::from("Approval"))]);
    for step in steps {
        let (words, tone) = step_told(step, model);
        hanging(told, &format!("{}. ", step.step), &words, tone, width);
        for (vote, verdict) in step.votes.iter().filter_map(|vote| Some((vote, vote.verdict?))) {
            let (sign, words, tone) = vote_told(vote, verdict, step, outlook, model);
            hanging(told, &format!("   {sign} "), &words, tone, width);
        }
        // Who was not needed is not told, unless somebody wants to read all.
        let silent: Vec<&str> = step.silent().map(|id| called(id, outlook, model)).collect();
        if !silent.is_empty() && (step.state == StepState::Open || model.queue.unfolded) {
            let (sign, word) =
                if step.state == StepState::Open { ("   ? ", "silent") } else { ("     ", "not needed") };
            hanging(told, sign, &format!("{word}: {}", silent.join(", ")), Tone::Plain, width);
        }
    }
}

fn ago(model: &Model, at: Timestamp) -> String {
    match model.moment.now.since(at) {
        span if span < MINUTE => String::from("just now"),
        span => format!("{} ago", short_span(span)),
    }
}

/// The name of one who is asked; mine is *you*.
fn called<'n>(id: PersonId, outlook: &'n Outlook, model: &Model) -> &'n str {
    if model.me == Some(id) { "you" } else { outlook.planned.names.person(id) }
}

fn step_told(step: &ApprovalStep, model: &Model) -> (String, Tone) {
    let yes = step.votes.iter().filter(|vote| vote.verdict == Some(Verdict::Approve)).count();
    let asked = step.votes.iter().filter(|vote| vote.verdict != Some(Verdict::Delegate)).count();
    let (name, need) = (text::clean_line(&step.name), step.need);
    let meeting = if step.meeting { ", in a meeting" } else { "" };
    match step.state {
        StepState::Later => (format!("{name}: later, {need} of {asked}{meeting}"), Tone::Quiet),
        StepState::Open => {
            let since = step.opened.map(|at| format!(", asked {}", ago(model, at))).unwrap_or_default();
            (format!("{name}: {yes} of {need} approved{since}{meeting}"), Tone::Strong)
        }
        StepState::Approved => (format!("{name}: approved, {yes} of {need}"), Tone::Plain),
        StepState::Rejected => (format!("{name}: rejected"), Tone::Warning),
        StepState::Void => (format!("{name}: void, it no longer counts"), Tone::Quiet),
    }
}

/// What one who is asked said: a sign, the words, their tone.
fn vote_told(
    vote: &Voted,
    verdict: Verdict,
    step: &ApprovalStep,
    outlook: &Outlook,
    model: &Model,
) -> (char, String, Tone) {
    let names = &outlook.planned.names;
    let who = names.person(vote.person);
    let at = vote.at.map(|at| format!(" {}", ago(model, at))).unwrap_or_default();
    let why = vote.comment.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    let quiet = if step.state == StepState::Void { Tone::Quiet } else { Tone::Plain };
    match (verdict, vote.heir) {
        (Verdict::Delegate, Some(heir)) => ('>', format!("{who} handed it to {}{at}", names.person(heir)), Tone::Quiet),
        (Verdict::Reject, _) => ('x', format!("{who} rejected{at}{why}"), quiet),
        _ => ('+', format!("{who} approved{at}{why}"), quiet),
    }
}

/// The texts of the plan, and what came of it.
pub(super) fn texts(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    let ticket = &what.sheet.ticket;
    let takes = ticket.backout_minutes.map(|minutes| format!(" (takes {minutes} min)")).unwrap_or_default();
    let parts = [
        (Field::PlanReason, String::new(), &ticket.plan_reason),
        (Field::PlanImpact, String::new(), &ticket.plan_impact),
        (Field::TestPlan, String::new(), &ticket.test_plan),
        (Field::BackoutPlan, takes, &ticket.backout_plan),
        (Field::Communication, String::new(), &ticket.communication),
        (Field::Decision, String::new(), &ticket.decision),
        (Field::Lessons, String::new(), &ticket.lessons),
    ];
    for (field, more, body) in parts {
        let Some(body) = body.as_ref().filter(|body| !body.trim().is_empty()) else { continue };
        told.lines.push(Line::new());
        told.lines.push(vec![(Tone::Quiet, format!("{}{more}", field.spec().label))]);
        told.lines.extend(body_lines(body, width, Tone::Plain, model));
    }
}

/// What stands over the checklist.
pub(super) fn steps_heading(what: &Shown) -> Option<String> {
    let tasks = &what.sheet.tasks;
    let word = match what.sheet.ticket.kind() {
        Kind::Change => "Steps",
        Kind::Release => "Go or no-go",
        _ => return None,
    };
    let done = tasks.iter().filter(|task| task.done).count();
    (!tasks.is_empty()).then(|| format!("{word}, {done} of {} done", tasks.len()))
}

/// When a step was worked on, in words.
pub(super) fn real_times(task: &Task, model: &Model) -> String {
    let clock = |at: Timestamp| at.local(model.moment.zone).split(' ').next_back().unwrap_or_default().to_owned();
    match (task.began, task.ended) {
        (Some(began), Some(ended)) if began != ended => format!("  {} to {}", clock(began), clock(ended)),
        (_, Some(ended)) => format!("  {}", clock(ended)),
        (Some(began), None) => format!("  began {}", clock(began)),
        (None, None) => String::new(),
    }
}

/// The risk of a change that a release contains, as its link tells it.
pub(super) fn part_risk(what: &Shown, number: Number) -> String {
    let parts = what.outlook.iter().flat_map(|outlook| &outlook.planned.parts);
    let risk = parts.filter(|(part, _)| *part == number).map(|(_, risk)| risk.as_deref().unwrap_or("no risk yet"));
    risk.map(|risk| format!(" [{risk}]")).next().unwrap_or_default()
}

/// What it risks: the sum and its band; every answer with its share where texts are unfolded.
pub(super) fn risk(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    let Some(outlook) = &what.outlook else { return };
    let (reading, ticket) = (&outlook.planned.reading, &what.sheet.ticket);
    let answered = reading.shares.iter().filter(|share| share.answer.is_some()).count();
    if answered == 0 {
        return;
    }
    told.lines.push(Line::new());
    let all = reading.shares.len();
    let band = match &reading.band {
        Some(band) => band.clone(),
        None => format!("not known yet, {} of {all} to answer", all - answered),
    };
    let head = format!("Risk {}: {band}", reading.score);
    let mut line = vec![(Tone::Quiet, head)];
    if let (Some(reason), Some(risk)) = (&ticket.risk_reason, &ticket.risk) {
        line.push((Tone::Strong, format!("; overridden to {risk}: {}", text::clean_line(reason))));
    } else if let (Kind::Release, Some(risk)) = (ticket.kind(), &ticket.risk)
        && reading.band.as_ref().is_some_and(|band| band != risk)
    {
        line.push((Tone::Strong, format!("; {risk} by what it contains")));
    }
    let words: String = line.iter().map(|(_, piece)| piece.as_str()).collect();
    hanging(told, "", &words, Tone::Quiet, width);
    for rule in &reading.raised {
        hanging(told, "  ", rule, Tone::Plain, width);
    }
    if let Some(shift) = &outlook.planned.shift {
        let key = model.key(ActionId::ChangeReassess);
        hanging(told, "! ", &format!("it {}; {key} takes that over", shift.told()), Tone::Warning, width);
    }
    if model.queue.unfolded {
        for share in &reading.shares {
            told.lines.push(share_line(share, width, model));
        }
        return;
    }
    let mut weighs: Vec<&Share> = reading.shares.iter().filter(|share| share.score > 0).collect();
    weighs.sort_by_key(|share| std::cmp::Reverse(share.score));
    let told_shares: Vec<String> = weighs.iter().map(|share| format!("{} +{}", share.question, share.score)).collect();
    let more = format!("{} tells every answer", model.key(ActionId::Unfold));
    let shares = if told_shares.is_empty() { more } else { format!("{}; {more}", told_shares.join(", ")) };
    hanging(told, "  ", &shares, Tone::Quiet, width);
}

/// An answer with its share, and whether the desk found it.
fn share_line(share: &Share, width: usize, model: &Model) -> Line {
    let score = share.answer.as_ref().map_or_else(|| String::from("?"), |_| format!("+{}", share.score));
    let words = match &share.answer {
        None => String::from("not answered"),
        Some(answer) if answer.by_hand => share.text.clone(),
        Some(_) => format!("{} (found by the desk)", share.text),
    };
    let line = format!("{}  {}{words}", text::pad_start(&score, 4), text::pad(&share.question, 14));
    vec![(Tone::Plain, text::truncate(&line, width, model.look.ellipsis()).into_owned())]
}
