//! Actions on changes and releases: planned, judged, approved, carried out, looked back at.
//!
//! Most need more of a change than a list holds: it is asked for first, and keys pressed meanwhile wait.

mod form;

pub(super) use form::plan_fields;

use crate::desk::change::{ChangeCommand, StepState, Verdict};
use crate::desk::command::{Command, Target};
use crate::desk::field::Field;
use crate::desk::id::{Kind, TicketId};
use crate::desk::query::{Is, Query, Term};
use crate::desk::ticket::Ticket;
use crate::desk::workflow::{Phase, Transition};
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{one_ticket, sample, targets};
use crate::tui::action::{ActionId, ActionSpec, always, no_ticket};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::model::Model;
use crate::tui::outlook::Outlook;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::ChangeForm;
use crate::tui::overlay::page::Page;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::screen::Tab;
use crate::tui::screen::queue::Shown;
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Ticket $risk $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(ChangeApprove "change.approve" "approve" Write ["C a"], 79, votable, "Approve it, perhaps with a comment.", |m| vote(m, Verdict::Approve)),
    row!(ChangeReject "change.reject" "reject" Write ["C r"], 0, votable, "Reject it, and say why.", |m| vote(m, Verdict::Reject)),
    row!(ChangeDelegate "change.delegate" "delegate" Write ["C d"], 0, delegable, "Let somebody else approve it in my place; a lead, in another's.", |m| with(m, Deed::Delegate)),
    row!(ChangePlan "change.plan" "plan" Write ["C p"], 66, one_change, "Plan it: times, texts, steps and who works on it in one form, with what it would meet.", |m| with(m, Deed::Plan)),
    row!(ChangeNew "change.new" "new change" Write ["C n"], 0, always, "Plan a new change: from a template, or from nothing.", pick_new),
    row!(ChangeRisk "change.risk" "risk" Write ["C q"], 0, judgeable, "Answer what it risks; the score is shown while answers change.", |m| with(m, Deed::Risk)),
    row!(ChangeOverride "change.override" "override" Write ["C o"], 0, judgeable, "Give it another risk than its answers say, with a reason.", |m| with(m, Deed::Override)),
    row!(ChangeConflicts "change.conflicts" "conflicts" Read ["C c"], 0, one_change, "Tell what it would meet at its time: both sides, and why.", |m| with(m, Deed::Conflicts)),
    row!(ChangeLiveWith "change.live_with" "live with" Write ["C l"], 0, one_change, "Override conflicts of its planned time: live with them, and say why.", |m| with(m, Deed::LiveWith)),
    row!(ChangeReassess "change.reassess" "reassess" Write ["C g"], 0, judgeable, "Work out its risk anew, from what the desk knows today.", |m| with(m, Deed::Reassess)),
    row!(ChangeStart "change.start" "start" Write ["C s"], 77, startable, "Begin the work; where something speaks against it, it asks why all the same.", |m| with(m, Deed::Start)),
    row!(ChangeStep "change.step" "step" Write ["C t"], 76, steppable, "Tick a step or begin it, with its time and what happened.", |m| with(m, Deed::Step)),
    row!(ChangeFinish "change.finish" "finish" Write ["C f"], 75, endable, "End the work: it is done.", |m| with(m, Deed::Finish)),
    row!(ChangeBackOut "change.backout" "back out" Write ["C b"], 0, endable, "End the work: it was taken back, and why.", |m| with(m, Deed::BackOut)),
    row!(ChangeReview "change.review" "review" Write ["C v"], 0, reviewable, "Look back: what it teaches, which incidents it caused.", |m| with(m, Deed::Review)),
    work!(GoApprovals "go.approvals" "to approve" Global Read ["g a"], 0, always, "Go to the changes that wait for my approval.", go_approvals),
];

/// What is to be done with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Plan it.
    Plan,
    /// Answer what it risks.
    Risk,
    /// Say otherwise than the answers do.
    Override,
    /// Let somebody else approve.
    Delegate,
    /// Tell what it would meet.
    Conflicts,
    /// Live with what it would meet.
    LiveWith,
    /// Begin the work.
    Start,
    /// Work on a step.
    Step,
    /// End the work.
    Finish,
    /// Take it back.
    BackOut,
    /// Look back.
    Review,
    /// Go on with a vote that was put off.
    Vote(Verdict),
    /// Work out its risk anew.
    Reassess,
}

