//! `change`: plan a change, see what it risks, get it approved, carry it out, look back.

mod approval;
mod cab;
pub(super) mod conflict;
mod plan;
mod planned;
mod risk;
mod work;

use clap::Subcommand;

use crate::cli::args::Globals;
use crate::cli::calendar;
use crate::cli::failure::Outcome;

pub(super) use planned::Planned;

/// What can be done with a change.
#[derive(Debug, Subcommand)]
pub(super) enum ChangeVerb {
    /// Print the plan of a change, or give it: fields, steps, who works on it
    ///
    /// steps=+TEXT adds a step; implementers=+anna,-bob says who works on it besides its assignee. What else a plan
    /// has: deskhand guide fields.
    Plan(plan::Plan),
    /// Print what a change risks, with the share of every answer; or answer
    ///
    /// QUESTION=ANSWER answers; QUESTION= goes back to what the desk itself says. A lead overrides the risk:
    /// deskhand set CHG-1 risk=high risk_reason='…'.
    Risk(risk::Risk),
    /// Approve changes that wait for you: is:to-approve
    Approve(approval::Approve),
    /// Reject changes that wait for you; says why
    Reject(approval::Reject),
    /// Let somebody else approve in your place
    ///
    /// A lead may hand on what somebody else was asked for: --from LOGIN.
    Delegate(approval::Delegate),
    /// Who must approve a change and what they said; without one, who is silent and for how long
    Approvals(approval::Approvals),
    /// What planned changes would meet: other changes, freezes, major incidents
    ///
    /// Without numbers: the conflicts of all that is planned from now on. Of a conflict between two changes both tell.
    Conflicts(conflict::Conflicts),
    /// Live with a conflict of a change, for a --reason; until it is another one, the change may go on
    Override(conflict::Override),
    /// Begin the work; outside of its planned time, in a freeze or against a conflict only with --anyway REASON
    Start(work::Start),
    /// Tick a step with its real time, or note that it has begun
    Step(work::Step),
    /// End the work: it is done
    Finish(work::Finish),
    /// End the work: it was taken back
    Backout(work::Backout),
    /// Look back: planned and real times, incidents that it caused, lessons
    Review(work::Review),
    /// Meetings of the change advisory board
    Cab {
        #[command(subcommand)]
        verb: cab::CabVerb,
    },
    #[command(flatten)]
    Calendar(calendar::CalendarVerb),
}

pub(super) fn run(globals: &Globals, verb: &ChangeVerb) -> Outcome {
    match verb {
        ChangeVerb::Plan(args) => plan::run(globals, args),
        ChangeVerb::Risk(args) => risk::run(globals, args),
        ChangeVerb::Approve(args) => approval::approve(globals, args),
        ChangeVerb::Reject(args) => approval::reject(globals, args),
        ChangeVerb::Delegate(args) => approval::delegate(globals, args),
        ChangeVerb::Approvals(args) => approval::list(globals, args),
        ChangeVerb::Conflicts(args) => conflict::list(globals, args),
        ChangeVerb::Override(args) => conflict::live_with(globals, args),
        ChangeVerb::Start(args) => work::start(globals, args),
        ChangeVerb::Step(args) => work::step(globals, args),
        ChangeVerb::Finish(args) => work::finish(globals, args),
        ChangeVerb::Backout(args) => work::backout(globals, args),
        ChangeVerb::Review(args) => work::review(globals, args),
        ChangeVerb::Cab { verb } => cab::run(globals, verb),
        ChangeVerb::Calendar(verb) => calendar::run(globals, verb),
    }
}
