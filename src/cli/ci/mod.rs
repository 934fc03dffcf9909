//! `ci`: the CMDB's own verbs: CIs and their relations, what breaks, audits, assets, licences.

mod assets;
mod audit;
mod columns;
mod draw;
mod edit;
mod expiring;
pub(super) mod facts;
pub(super) mod history;
mod impact;
mod impact_text;
mod licences;
mod list;
mod model;
mod relate;
mod sheet;
mod sheet_json;
pub(super) mod show;
pub(super) mod words;

use clap::Subcommand;

use crate::cli::args::Globals;
use crate::cli::failure::Outcome;
use crate::cli::journal;

pub(super) use edit::set_words;

/// What can be done with CIs. They are named by number, name, asset tag, serial, host name or address.
#[derive(Debug, Subcommand)]
pub(super) enum CiVerb {
    /// Add a CI and print its number
    ///
    /// A relation may stand among the fields: ci new virtual_machine vm7 runs_on=esx2. What there is: ci classes CLASS.
    New(edit::New),
    /// Give fields new values
    ///
    /// tag+=x adds to a list, tag-=x takes from it; an empty value or none empties the field.
    Set(edit::Set),
    /// Show CIs with all that belongs to them
    ///
    /// json has everything; csv and tsv have one row with all fields.
    Show(show::Show),
    /// List CIs
    ///
    /// Without a query: is:present. What can be asked: deskhand guide cmdb.
    List(list::List),
    /// Relate two CIs: ci relate vm7 runs on esx2
    ///
    /// Either end may be named first: ci relate esx2 hosts vm7. What there is: ci relations.
    Relate(relate::Relate),
    /// Take the relations between two CIs away
    ///
    /// Without a relation, all between the two.
    Unrelate(relate::Unrelate),
    /// Say how many of a group must stand: ci redundancy cluster1 contains 2
    ///
    /// A number or a share such as 50%; none goes back to what the type of relation says.
    Redundancy(relate::Redundancy),
    /// What breaks if these fail, or what they need
    ///
    /// Every hit with the way by which it is reached, services first; whom to tell; incidents that are open, and changes
    /// to come. --format tree, dot and mermaid draw it.
    Impact(impact::Impact),
    /// Hand an asset out, or some of a stock
    #[command(name = "checkout")]
    CheckOut(assets::CheckOut),
    /// Take an asset back, or some of a stock
    #[command(name = "checkin")]
    CheckIn(assets::CheckIn),
    /// The journal of a CI, newest first
    Log(history::Log),
    /// What changed on a CI between two times
    ///
    /// Its relations are told too. Times as people type them: yesterday, 2026-03-31, -3d.
    Diff(history::Diff),
    /// The classes with how many CIs there are, or the fields of one
    Classes(model::Classes),
    /// The types of relations, and the way that failure takes along each
    Relations,
    /// How healthy the CMDB is: every audit rule with its offenders, or the CIs that offend one
    ///
    /// Rules are documents of the desk: audit/*.toml, see deskhand config export. Health is the share of clean pairs of rule
    /// and CI, a medium rule counting twice, a severe one four times.
    Audit(audit::Audit),
    /// What has expired or soon does: warranties, certificates, licences, contracts and their notice
    Expiring(expiring::Expiring),
    /// What may be used and what is used, those exceeded first
    ///
    /// Licences of one metric for the same titles count together; expired ones do not count.
    Licences,
    /// Where software is, or which there is
    Software(licences::Software),
    /// Let inventories overwrite fields again that were given by hand
    Unlock(edit::Unlock),
}

impl CiVerb {
    /// Whether it changes nothing.
    pub(super) fn only_reads(&self) -> bool {
        use CiVerb::{Audit, Classes, Diff, Expiring, Impact, Licences, List, Log, Relations, Show, Software};
        matches!(
            self,
            Show(_)
                | List(_)
                | Impact(_)
                | Log(_)
                | Diff(_)
                | Classes(_)
                | Relations
                | Audit(_)
                | Expiring(_)
                | Licences
                | Software(_)
        )
    }
}

pub(super) fn run(globals: &Globals, verb: &CiVerb) -> Outcome {
    match verb {
        CiVerb::New(args) => edit::new(globals, args),
        CiVerb::Set(args) => edit::set(globals, args),
        CiVerb::Show(args) => show::run(globals, args),
        CiVerb::List(args) => list::run(globals, args),
        CiVerb::Relate(args) => relate::relate(globals, args),
        CiVerb::Unrelate(args) => relate::unrelate(globals, args),
        CiVerb::Redundancy(args) => relate::redundancy(globals, args),
        CiVerb::Impact(args) => impact::run(globals, args),
        CiVerb::CheckOut(args) => assets::check_out(globals, args),
        CiVerb::CheckIn(args) => assets::check_in(globals, args),
        CiVerb::Log(args) => journal::log_of_ci(globals, &args.id, args.limit),
        CiVerb::Diff(args) => history::diff(globals, &args.id, args.from.as_deref(), args.to.as_deref()),
        CiVerb::Classes(args) => model::classes(globals, args),
        CiVerb::Relations => model::relations(globals),
        CiVerb::Audit(args) => audit::run(globals, args),
        CiVerb::Expiring(args) => expiring::run(globals, args),
        CiVerb::Licences => licences::licences(globals),
        CiVerb::Software(args) => licences::software(globals, args),
        CiVerb::Unlock(args) => edit::unlock(globals, args),
    }
}