/// Whether tickets of a kind are planned and approved.
pub(super) fn is_planned(kind: Kind) -> bool {
    matches!(kind, Kind::Change | Kind::Release)
}

fn planned(ticket: &Ticket) -> Result<(), String> {
    match is_planned(ticket.kind()) {
        true => Ok(()),
        false => Err(format!("{} is {}, no change", ticket.number, ticket.kind().one())),
    }
}

/// The one change that is meant.
fn change(model: &Model) -> Result<&Ticket, String> {
    one_ticket(model)?;
    let ticket = sample(model).ok_or("no ticket is selected")?;
    planned(ticket).map(|()| ticket)
}

fn one_change(model: &Model) -> Result<(), String> {
    change(model).map(|_| ())
}

/// What lies ahead of a change, where it is known.
fn outlook(model: &Model, id: TicketId) -> Option<&Outlook> {
    let shown = model.queue.shown.as_ref().filter(|shown| shown.sheet.ticket.id == id)?;
    shown.outlook.as_deref()
}

/// What stands against the planned time of a change, as far as it is known.
pub(super) fn opposed(model: &Model, id: TicketId) -> Vec<String> {
    let outlook = outlook(model, id).into_iter();
    outlook.flat_map(Outlook::open_conflicts).map(|one| one.text.clone()).collect()
}

fn judgeable(model: &Model) -> Result<(), String> {
    let ticket = change(model)?;
    match ticket.actual_start.is_none() && ticket.phase.is_open() {
        true => Ok(()),
        false => Err(format!("the risk of {} stays as it was when the work began", ticket.number)),
    }
}

fn votable(model: &Model) -> Result<(), String> {
    no_ticket(model)?;
    let ids = model.targets();
    // A vote is for what was seen.
    if ids.iter().any(|id| model.known(*id).is_none()) {
        return Err(String::from("not all that are marked are listed here; look at them first"));
    }
    for ticket in ids.iter().filter_map(|id| model.known(*id)) {
        planned(ticket)?;
        asked(model, ticket, |outlook| outlook.asks(model.me))?;
    }
    Ok(())
}

fn delegable(model: &Model) -> Result<(), String> {
    let ticket = change(model)?;
    asked(model, ticket, |outlook| match outlook.open_step() {
        Some(_) => Ok(()),
        None => Err(String::from("nobody is asked to approve it now")),
    })
}

/// What an outlook says; without it, the state tells whether anybody may be asked.
fn asked(model: &Model, ticket: &Ticket, says: impl Fn(&Outlook) -> Result<(), String>) -> Result<(), String> {
    match outlook(model, ticket.id) {
        Some(outlook) => says(outlook).map_err(|why| format!("{}: {why}", ticket.number)),
        None if ticket.phase == Phase::Waiting => Ok(()),
        None => Err(format!("{} is {}: nobody is asked to approve it now", ticket.number, ticket.state)),
    }
}

/// Whether some transition from where the change is does this.
fn leads(model: &Model, what: &str, does: impl Fn(&Transition) -> bool) -> Result<(), String> {
    let ticket = change(model)?;
    let rules = model.rules.as_ref().ok_or("the desk is not open yet")?;
    let found = rules.workflow(ticket.kind())?.leaving(ticket).any(does);
    found.then_some(()).ok_or_else(|| format!("{} is {}: it can't {what} from there", ticket.number, ticket.state))
}

fn startable(model: &Model) -> Result<(), String> {
    leads(model, "begin", Transition::begins)
}

fn endable(model: &Model) -> Result<(), String> {
    leads(model, "end", |transition| transition.stamps.contains(&Field::ActualEnd))
}

/// The checklist of a release is gone through before its work begins, the steps of a change are its work.
fn steppable(model: &Model) -> Result<(), String> {
    let ticket = change(model)?;
    match ticket.kind() {
        Kind::Change if ticket.actual_start.is_none() => {
            Err(format!("the work on {} has not begun; {} begins it", ticket.number, model.key(ActionId::ChangeStart)))
        }
        Kind::Change if ticket.actual_end.is_some() => Err(format!("the work on {} has ended", ticket.number)),
        _ => Ok(()),
    }
}

fn reviewable(model: &Model) -> Result<(), String> {
    let ticket = change(model)?;
    match ticket.actual_end {
        Some(_) => Ok(()),
        None => Err(format!("{} is {}: it is reviewed when it was done", ticket.number, ticket.state)),
    }
}

