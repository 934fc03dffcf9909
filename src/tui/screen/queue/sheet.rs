//! The ticket as lines: its fields in two columns, what it says, what belongs to it, what happened; and where in them the
//! cursor can stand.

use std::ops::Range;

use crate::desk::field::Field;
use crate::desk::knowledge::{CitationRole, Phase as ArticlePhase};
use crate::desk::time::short_span;
use crate::store::shown;
use crate::text;
use crate::tui::model::Model;
use crate::tui::offer::{Offer, Thing, Why};
use crate::tui::screen::queue::timeline::{Line, Tone, body_lines, happened};
use crate::tui::screen::queue::{Shown, plan};
use crate::tui::standing::Standing;

/// What the cursor can stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A field of the header.
    Field(Field),
    /// The tags.
    Tags,
    /// The link in that place.
    Link(usize),
    /// The CI in that place, of those that it affects.
    Ci(usize),
    /// The task in that place.
    Task(usize),
    /// The file in that place.
    File(usize),
    /// The article in that place, of those linked to it.
    Article(usize),
    /// What may help, in that place.
    Offer(usize),
}

/// Where it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What it is.
    pub spot: Spot,
    /// In which row.
    pub row: usize,
    /// Left or right: 0 or 1.
    pub column: usize,
    /// The pieces of the row that it takes.
    pub pieces: Range<usize>,
}

/// A ticket as lines.
#[derive(Debug, Default)]
pub struct Text {
    /// The lines.
    pub lines: Vec<Line>,
    /// Where the cursor can stand, in the order of reading.
    pub stops: Vec<Stop>,
    /// Where the newest note or reply begins.
    pub newest: Option<usize>,
}

impl Text {
    /// Where the cursor stands, if what it is on is still there.
    #[must_use]
    pub fn stop(&self, spot: Option<Spot>) -> Option<&Stop> {
        self.stops.iter().find(|stop| Some(stop.spot) == spot)
    }

    fn stop_here(&mut self, spot: Spot, pieces: Range<usize>) {
        self.stops.push(Stop { spot, row: self.lines.len(), column: usize::from(pieces.start > 0), pieces });
    }
}

/// The fields of the header, in the order of reading.
const HEADER: &[Field] = &[
    Field::State,
    Field::Priority,
    Field::Assignee,
    Field::Team,
    Field::Requester,
    Field::Service,
    Field::Category,
    Field::Ci,
    Field::Due,
    Field::Created,
    Field::PendingReason,
    Field::ResolutionCode,
    Field::CauseCode,
    Field::Channel,
    Field::Resolved,
    Field::Closed,
    Field::MergedInto,
    Field::External,
];

/// A ticket in `width` columns.
#[must_use]
pub fn text(what: &Shown, model: &Model, width: usize) -> Text {
    let sheet = &what.sheet;
    let ticket = &sheet.ticket;
    let width = width.max(10);
    let mut told = Text::default();
    let title = format!("{}  {}", ticket.number, text::clean_line(&ticket.title));
    told.lines.extend(text::wrap(&title, width).into_iter().map(|row| vec![(Tone::Strong, row)]));
    if ticket.major {
        told.lines.push(vec![(Tone::Warning, String::from("MAJOR INCIDENT"))]);
    }
    for one in model.standing.at(ticket.id, &model.author.login) {
        let tone = if one.doing.writing.is_some() { Tone::Warning } else { Tone::Quiet };
        told.lines.push(vec![(tone, Standing::told(one))]);
    }
    header(&mut told, what, model, width);
    plan::ahead(&mut told, what, model, width);
    // While it is being done, its steps are what is looked for.
    let doing = ticket.actual_start.is_some() && ticket.actual_end.is_none() && what.outlook.is_some();
    if doing {
        tasks(&mut told, what, model, width);
    }
    block(&mut told, "", &ticket.description, model, width);
    plan::texts(&mut told, what, model, width);
    block(&mut told, "Workaround", ticket.workaround.as_deref().unwrap_or_default(), model, width);
    block(&mut told, "Root cause", ticket.root_cause.as_deref().unwrap_or_default(), model, width);
    block(&mut told, "Resolution", ticket.resolution.as_deref().unwrap_or_default(), model, width);
    belongings(&mut told, what, model, width, !doing);
    plan::risk(&mut told, what, model, width);
    told.newest = happened(&mut told.lines, what, model, width);
    waiting(&mut told, what, model, width);
    told
}

