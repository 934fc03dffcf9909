//! A ticket in hand: articles are followed for it, their steps ticked on its checklist while they are read.

use crate::desk::id::{ArticleId, Number, TicketId};
use crate::desk::knowledge::{placed, step_called};
use crate::desk::time::{Moment, Timestamp};
use crate::store::FollowedStep;
use crate::text::markdown::{Document, Step};

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
    /// How far the steps are that an article says, as far as that is known.
    ///
    /// They are asked for beside its text, which somebody may have changed in between: they are told by heading and text, not
    /// by their place.
    #[must_use]
    pub fn steps_in(&self, id: ArticleId, said: &Document) -> Vec<Option<&FollowedStep>> {
        let said: Vec<(Step, String)> =
            said.steps().into_iter().map(|step| (step.clone(), step_called(&step, said))).collect();
        let wanted: Vec<(&str, &str)> = said.iter().map(|(step, text)| (step.under.as_str(), text.as_str())).collect();
        let known = self.known_of(id);
        let own: Vec<(&str, &str)> =
            known.iter().map(|known| (known.step.under.as_str(), known.text.as_str())).collect();
        placed(&wanted, &own).into_iter().map(|at| known.get(at?)).collect()
    }

    fn known_of(&self, id: ArticleId) -> &[FollowedStep] {
        self.steps.as_ref().filter(|(of, _)| *of == id).map_or(&[], |(_, steps)| steps)
    }

    /// What is said over an article: for which ticket, and how far it is.
    #[must_use]
    pub fn told(&self, id: ArticleId) -> String {
        let tasks = self.known_of(id).iter().filter_map(|step| step.task.as_ref());
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
