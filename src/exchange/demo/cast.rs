//! The cast: which story is told when, and where it stands today.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::desk::change::window::Span;
use crate::desk::id::{Kind, TicketId};
use crate::desk::time::{DAY as WHOLE_DAY, HOUR, MINUTE, Timestamp};
use crate::exchange::demo::hours::{DAY, Hours};
use crate::exchange::demo::story::{Due, Story};

/// A ticket to be: one story at one time.
pub(super) struct Part<'s> {
    pub(super) id: TicketId,
    pub(super) story: &'s Story,
    /// How often the story was told before.
    pub(super) told: usize,
    /// The working minute in which it begins, and how many it takes.
    pub(super) start: i64,
    pub(super) length: i64,
    pub(super) opened: Timestamp,
    /// The state in which it stands today.
    pub(super) ends: &'s str,
    pub(super) due: Timestamp,
    /// When its work is planned, of what is planned for a day of its own.
    pub(super) planned: Option<Span>,
    /// Nobody has it.
    pub(super) alone: bool,
    pub(super) mine: bool,
}

/// How many tickets of each kind. Changes are as many as their stories have times.
const COUNTS: [(Kind, usize); 5] =
    [(Kind::Incident, 297), (Kind::Request, 60), (Kind::Problem, 15), (Kind::Release, 3), (Kind::Improvement, 5)];

/// Where tickets stand that are not simply over, besides the scenes: kind, state, due, who.
const STANDING: &[(Kind, &str, Due, &str)] = &[
    (Kind::Incident, "new", Due::Target, ""),
    (Kind::Incident, "new", Due::Target, ""),
    (Kind::Incident, "new", Due::Target, ""),
    (Kind::Incident, "new", Due::Target, ""),
    (Kind::Incident, "assigned", Due::Soon, "nobody"),
    (Kind::Incident, "assigned", Due::Today, "nobody"),
    (Kind::Incident, "assigned", Due::Risk, "nobody"),
    (Kind::Incident, "assigned", Due::Soon, ""),
    (Kind::Incident, "assigned", Due::Today, "me"),
    (Kind::Incident, "in_progress", Due::Overdue, ""),
    (Kind::Incident, "in_progress", Due::Overdue, ""),
    (Kind::Incident, "in_progress", Due::Risk, ""),
    (Kind::Incident, "in_progress", Due::Today, ""),
    (Kind::Incident, "in_progress", Due::Soon, "me"),
    (Kind::Request, "new", Due::Target, "nobody"),
    (Kind::Request, "awaiting_approval", Due::Soon, "nobody"),
    (Kind::Request, "awaiting_approval", Due::Later, ""),
    (Kind::Request, "in_progress", Due::Overdue, ""),
    (Kind::Request, "in_progress", Due::Today, "me"),
    (Kind::Request, "pending", Due::Later, ""),
    (Kind::Request, "rejected", Due::Target, ""),
    (Kind::Request, "rejected", Due::Target, ""),
    (Kind::Request, "cancelled", Due::Target, ""),
    (Kind::Request, "cancelled", Due::Target, ""),
    (Kind::Problem, "new", Due::Later, "nobody"),
    (Kind::Problem, "analysis", Due::Later, ""),
    (Kind::Problem, "fix_in_progress", Due::Later, ""),
    (Kind::Problem, "resolved", Due::Target, ""),
    (Kind::Release, "closed", Due::Target, ""),
    (Kind::Release, "cancelled", Due::Target, ""),
    (Kind::Improvement, "closed", Due::Target, ""),
    (Kind::Improvement, "measured", Due::Target, ""),
    (Kind::Improvement, "in_progress", Due::Later, ""),
    (Kind::Improvement, "idea", Due::Later, "nobody"),
    (Kind::Improvement, "rejected", Due::Target, ""),
];

/// All parts in the order in which their tickets are opened, so that a part's place is its ticket's row.
pub(super) fn cast<'s>(stories: &'s [Story], hours: &Hours, dice: &mut fastrand::Rng) -> Vec<Part<'s>> {
    let mut parts: Vec<Part> =
        stories.iter().filter(|story| story.is_scene()).map(|story| scene(story, hours, dice)).collect();
    for story in stories.iter().filter(|story| !story.is_scene()) {
        let runs = story.runs.iter().enumerate();
        parts.extend(runs.map(|(told, (nth, ends))| run(story, told, *nth, ends, hours, dice)));
    }
    for (kind, count) in COUNTS {
        let known = parts.iter().filter(|part| part.story.kind() == kind).count();
        let standing: Vec<_> = STANDING.iter().filter(|row| row.0 == kind).collect();
        let mut deck = Deck::new(stories, kind, dice);
        for turn in 0..count.saturating_sub(known) {
            let (ends, due, who) = match standing.get(turn) {
                Some((_, ends, due, who)) => (*ends, *due, *who),
                None if kind == Kind::Incident && turn % 29 == 0 => ("cancelled", Due::Target, ""),
                None => ("closed", Due::Target, ""),
            };
            let Some((story, told)) = deck.draw(ends, dice) else { continue };
            parts.push(part(story, told, ends, due, who, hours, dice));
        }
    }
    parts.sort_by_key(|part| part.opened);
    for (part, id) in parts.iter_mut().zip(1..) {
        part.id = TicketId(id);
    }
    parts
}