/// A long text under its label.
fn block(told: &mut Text, label: &str, body: &str, model: &Model, width: usize) {
    if !body.trim().is_empty() {
        told.lines.push(Vec::new());
        if !label.is_empty() {
            told.lines.push(vec![(Tone::Quiet, label.to_owned())]);
        }
        told.lines.extend(body_lines(body, width, Tone::Plain, model));
    }
}

/// What waits for the drive to be back, under all that has happened.
fn waiting(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    for kept in model.standing.waiting_on(what.sheet.ticket.id) {
        let state = if kept.refused.is_some() { "refused" } else { "waiting" };
        told.lines.push(Line::new());
        told.lines.extend(
            text::wrap(&format!("{state}: {}", text::clean_line(&kept.summary)), width)
                .into_iter()
                .map(|row| vec![(Tone::Warning, row)]),
        );
        told.lines.extend(body_lines(kept.text().unwrap_or_default(), width, Tone::Plain, model));
        if let Some(why) = &kept.refused {
            told.lines.extend(body_lines(&why.to_string(), width, Tone::Quiet, model));
        }
    }
}

/// A time without the year that it is anyway: so it fits a column of 80.
fn this_year<'w>(words: &'w str, model: &Model) -> &'w str {
    let year = format!("{}-", model.moment.today().format("%Y"));
    words.strip_prefix(&year).unwrap_or(words)
}

fn header(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    let ticket = &what.sheet.ticket;
    let of_plan = what.outlook.is_some();
    let always =
        |field: Field| matches!(field, Field::Assignee | Field::Team) || of_plan && plan::missing(field).is_some();
    let fields: Vec<(Field, String, Tone)> = if of_plan { plan::HEADER } else { HEADER }
        .iter()
        .filter(|field| ticket.value(**field).given() || always(**field))
        .map(|field| {
            let value = ticket.value(*field);
            let mut words = text::clean_line(&shown(*field, &value, &what.sheet.names, &model.moment)).into_owned();
            let mut tone = Tone::Plain;
            if words.is_empty() {
                let nobody = if *field == Field::Team { "none" } else { "nobody" };
                words = String::from(plan::missing(*field).unwrap_or(nobody));
            }
            match (field, value.int()) {
                (Field::PlannedStart | Field::PlannedEnd | Field::ActualStart | Field::ActualEnd, Some(_)) => {
                    words = this_year(&words, model).to_owned();
                }
                (Field::Due, Some(at)) if ticket.phase.is_open() => {
                    let late = at < model.moment.now.0;
                    let span = short_span(at - model.moment.now.0);
                    let day = this_year(&words, model);
                    words = if late { format!("! {span} late, {day}") } else { format!("in {span}, {day}") };
                    tone = if late { Tone::Warning } else { Tone::Plain };
                }
                (Field::Priority, _) => {
                    words = format!("{words} (imp {}, urg {})", ticket.impact.get(), ticket.urgency.get());
                    if ticket.priority_reason.is_some() {
                        words = format!("{} by hand, matrix {}", ticket.priority, ticket.priority_computed);
                    }
                    tone = if ticket.priority.get() == 1 { Tone::Warning } else { Tone::Plain };
                }
                (Field::State, _) => tone = Tone::Strong,
                (Field::Risk, _) => {
                    words.push_str(&ticket.risk_score.map(|score| format!(" ({score})")).unwrap_or_default());
                    words.push_str(if ticket.risk_reason.is_some() { ", by hand" } else { "" });
                    let risk = ticket.risk.as_deref();
                    let highest = model.rules.as_ref().and_then(|rules| rules.change.risk.bands().last().copied());
                    tone = if risk.is_some() && risk == highest { Tone::Warning } else { Tone::Plain };
                }
                _ => {}
            }
            (*field, words, tone)
        })
        .collect();
    let columns = if width >= 60 { 2 } else { 1 };
    let column = width / columns;
    for pair in fields.chunks(columns) {
        let mut line = Line::new();
        for (field, words, tone) in pair {
            told.stop_here(Spot::Field(*field), line.len()..line.len() + 2);
            line.push((Tone::Quiet, text::pad(&text::truncate(field.spec().label, 14, model.look.ellipsis()), 15)));
            line.push((
                *tone,
                text::pad(
                    &text::truncate(words, column.saturating_sub(16), model.look.ellipsis()),
                    column.saturating_sub(15),
                ),
            ));
        }
        told.lines.push(line);
    }
    if !what.sheet.tags.is_empty() {
        told.stop_here(Spot::Tags, 0..2);
        told.lines.push(vec![
            (Tone::Quiet, text::pad("Tags", 15)),
            (Tone::Plain, text::clean_line(&what.sheet.tags.join(" ")).into_owned()),
        ]);
    }
}

