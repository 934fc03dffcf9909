//! The forms of changes.

use crate::desk::change::Verdict;
use crate::desk::change::work::deviations;
use crate::desk::cmdb::Type;
use crate::desk::command::Target;
use crate::desk::field::Field;
use crate::desk::id::Kind;
use crate::desk::link::Relation;
use crate::desk::ticket::Ticket;
use crate::text;
use crate::tui::action::ticket::{field_of, form_on, named, typed};
use crate::tui::action::{ActionId, sheet};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::outlook::conflicts_told;
use crate::tui::overlay::change::{BEGUN, DONE};
use crate::tui::overlay::field::Asked;
use crate::tui::overlay::form::{ChangeForm, Form, FormField, Purpose};
use crate::tui::screen::queue::Shown;
use crate::tui::screen::queue::sheet::Spot;
use crate::tui::update;

/// What a plan consists of, in the order in which people think of it. Its steps and who works on it stand between these.
const SHORT: [Field; 9] = [
    Field::ChangeType,
    Field::PlannedStart,
    Field::PlannedEnd,
    Field::Service,
    Field::Ci,
    Field::Assignee,
    Field::Team,
    Field::Template,
    Field::BackoutMinutes,
];
const BEFORE_STEPS: [Field; 2] = [Field::PlanReason, Field::PlanImpact];
const BEHIND_STEPS: [Field; 3] = [Field::TestPlan, Field::BackoutPlan, Field::Communication];

/// So many rows of a text are shown over a form.
const SHOWN: usize = 4;

fn open(model: &mut Model, title: String, what: ChangeForm, fields: Vec<FormField>, told: Vec<String>) -> Vec<Effect> {
    let form = Form { told, ..Form::new(title, Purpose::Change(what), fields) };
    update::open_form(model, form)
}

/// The fields of a plan that this kind of ticket has, with these words in them.
pub(in crate::tui::action) fn plan_fields(
    model: &Model,
    kind: Kind,
    word: &dyn Fn(Field) -> String,
    steps: &str,
) -> Vec<FormField> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let field = |field: &Field| field.fits(kind).then(|| field_of(rules, *field, false, &word(*field)));
    let mut fields: Vec<FormField> = SHORT.iter().filter_map(field).collect();
    fields.extend(BEFORE_STEPS.iter().filter_map(field));
    fields.push(FormField::of_deed("steps", "Steps, a line each", Type::Long, false, steps));
    fields.extend(BEHIND_STEPS.iter().filter_map(field));
    fields
}

pub(super) fn plan(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let (ticket, Some(outlook)) = (&shown.sheet.ticket, &shown.outlook) else { return Vec::new() };
    let steps: Vec<&str> = shown.sheet.tasks.iter().map(|task| task.text.as_str()).collect();
    let mut fields = plan_fields(model, ticket.kind(), &|field| typed(model, ticket, field), &steps.join("\n"));
    let names = &outlook.planned.names;
    let logins: Vec<&str> = outlook.planned.implementers.iter().map(|id| names.login(*id)).collect();
    let implementers = FormField::of_deed("implementers", "Worked on by too", Type::Text, false, &logins.join(", "));
    let place = fields.iter().position(|field| field.editor.multiline).unwrap_or(fields.len());
    fields.insert(place, implementers);
    let told = conflicts_told(&outlook.conflicts);
    let on = vec![model.seen(ticket.id)];
    open(model, format!("Plan {}", ticket.number), ChangeForm::Plan(on), fields, told)
}

