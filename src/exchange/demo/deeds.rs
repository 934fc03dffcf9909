//! What people do on one ticket, in order; then set into working time.

use crate::desk::command::{Command, TaskChange};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::TicketId;
use crate::desk::time::{MINUTE, Timestamp};
use crate::exchange::demo::hours::Hours;
use crate::exchange::demo::stage::Step;

/// When a deed follows the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// After so many working minutes.
    Soon(i64),
    /// After its share of the time that the ticket takes.
    Share,
    /// At a time of its own, in the evening perhaps.
    At(Timestamp),
    /// Minutes later, whatever the hour.
    After(i64),
}

struct Deed {
    when: When,
    who: String,
    command: Command,
    reason: Option<String>,
}

/// The deeds on one ticket.
pub(super) struct Deeds {
    id: TicketId,
    list: Vec<Deed>,
}

impl Deeds {
    pub(super) fn on(id: TicketId) -> Deeds {
        Deeds { id, list: Vec::new() }
    }

    pub(super) fn add(&mut self, when: When, who: &str, command: Command) -> &mut Deeds {
        self.list.push(Deed { when, who: who.to_owned(), command, reason: None });
        self
    }

    /// Says why the last deed was done.
    pub(super) fn because(&mut self, reason: &str) {
        if let Some(deed) = self.list.last_mut() {
            deed.reason = Some(reason.to_owned());
        }
    }

    pub(super) fn edit<const N: usize>(&mut self, when: When, who: &str, set: [(Field, Value); N]) -> &mut Deeds {
        let edit = Command::Edit { on: vec![self.id.into()], set: Edit::from(set), tag: Vec::new(), untag: Vec::new() };
        self.add(when, who, edit)
    }

    pub(super) fn step<const N: usize>(
        &mut self,
        when: When,
        who: &str,
        to: &str,
        set: [(Field, Value); N],
    ) -> &mut Deeds {
        let step = Command::Move { on: vec![self.id.into()], to: to.to_owned(), set: Edit::from(set), children: false };
        self.add(when, who, step)
    }

    pub(super) fn note(&mut self, when: When, who: &str, text: String) -> &mut Deeds {
        self.write(when, who, text, false)
    }

    pub(super) fn reply(&mut self, when: When, who: &str, text: String) -> &mut Deeds {
        self.write(when, who, text, true)
    }

    fn write(&mut self, when: When, who: &str, text: String, public: bool) -> &mut Deeds {
        if text.is_empty() {
            return self;
        }
        self.add(when, who, Command::Write { on: vec![self.id.into()], public, text })
    }

    pub(super) fn time(&mut self, who: &str, minutes: i64, text: &str) {
        let text = text.to_owned();
        self.add(When::Soon(1), who, Command::LogTime { on: self.id, minutes, text });
    }

    /// Ticks the tasks of these positions.
    pub(super) fn tick(&mut self, who: &str, positions: impl Iterator<Item = i64>) {
        for position in positions {
            let change = TaskChange::Done(position, true);
            self.add(When::Share, who, Command::Task { on: self.id, change });
        }
    }

    /// Sets the deeds into time: they begin at `opened` and fill `length` working minutes from `start`.
    pub(super) fn play(
        self,
        start: i64,
        length: i64,
        opened: Timestamp,
        hours: &Hours,
        dice: &mut fastrand::Rng,
    ) -> Vec<Step> {
        let soon: i64 =
            self.list.iter().map(|deed| if let When::Soon(minutes) = deed.when { minutes } else { 0 }).sum();
        let shares = self.list.iter().filter(|deed| deed.when == When::Share).count();
        let share = (length - soon).max(0) / i64::try_from(shares.max(1)).unwrap_or(1);
        let (mut minute, mut before) = (start, opened.plus(-1_000));
        let mut steps = Vec::new();
        for (place, deed) in self.list.into_iter().enumerate() {
            let seconds = dice.i64(0..60) * 1_000;
            let wanted = match deed.when {
                _ if place == 0 => opened,
                When::Soon(minutes) => {
                    minute += minutes;
                    hours.at(minute.min(hours.now - 3)).plus(seconds)
                }
                When::Share => {
                    minute += share * dice.i64(70..=100) / 100;
                    hours.at(minute.min(hours.now - 3)).plus(seconds)
                }
                When::At(at) => at,
                When::After(minutes) => before.plus(minutes * MINUTE + seconds),
            };
            // Never before its predecessor, never later than now: a few seconds are enough to stay in order.
            let at = wanted.max(before.plus(4_000));
            if matches!(deed.when, When::At(_) | When::After(_)) {
                minute = minute.max(hours.index(at) + 1);
            }
            before = at;
            steps.push(Step { at, who: deed.who, command: deed.command, reason: deed.reason });
        }
        steps
    }
}