/// Does something with the change that is meant, as soon as all of it is there.
fn with(model: &mut Model, deed: Deed) -> Vec<Effect> {
    match sample(model).map(|ticket| ticket.id) {
        Some(id) => with_change(model, id, deed),
        None => Vec::new(),
    }
}

/// Does something with a change as soon as all of it is there; at once where it is shown.
pub(super) fn with_change(model: &mut Model, id: TicketId, deed: Deed) -> Vec<Effect> {
    if outlook(model, id).is_some() {
        return run(model, deed);
    }
    model.queue.going = true;
    model.queue.deed = Some((id, deed, model.tab));
    vec![model.ask(Slot::Deed, Question::Sheet(id))]
}

/// Does what was wanted with the change that has come.
pub(crate) fn wanted(model: &mut Model) -> Vec<Effect> {
    model.queue.going = false;
    let Some((id, deed, tab)) = model.queue.deed.take() else { return Vec::new() };
    // Who went on meanwhile is not disturbed.
    if model.tab != tab || !model.overlays.is_empty() || model.typing().is_some() {
        return Vec::new();
    }
    match outlook(model, id) {
        Some(_) => run(model, deed),
        None => Vec::new(),
    }
}

/// Does it with the change shown, of which all is there.
fn run(model: &mut Model, deed: Deed) -> Vec<Effect> {
    let Some(shown) = model.queue.shown.clone() else { return Vec::new() };
    match deed {
        Deed::Plan => form::plan(model, &shown),
        Deed::Risk => form::risk(model, &shown),
        Deed::Override => form::overrule(model, &shown),
        Deed::Delegate => form::delegate(model, &shown),
        Deed::Conflicts => conflicts(model, &shown),
        Deed::LiveWith => form::live_with(model, &shown),
        Deed::Start => begin(model, &shown),
        Deed::Step => form::step(model, &shown),
        Deed::Finish => form::finish(model, &shown),
        Deed::BackOut => form::back_out(model, &shown),
        Deed::Review => form::review(model, &shown),
        Deed::Vote(verdict) => {
            let on = vec![model.seen(shown.sheet.ticket.id)];
            let told = vec![text::clean_line(&shown.sheet.ticket.title).into_owned(), when(model, &shown)];
            form::vote(model, on, verdict, told)
        }
        Deed::Reassess => reassess(model, &shown),
    }
}

/// Works out the risk anew. What is approved or asked for approval may have to be approved again: then it asks first.
fn reassess(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let ticket = &shown.sheet.ticket;
    let wish = Wish::Command(Box::new(Command::Change(ChangeCommand::Reassess { on: vec![ticket.id] })));
    let mut steps = shown.outlook.iter().flat_map(|outlook| &outlook.planned.steps);
    if !steps.any(|step| matches!(step.state, StepState::Open | StepState::Approved)) {
        return update::wish(wish);
    }
    let items = vec![
        Item::new("reassess", "where the risk is another one, what was approved no longer counts"),
        Item::new("leave", "nothing is changed"),
    ];
    let title = format!("Judge {} anew?", ticket.number);
    let picker = Picker::new(&title, Purpose::Work(Choice::Reassess), items);
    model.overlays.push(Overlay::Picker(Picker { wish: Some(Box::new(wish)), ..picker }));
    Vec::new()
}

/// Does what was asked about, or leaves it.
pub(super) fn reassess_chosen(picker: Picker, item: &Item) -> Vec<Effect> {
    match picker.wish.filter(|_| item.word == "reassess") {
        Some(wish) => update::wish(*wish),
        None => Vec::new(),
    }
}

fn vote(model: &mut Model, verdict: Verdict) -> Vec<Effect> {
    let on = targets(model);
    form::vote(model, on, verdict, Vec::new())
}

/// Goes on with a vote on these changes: on one after it was read again, on several as they are listed.
pub(super) fn vote_again(model: &mut Model, on: Vec<Target>, verdict: Verdict) -> Vec<Effect> {
    match on[..] {
        [one] => with_change(model, one.id, Deed::Vote(verdict)),
        _ if on.iter().all(|one| one.version.is_some()) => form::vote(model, on, verdict, Vec::new()),
        _ => {
            model.refuse("not all of these changes are listed here; look at them first");
            Vec::new()
        }
    }
}