/// The stories of a kind as a deck of cards, mixed anew when all are drawn.
struct Deck<'s> {
    stories: Vec<&'s Story>,
    cards: Vec<&'s Story>,
    told: BTreeMap<&'s str, usize>,
}

impl<'s> Deck<'s> {
    fn new(stories: &'s [Story], kind: Kind, dice: &mut fastrand::Rng) -> Deck<'s> {
        let stories: Vec<&Story> = stories
            .iter()
            .filter(|story| story.kind() == kind && !story.is_scene() && story.runs.is_empty())
            .flat_map(|story| std::iter::repeat_n(story, story.often))
            .collect();
        let mut deck = Deck { cards: stories.clone(), stories, told: BTreeMap::new() };
        // Few stories are told in the order in which they are written, which their endings follow.
        match kind {
            Kind::Release | Kind::Improvement => deck.cards.reverse(),
            _ => dice.shuffle(&mut deck.cards),
        }
        deck
    }

    /// The next story that can end so, and how often it was told.
    fn draw(&mut self, ends: &str, dice: &mut fastrand::Rng) -> Option<(&'s Story, usize)> {
        let place = match self.cards.iter().rposition(|story| can_end(story, ends)) {
            Some(place) => place,
            None => {
                let mut more = self.stories.clone();
                dice.shuffle(&mut more);
                more.append(&mut self.cards);
                self.cards = more;
                self.cards.iter().rposition(|story| can_end(story, ends))?
            }
        };
        let story = self.cards.remove(place);
        let told = self.told.entry(story.text.as_str()).or_default();
        *told += 1;
        Some((story, *told - 1))
    }
}

fn can_end(story: &Story, ends: &str) -> bool {
    let from_outside = story.channel.iter().any(|channel| channel == "mail" || channel == "form");
    match (story.kind(), ends) {
        (Kind::Incident, "new") => from_outside,
        // What takes an hour is not still worked on days later.
        (Kind::Incident, "in_progress") => !story.notes.is_empty() && story.hours >= 4,
        (Kind::Request, "awaiting_approval" | "rejected") => story.approver,
        (Kind::Request, "pending") => story.wait.is_some(),
        (Kind::Problem, "fix_in_progress") => !story.root_cause.is_empty(),
        // Nobody knows yet; so each of the others is told to its end.
        (Kind::Problem, "new" | "analysis") => story.root_cause.is_empty(),
        (Kind::Problem, "closed" | "resolved") => !story.root_cause.is_empty(),
        _ => true,
    }
}

fn scene<'s>(story: &'s Story, hours: &Hours, dice: &mut fastrand::Rng) -> Part<'s> {
    let ends = story.ends.as_deref().unwrap_or("closed");
    let start = hours.now - story.ago.unwrap_or_default() * 60 - 3;
    let opened = hours.at(start).plus(dice.i64(0..60) * 1_000);
    Part {
        id: TicketId(0),
        story,
        told: 0,
        start,
        length: story.hours * 60,
        opened,
        ends,
        due: due(story.due.unwrap_or_default(), story, start, opened, hours, dice),
        planned: story.runs.first().and_then(|(nth, _)| planned(story, *nth, hours)),
        alone: false,
        mine: story.who.as_deref() == Some("me"),
    }
}

/// When the work of a story is planned for the how-manyth of its days.
fn planned(story: &Story, nth: i64, hours: &Hours) -> Option<Span> {
    let moment = &hours.moment;
    if nth == 0 {
        return Some(Span { from: hours.at(hours.now - 40), until: moment.now.plus(2 * HOUR) });
    }
    let weekday = i64::from(moment.today().weekday().num_days_from_monday());
    let ahead = (story.on? as i64 - weekday).rem_euclid(7);
    // The first such day after today, or the last before it; then whole weeks.
    let days = match nth {
        1.. if ahead == 0 => nth * 7,
        1.. => ahead + (nth - 1) * 7,
        _ => ahead - 7 + (nth + 1) * 7,
    };
    let day = moment.today().checked_add_signed(chrono::TimeDelta::days(days))?;
    let at = chrono::NaiveTime::parse_from_str(&story.at, "%H:%M").ok()?;
    let from = moment.at(day.and_time(at));
    Some(Span { from, until: from.plus(story.minutes * MINUTE) })
}

