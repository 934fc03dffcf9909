//! A ticket in hand: articles are followed for it, their steps ticked on its checklist while they are read.

use crate::desk::id::{ArticleId, Number, TicketId};
use crate::desk::time::{Moment, Timestamp};
use crate::store::FollowedStep;

/// Columns that the ticks take beside the text of an article.
pub const TICKS: usize = 11;

/// A ticket in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: Number,
    /// How far the steps of an article are at it, once the desk told.
    pub steps: Option<(ArticleId, Vec<FollowedStep>)>,
}

impl Hand {
    /// The steps of an article, as far as they are known.
    #[must_use]
    pub fn steps_of(&self, id: ArticleId) -> &[FollowedStep] {
        self.steps.as_ref().filter(|(of, _)| *of == id).map_or(&[], |(_, steps)| steps)
    }

    /// What is said over an article: for which ticket, and how far it is.
    #[must_use]
    pub fn told(&self, id: ArticleId) -> String {
        let tasks = self.steps_of(id).iter().filter_map(|step| step.task.as_ref());
        let (done, all) = tasks.fold((0, 0), |(done, all), task| (done + usize::from(task.done), all + 1));
        match all {
            0 => format!("for {}", self.number),
            _ => format!("for {}, {done} of {all} done", self.number),
        }
    }
}

/// What stands beside a step: whether it is done, and when; the day where that was another.
#[must_use]
pub fn tick(step: &FollowedStep, moment: &Moment) -> String {
    let Some(task) = &step.task else { return String::new() };
    let time = |at: Timestamp| {
        let local = at.local(moment.zone);
        let (day, clock) = local.split_once(' ').unwrap_or((local.as_str(), ""));
        let today = moment.now.local(moment.zone).starts_with(day);
        if today { clock.to_owned() } else { day.get(5..).unwrap_or_default().to_owned() }
    };
    match (task.done, task.ended) {
        (true, Some(at)) => format!("[x] {}", time(at)),
        (true, None) => String::from("[x]"),
        (false, _) => String::from("[ ]"),
    }
}