fn belongings(told: &mut Text, what: &Shown, model: &Model, width: usize, with_tasks: bool) {
    let sheet = &what.sheet;
    let listed = if with_tasks && plan::steps_heading(what).is_none() { sheet.tasks.len() } else { 0 };
    let offered = offered(what, model).len();
    let lists =
        [sheet.links.len(), sheet.affected.len(), listed, sheet.attachments.len(), sheet.articles.len(), offered];
    if lists.iter().any(|length| *length > 0) {
        told.lines.push(Vec::new());
    }
    for (place, link) in sheet.links.iter().enumerate() {
        told.stop_here(Spot::Link(place), 0..2);
        let risk = plan::part_risk(what, link.number);
        let words = format!("{} ({}){risk} {}", link.number, link.state, text::clean_line(&link.title));
        let tone = if link.phase.is_open() { Tone::Plain } else { Tone::Quiet };
        told.lines.push(vec![
            (Tone::Quiet, text::pad(link.name(), 15)),
            (tone, text::truncate(&words, width.saturating_sub(16), model.look.ellipsis()).into_owned()),
        ]);
    }
    affected(told, what, model, width);
    articles(told, what, model, width);
    if with_tasks {
        tasks(told, what, model, width);
    }
    for (place, file) in sheet.attachments.iter().enumerate() {
        told.stop_here(Spot::File(place), 0..2);
        let words = format!("{} ({} bytes)", text::clean_line(&file.name), file.size);
        told.lines.push(vec![
            (Tone::Quiet, text::pad("File", 15)),
            (Tone::Plain, text::truncate(&words, width.saturating_sub(16), model.look.ellipsis()).into_owned()),
        ]);
    }
}

/// What may help, with its place among all offers: what is not linked to the ticket anyway, the surest few.
fn offered<'m>(what: &Shown, model: &'m Model) -> Vec<(usize, &'m Offer)> {
    let linked = |offer: &Offer| what.sheet.articles.iter().any(|one| offer.thing == Thing::Article(one.id));
    let offers = model.queue.offers_of(what.sheet.ticket.id).iter().enumerate();
    let offers: Vec<(usize, &Offer)> = offers.filter(|(_, offer)| !linked(offer)).collect();
    let of = |fits: fn(Why) -> bool, most: usize| {
        offers.iter().copied().filter(move |(_, offer)| fits(offer.why)).take(most)
    };
    let sure = of(|why| why == Why::Runbook, 1).chain(of(|why| matches!(why, Why::KnownError(_)), 2));
    sure.chain(of(|why| why == Why::About, 3)).chain(of(|why| why == Why::Solved, 2)).collect()
}

/// So many rows of a workaround are shown beside its known error.
const WORKAROUND: usize = 3;