/// One of the times for which work was planned.
fn run<'s>(
    story: &'s Story,
    told: usize,
    nth: i64,
    ends: &'s str,
    hours: &Hours,
    dice: &mut fastrand::Rng,
) -> Part<'s> {
    let planned = planned(story, nth, hours);
    let begins = planned.map_or(hours.now, |planned| hours.index(planned.from));
    // So long before its time it was opened, and at least so long ago that it can stand where it does.
    let (lead, settled) = match (story.flow.as_str(), ends) {
        ("emergency", _) => (40, 50),
        ("standard", _) => (2 * DAY, DAY),
        (_, "draft") => (6 * DAY, DAY),
        (_, "assess" | "approval") => (6 * DAY, 2 * DAY),
        _ => (6 * DAY, 4 * DAY),
    };
    let start = (begins - lead - dice.i64(0..120)).min(hours.now - settled - dice.i64(0..120)).max(hours.first);
    let opened = hours.at(start).plus(dice.i64(0..60) * 1_000);
    let length = (hours.now - start - 5).clamp(10, lead.max(DAY));
    Part {
        id: TicketId(0),
        story,
        told,
        start,
        length,
        opened,
        ends,
        due: planned.map_or(hours.moment.now, |planned| planned.until),
        planned,
        alone: false,
        mine: story.who.as_deref() == Some("me"),
    }
}

fn part<'s>(
    story: &'s Story,
    told: usize,
    ends: &'s str,
    standing: Due,
    who: &str,
    hours: &Hours,
    dice: &mut fastrand::Rng,
) -> Part<'s> {
    let length = (story.hours * 60 * dice.i64(60..=140) / 100).max(25);
    let over = matches!(ends, "closed" | "cancelled" | "rejected" | "resolved" | "measured");
    let (start, length) = match (over, standing) {
        (true, _) => {
            // What ends with an evening's work or a closing needs room before today.
            let room = if matches!(story.kind(), Kind::Incident | Kind::Request) { 20 } else { 5 * DAY };
            (dice.i64(hours.first..=(hours.now - length - room).max(hours.first + 1)), length)
        }
        (false, Due::Overdue) => (hours.now - dice.i64(5 * DAY / 2..=6 * DAY), length),
        (false, Due::Risk) => (hours.now - dice.i64(DAY..=3 * DAY), length),
        _ if ends == "new" => (hours.now - dice.i64(4..=DAY / 2), length),
        _ => (hours.now - dice.i64(90..=3 * DAY), length),
    };
    let length = if over { length } else { length.min((hours.now - start - 5).max(10)) };
    let mut opened = hours.at(start).plus(dice.i64(0..60) * 1_000);
    if story.channel == ["monitoring"] && start.rem_euclid(DAY) < 150 {
        // Machines report at night; people find it in the morning.
        opened = opened.plus(-dice.i64(2 * 60..=9 * 60) * MINUTE);
    }
    Part {
        id: TicketId(0),
        story,
        told,
        start,
        length,
        opened,
        ends,
        due: due(standing, story, start, opened, hours, dice),
        planned: None,
        alone: who == "nobody",
        mine: who == "me",
    }
}

/// When a ticket is due: as its priority promises, or as it shall stand today.
fn due(due: Due, story: &Story, start: i64, opened: Timestamp, hours: &Hours, dice: &mut fastrand::Rng) -> Timestamp {
    let now = hours.moment.now;
    let quarter = |at: Timestamp| Timestamp(at.0 - at.0.rem_euclid(15 * MINUTE));
    match due {
        Due::Target => {
            let minutes = match (story.impact + story.urgency, story.kind()) {
                (_, Kind::Problem | Kind::Change | Kind::Release | Kind::Improvement) => 20 * DAY,
                (_, Kind::Request) => 5 * DAY,
                (..=3, _) => 4 * 60,
                (4 | 5, _) => 8 * 60,
                (6, _) => 3 * DAY,
                _ => 5 * DAY,
            };
            hours.at(start + minutes)
        }
        Due::Overdue => hours.at((hours.now - dice.i64(20..=2 * DAY)).max(start + 30)).min(now.plus(-10 * MINUTE)),
        Due::Risk => now.plus((now.since(opened) / 4).min(3 * HOUR)),
        Due::Today => {
            let midnight = hours.moment.start_of(hours.moment.day_of(now.plus(WHOLE_DAY)));
            quarter(now.plus(dice.i64(60..=300) * MINUTE).min(midnight.plus(-MINUTE))).max(now.plus(MINUTE))
        }
        Due::Soon => quarter(hours.at(hours.now + dice.i64(DAY..=4 * DAY))),
        Due::Later => quarter(hours.at(hours.now + dice.i64(8 * DAY..=14 * DAY))),
    }
}