/// What the form of this draft is for.
pub(super) fn deed_of(verb: &str) -> Option<Deed> {
    Some(match verb {
        "change-plan" => Deed::Plan,
        "change-risk" => Deed::Risk,
        "change-delegate" => Deed::Delegate,
        "change-live-with" => Deed::LiveWith,
        "change-start" => Deed::Start,
        "change-step" => Deed::Step,
        "change-finish" => Deed::Finish,
        "change-backout" => Deed::BackOut,
        "change-review" => Deed::Review,
        _ => return None,
    })
}

fn begin(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let ticket = &shown.sheet.ticket;
    let on = model.seen(ticket.id);
    let Some(outlook) = &shown.outlook else { return Vec::new() };
    let workflow = model.rules.as_ref().and_then(|rules| rules.workflow(ticket.kind()).ok());
    let unopposed = workflow.and_then(|workflow| workflow.leaving(ticket).find(|transition| transition.begins()));
    let unopposed = unopposed.is_none_or(|transition| transition.unopposed);
    let reasons = outlook.against(ticket, unopposed, &model.moment);
    // Whoever began to write why wants to go on with that, not begin.
    let drafted = model.drafts.contains_key(&ChangeForm::Start(vec![on]).place());
    match reasons.is_empty() && !drafted {
        true => {
            let start = Command::Change(ChangeCommand::Start { on, anyway: None });
            update::wish(Wish::Command(Box::new(start)))
        }
        false => form::start(model, ticket, on, reasons),
    }
}

fn conflicts(model: &mut Model, shown: &Shown) -> Vec<Effect> {
    let number = shown.sheet.ticket.number;
    let found = shown.outlook.as_ref().map(|outlook| &outlook.conflicts);
    let (title, lines) = match found {
        Some(Ok(all)) if all.is_empty() => (format!("{number} meets nothing"), vec![when(model, shown)]),
        Some(Ok(all)) => {
            let zone = model.moment.zone;
            let lines = all.iter().flat_map(|one| {
                let span = format!("  {} to {}", one.span.from.local(zone), one.span.until.local(zone));
                let by = one.overridden.as_ref().map(|it| {
                    let who = shown.outlook.as_ref().map_or("?", |outlook| outlook.planned.names.person(it.by));
                    format!("  {who} lives with it since {}: {}", it.at.local(zone), it.why)
                });
                [Some(one.text.clone()), Some(span), by, Some(String::new())].into_iter().flatten()
            });
            (format!("{number} would meet {}", all.len()), lines.collect())
        }
        Some(Err(why)) => (format!("What {number} meets can't be told"), vec![why.clone()]),
        None => return Vec::new(),
    };
    model.queue.hit = None;
    model.overlays.push(Overlay::Page(Page { title, lines, top: 0 }));
    Vec::new()
}

/// When a change is planned, in words.
fn when(model: &Model, shown: &Shown) -> String {
    let ticket = &shown.sheet.ticket;
    match ticket.planned_start.zip(ticket.planned_end) {
        Some((from, until)) => {
            format!("from {} to {}", from.local(model.moment.zone), until.local(model.moment.zone))
        }
        None => format!("it has no planned time yet; {} plans it", model.key(ActionId::ChangePlan)),
    }
}

/// The templates of changes, and the types of change without one.
fn pick_new(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let kinds = [Kind::Change, Kind::Release];
    let templates = rules.templates.iter().filter(|(_, template)| kinds.contains(&template.kind));
    let templates = templates.map(|(word, template)| Item::new(word, &template.name).hinted(template.kind.word()));
    let kinds = kinds.iter().map(|kind| Item::new(kind.word(), format!("{} without a template", kind.one())));
    let items = kinds.chain(templates).collect();
    choice::open(model, "Plan", Choice::Start, items)
}

/// Goes to what waits for my approval: to its view, where the desk has one.
fn go_approvals(model: &mut Model) -> Vec<Effect> {
    let wanted = Query::default().and(Term::Is(vec![Is::ToApprove]).into());
    let is_it = |query: &Query| query.filter == wanted.filter;
    let view = model.queue.views.iter().position(|view| view.query.as_ref().is_ok_and(is_it));
    let mut effects = update::go_tab(model, Tab::Queue);
    model.queue.pane = crate::tui::screen::queue::Pane::List;
    model.queue.filter.clear();
    match view {
        Some(view) => effects.extend(update::switch_view(model, view)),
        None => {
            model.queue.filter = String::from("is:to-approve");
            effects.extend(update::open_view(model));
        }
    }
    effects
}