pub(super) fn risk(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let (Some(rules), Some(outlook)) = (&model.rules, &shown.outlook) else { return Vec::new() };
    let ticket = &shown.sheet.ticket;
    let fields = rules.change.risk.question.iter().map(|question| {
        let share = outlook.planned.reading.shares.iter().find(|share| share.question == question.name);
        let answer = share.and_then(|share| share.answer.as_ref()).map_or("", |answer| &answer.value);
        let answers = question.answer.iter().map(|one| (one.name.clone(), format!("+{:<2} {}", one.score, one.text)));
        let own = outlook.planned.own.get(&question.name).cloned();
        FormField::of_question(&question.name, Asked { ask: question.ask.clone(), own }, answers.collect(), answer)
    });
    let fields: Vec<FormField> = fields.collect();
    let open_at = fields.iter().position(|field| field.editor.is_blank());
    let parts = outlook.planned.parts.iter().filter_map(|(number, risk)| Some(format!("{number} {}", risk.as_ref()?)));
    let parts: Vec<String> = parts.collect();
    let mut told: Vec<String> = outlook.planned.shift.iter().map(|shift| format!("it {}", shift.told())).collect();
    if !parts.is_empty() {
        told.push(format!("at least as risky as what it contains: {}", parts.join(", ")));
    }
    let title = format!("Risk of {}", ticket.number);
    let form = Form::new(title, Purpose::Change(ChangeForm::Risk(ticket.id)), fields);
    update::open_form(model, Form { told, at: open_at.unwrap_or(0), ..form })
}

pub(super) fn overrule(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let ticket = &shown.sheet.ticket;
    let on = vec![model.seen(ticket.id)];
    form_on(model, on, ticket, "Override the risk of", &[Field::Risk, Field::RiskReason])
}

pub(super) fn vote(model: &mut Model, on: Vec<Target>, verdict: Verdict, told: Vec<String>) -> Vec<Effect> {
    let rejects = verdict == Verdict::Reject;
    let name = match on[..] {
        [one] => model.ticket(one.id).map_or_else(|| named(model), |ticket| ticket.number.to_string()),
        ref several => format!("{} changes", several.len()),
    };
    let (title, label) = match rejects {
        true => (format!("Reject {name}: say why"), "Why"),
        false => (format!("Approve {name}: a comment, if any"), "Comment"),
    };
    let field = FormField::of_deed("comment", label, Type::Text, rejects, "");
    open(model, title, ChangeForm::Vote(on, verdict), vec![field], told)
}

pub(super) fn delegate(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let (ticket, Some(outlook)) = (&shown.sheet.ticket, &shown.outlook) else { return Vec::new() };
    let told = outlook.open_step().map(|step| {
        let names: Vec<&str> = step.silent().map(|id| outlook.planned.names.person(id)).collect();
        format!("the step '{}' waits for {}", step.name, names.join(", "))
    });
    let fields = vec![
        FormField::of_deed("to", "Who shall approve", Type::Person, true, ""),
        FormField::of_deed("from", "In place of", Type::Person, false, ""),
    ];
    let title = format!("Delegate {}: nobody in place of means mine", ticket.number);
    open(model, title, ChangeForm::Delegate(ticket.id), fields, told.into_iter().collect())
}

pub(super) fn live_with(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let (ticket, Some(outlook)) = (&shown.sheet.ticket, &shown.outlook) else { return Vec::new() };
    let open: Vec<_> = outlook.open_conflicts().collect();
    if open.is_empty() {
        model.refuse(format!("{} meets nothing that somebody would have to live with", ticket.number));
        return Vec::new();
    }
    let told = (1..).zip(&open).map(|(place, one)| format!("{place}. {}", one.text)).collect();
    let identities: Vec<String> = open.iter().map(|one| one.identity()).collect();
    let places: Vec<String> = (1..=open.len()).map(|place| place.to_string()).collect();
    let fields = vec![
        FormField::of_deed("which", "Which of them", Type::Text, true, &places.join(" ")),
        FormField::of_deed("why", "Why", Type::Text, true, ""),
    ];
    let title = format!("Live with what {} meets", ticket.number);
    let form = Form::new(title, Purpose::Change(ChangeForm::LiveWith(ticket.id, identities)), fields);
    update::open_form(model, Form { told, at: 1, ..form })
}

pub(super) fn start(model: &mut Model, ticket: &Ticket, on: Target, reasons: Vec<String>) -> Vec<Effect> {
    let field = FormField::of_deed("anyway", "Why all the same", Type::Text, true, "");
    let title = format!("Start {} all the same?", ticket.number);
    open(model, title, ChangeForm::Start(vec![on]), vec![field], reasons)
}

