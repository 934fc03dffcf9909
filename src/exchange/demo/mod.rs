//! A believable desk of a mid-size company, to look around in: people, services, four hundred tickets over ninety days,
//! a quarter of changes with their windows, and what its people wrote down about all that.
//!
//! It is told from hand-written stories (`assets/demo/`) and written through the same door as everything else: each command
//! has its author and its moment, so the journal, the histories and every *why* are real. The same seed, moment and login
//! give the same desk.

mod birth;
mod cast;
mod company;
mod crowd;
mod deeds;
mod diary;
mod estate;
mod hours;
mod incident;
mod knowledge;
mod pages;
mod request;
mod stage;
mod story;
mod teller;
mod words;
mod works;

use std::path::Path;

use crate::desk::command::Author;
use crate::desk::refusal::Refusal;
use crate::desk::time::{DAY, Moment};
use crate::exchange::demo::company::Company;
use crate::exchange::demo::estate::Estate;
use crate::exchange::demo::hours::Hours;
use crate::exchange::demo::knowledge::Knowledge;
use crate::exchange::demo::stage::Stage;
use crate::exchange::demo::teller::Teller;
use crate::store::{Nearby, Store};

/// Makes the demo desk at `path`, as of `moment`. `founder` becomes its admin and works on its service desk.
///
/// `progress` is told how many of how many commands are done.
///
/// # Errors
/// As [`Store::build_near`]; nothing half-made is left.
pub fn build(
    path: &Path,
    nearby: &Nearby,
    founder: &Author,
    moment: &Moment,
    seed: u64,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Store, Refusal> {
    let company = Company::read()?;
    let founder = Author { login: founder.login.to_lowercase(), via: None, host: founder.host.clone() };
    let start = Moment { now: moment.now.plus(-93 * DAY), zone: moment.zone };
    Store::build_near(path, nearby, &founder, &start, &company.label, |store| {
        let mut stage = Stage::new(store, &founder, start, seed);
        company.register(&mut stage)?;
        let estate = Estate::read()?;
        estate.register(&mut stage, &company, moment)?;
        diary::windows(&mut stage, moment)?;
        let stories = story::stories()?;
        let hours = Hours::around(moment);
        let mut dice = fastrand::Rng::with_seed(seed);
        let parts = cast::cast(&stories, &hours, &mut dice);
        let askers = company.askers();
        let names = parts.iter().filter_map(|part| Some((part.story.name.as_deref()?, part.id))).collect();
        let teller = Teller { company: &company, askers: &askers, stage: &stage, hours: &hours, names };
        let mut steps: Vec<_> = parts.iter().flat_map(|part| teller.tell(part, &mut dice)).collect();
        drop(teller);
        Knowledge::read()?.tell(&mut stage, &company, &parts, &hours, &mut steps)?;
        steps.extend(crowd::concerns(&parts, &company, &hours, &stage)?);
        steps.extend(estate.steps(&stage, moment)?);
        steps.extend(crowd::nightly(&hours));
        steps.extend(crowd::causes(&parts, &company, &hours));
        steps.extend(crowd::bulk(&parts, &hours));
        steps.push(diary::meeting(&parts, &company, &hours, &stage));
        stage.play(&company, steps, progress)
    })
}

#[cfg(test)]
mod tests;
