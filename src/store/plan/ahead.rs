//! Planning ahead of the lock: a large command is thought through while others go on writing.
//!
//! A plan is made for the place in the journal that comes next. It is good as long as nobody else takes that place: every
//! change of a desk is an entry, so where the place is still free, the desk is what the plan saw.

use crate::desk::command::{Author, Request};
use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::apply;
use crate::store::plan::{Plan, plan};
use crate::store::reader::Reader;

/// What came of planning a command, and for which place in the journal.
pub(crate) struct Ahead {
    place: Seq,
    outcome: Result<Plan, Refusal>,
}

impl Ahead {
    /// Plans for the place that comes next on this ground. A refusal is kept too: it holds no longer than a plan.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn plan(ground: &Reader, request: &Request, author: &Author, moment: &Moment) -> Result<Ahead, Refusal> {
        Ok(Ahead { place: next(ground)?, outcome: plan(ground, request, author, moment) })
    }

    /// The plan for the ground on which it will be applied: the one that was made, if its place is still free, else one
    /// made `again`. Asked under the lock, so that it is made again once at most.
    ///
    /// # Errors
    /// What planning refuses.
    pub(crate) fn on(
        self,
        ground: &Reader,
        again: impl FnOnce(&Reader) -> Result<Plan, Refusal>,
    ) -> Result<Plan, Refusal> {
        if next(ground)? == self.place { self.outcome } else { again(ground) }
    }
}

fn next(ground: &Reader) -> Result<Seq, Refusal> {
    apply::next_seq(ground.conn).map_err(|error| ground.explain(&error))
}