pub(super) fn step(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let ticket = &shown.sheet.ticket;
    let tasks = &shown.sheet.tasks;
    let under = match sheet::spot(model) {
        Some(Spot::Task(place)) => tasks.get(place),
        _ => None,
    };
    let Some(task) = under.or(tasks.iter().find(|task| !task.done)) else {
        let why = if tasks.is_empty() { "has no steps" } else { "has no step that is not done" };
        let [plan, tasks] = [ActionId::ChangePlan, ActionId::Tasks].map(|id| model.key(id));
        model.refuse(format!("{} {why}; {plan} plans them, {tasks} adds one", ticket.number));
        return Vec::new();
    };
    let is = FormField::of_question(
        "is",
        Asked { ask: String::from("Is it done, or has it only begun?"), own: None },
        vec![(DONE.to_owned(), String::from("ticked")), (BEGUN.to_owned(), String::from("being worked on"))],
        DONE,
    );
    let fields = vec![
        FormField::of_deed("step", "Step", Type::Text, true, &task.position.to_string()),
        FormField { needed: true, ..is },
        FormField::of_deed("at", "At (empty is now)", Type::Text, false, ""),
        FormField::of_deed("note", "What happened", Type::Text, false, ""),
    ];
    let title = format!("{}, step {}: {}", ticket.number, task.position, text::clean_line(&task.text));
    let form = Form::new(title, Purpose::Change(ChangeForm::Step(ticket.id)), fields);
    update::open_form(model, Form { at: 3, ..form })
}

/// How the work on a change may end, but for being taken back.
const ENDS: [(&str, &str); 3] = [
    ("successful", "as planned"),
    ("successful-with-issues", "done, but not without trouble"),
    ("failed", "it does not do what it should"),
];

pub(super) fn finish(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let ticket = &shown.sheet.ticket;
    let known = rules.words("resolution_code");
    let ends = ENDS.iter().filter(|(word, _)| known.contains(word));
    let mut ends: Vec<(String, String)> = ends.map(|(word, means)| ((*word).to_owned(), (*means).to_owned())).collect();
    if ends.is_empty() {
        ends = known.iter().map(|word| ((*word).to_owned(), String::new())).collect();
    }
    let first = ends.first().map(|(word, _)| word.clone()).unwrap_or_default();
    let asked = Asked { ask: String::from("How did it go?"), own: None };
    let fields = vec![
        FormField::of_question("code", asked, ends, &first),
        FormField::of_deed("resolution", "In words", Type::Text, false, ""),
    ];
    let left = shown.sheet.tasks.iter().filter(|task| !task.done);
    let told = left.map(|task| format!("step {} is open: {}", task.position, text::clean_line(&task.text))).collect();
    let on = vec![model.seen(ticket.id)];
    let form = Form::new(format!("Finish {}", ticket.number), Purpose::Change(ChangeForm::Finish(on)), fields);
    update::open_form(model, Form { told, at: 1, ..form })
}

pub(super) fn back_out(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let ticket = &shown.sheet.ticket;
    let mut told = Vec::new();
    if let Some(way) = &ticket.backout_plan {
        let takes = ticket.backout_minutes.map(|minutes| format!(" ({minutes} min)")).unwrap_or_default();
        let lines: Vec<&str> = way.lines().filter(|line| !line.trim().is_empty()).collect();
        told.push(format!("The way back{takes}: {}", lines.first().copied().unwrap_or_default()));
        told.extend(lines.iter().skip(1).take(SHOWN).map(|line| (*line).to_owned()));
    }
    let on = vec![model.seen(ticket.id)];
    let why = FormField::of_deed("why", "Why", Type::Long, true, "");
    open(model, format!("Back out {}: why?", ticket.number), ChangeForm::BackOut(on), vec![why], told)
}

pub(super) fn review(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let ticket = &shown.sheet.ticket;
    let mut told = deviations(ticket);
    let caused = shown.sheet.links.iter().filter(|link| link.relation == Relation::CausedBy && link.reverse);
    told.extend(
        caused.map(|link| format!("caused {} ({}) {}", link.number, link.state, text::clean_line(&link.title))),
    );
    let fields = vec![
        FormField::of_deed("caused", "Caused incidents", Type::Text, false, ""),
        FormField::of_deed("lessons", "Lessons", Type::Long, false, ticket.lessons.as_deref().unwrap_or_default()),
    ];
    open(model, format!("Review {}", ticket.number), ChangeForm::Review(ticket.id), fields, told)
}