/// The articles linked to it, then what may help.
fn articles(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    let room = width.saturating_sub(16);
    let ellipsis = model.look.ellipsis();
    for (place, article) in what.sheet.articles.iter().enumerate() {
        told.stop_here(Spot::Article(place), 0..2);
        let role = article.role.map_or("article", CitationRole::asks);
        let words = format!("{} ({}) {}", article.id.number(), article.state, text::clean_line(&article.title));
        let tone = if article.phase == ArticlePhase::Gone { Tone::Quiet } else { Tone::Plain };
        told.lines.push(vec![
            (Tone::Quiet, text::pad(role, 15)),
            (tone, text::truncate(&words, room, ellipsis).into_owned()),
        ]);
    }
    for (place, offer) in offered(what, model) {
        told.stop_here(Spot::Offer(place), 0..2);
        let of = match offer.why {
            Why::KnownError(problem) => format!(" (of {problem})"),
            _ => String::new(),
        };
        let words = format!("{}{of} {}", offer.thing.number(), text::clean_line(&offer.title));
        let known = matches!(offer.why, Why::KnownError(_));
        let (label, tone) =
            if known || offer.why == Why::Runbook { (offer.why.word(), Tone::Strong) } else { (OFFERED, Tone::Quiet) };
        told.lines.push(vec![
            (Tone::Quiet, text::pad(label, 15)),
            (tone, text::truncate(&words, room, ellipsis).into_owned()),
        ]);
        let workaround = offer.text.iter().filter(|_| known).flat_map(|text| text.lines());
        let rows = workaround.flat_map(|line| text::wrap(&text::clean_line(line), room.max(1)));
        let rows = rows.filter(|row| !row.trim().is_empty()).take(WORKAROUND);
        told.lines.extend(rows.map(|row| vec![(Tone::Quiet, text::pad("", 15)), (Tone::Plain, row)]));
    }
}

/// What stands before something that may help.
const OFFERED: &str = "may help";

/// The checklist.
fn tasks(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    if let Some(heading) = plan::steps_heading(what) {
        told.lines.extend([Line::new(), vec![(Tone::Quiet, heading)]]);
    }
    for (place, task) in what.sheet.tasks.iter().enumerate() {
        told.stop_here(Spot::Task(place), 0..1);
        let words =
            format!("[{}] {}. {}", if task.done { "x" } else { " " }, task.position, text::clean_line(&task.text));
        let times = plan::real_times(task, model);
        let room = width.saturating_sub(text::width(&times));
        let words = text::truncate(&words, room, model.look.ellipsis()).into_owned();
        told.lines.push(vec![(Tone::Plain, words), (Tone::Quiet, times)]);
    }
}

/// So many CIs are shown of those that were computed; the rest is a number.
const COMPUTED: usize = 6;

/// The CIs that it affects: those by hand, then those that failure reaches from them, each with its way.
fn affected(told: &mut Text, what: &Shown, model: &Model, width: usize) {
    let mut computed = 0;
    for (place, ci) in what.sheet.affected.iter().enumerate() {
        computed += usize::from(ci.path.is_some());
        if computed > COMPUTED {
            continue;
        }
        told.stop_here(Spot::Ci(place), 0..2);
        let (label, words) = match &ci.path {
            None => ("affects", format!("{} {}", ci.id.number(), text::clean_line(&ci.name))),
            Some(path) => ("so suffers", format!("{} {}", ci.id.number(), text::clean_line(path))),
        };
        let tone = if ci.path.is_none() { Tone::Plain } else { Tone::Quiet };
        told.lines.push(vec![
            (Tone::Quiet, text::pad(label, 15)),
            (tone, text::truncate(&words, width.saturating_sub(16), model.look.ellipsis()).into_owned()),
        ]);
    }
    if computed > COMPUTED {
        let words = format!("and {} more", computed - COMPUTED);
        told.lines.push(vec![(Tone::Quiet, text::pad("", 15)), (Tone::Quiet, words)]);
    }
}
