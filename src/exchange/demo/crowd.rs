//! What happens across tickets: the nightly closing, problems tied to their incidents, a bulk edit, one taken back.

use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::{Command, Target};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{CiId, Kind, Seq};
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::time::{HOUR, MINUTE};
use crate::exchange::demo::cast::Part;
use crate::exchange::demo::company::Company;
use crate::exchange::demo::hours::{DAY, Hours};
use crate::exchange::demo::stage::{Stage, Step};

/// Every working day at six, what was resolved five working days ago is closed.
pub(super) fn nightly(hours: &Hours) -> Vec<Step> {
    (hours.first / DAY + 6..=hours.now / DAY)
        .map(|day| Step {
            at: hours.opening(day).plus(-2 * HOUR),
            who: String::from("nightly"),
            command: Command::CloseResolved { before: hours.opening(day - 5) },
            reason: None,
        })
        .filter(|step| step.at <= hours.moment.now)
        .collect()
}

/// Incidents of the same category are tied to the problem that was opened after them.
pub(super) fn causes(parts: &[Part], company: &Company, hours: &Hours) -> Vec<Step> {
    let problems = parts.iter().filter(|part| part.story.kind() == Kind::Problem && !part.story.is_scene());
    problems
        .flat_map(|problem| {
            let like = |part: &&Part| {
                part.story.kind() == Kind::Incident
                    && part.story.category == problem.story.category
                    && part.story.merged.is_none()
                    && part.opened < problem.opened
            };
            let lead = company.lead(&problem.story.team);
            let first = problem.opened.plus(10 * MINUTE).min(hours.moment.now);
            parts.iter().rev().filter(like).take(4).enumerate().map(move |(n, incident)| Step {
                at: first.plus(i64::try_from(n).unwrap_or(0) * 20_000).min(hours.moment.now.plus(-20_000)),
                who: lead.to_owned(),
                command: Command::Link { from: incident.id, relation: Relation::CausedBy, to: problem.id },
                reason: None,
            })
        })
        .collect()
}

/// The scenes whose tickets say which CIs they concern, and how far failure was followed from those.
const CONCERNS: [(&str, &[&str], Option<u32>); 5] = [
    ("erp-down", &["aar-fw-01"], Some(10)),
    ("mail-down", &["aar-mx-01"], Some(10)),
    ("san-slow", &["aar-san-01"], Some(3)),
    ("fw-change", &["aar-fw-01", "aar-fw-02"], None),
    ("san-change", &["aar-san-01", "aar-san-02"], None),
];

/// The lead of the team names the CIs of what is worth it, a few minutes after it was opened.
pub(super) fn concerns(parts: &[Part], company: &Company, hours: &Hours, stage: &Stage) -> Result<Vec<Step>, Refusal> {
    let reader = stage.store.read()?;
    let mut steps = Vec::new();
    for (scene, names, impact) in CONCERNS {
        let Some(part) = parts.iter().find(|part| part.story.name.as_deref() == Some(scene)) else { continue };
        let add: Vec<CiId> = names.iter().map(|name| reader.find_ci(name)).collect::<Result<_, _>>()?;
        steps.push(Step {
            at: part.opened.plus(9 * MINUTE).min(hours.moment.now),
            who: company.lead(&part.story.team).to_owned(),
            command: Command::Cmdb(CmdbCommand::Concern { ticket: part.id, add, remove: Vec::new(), impact }),
            reason: None,
        });
    }
    Ok(steps)
}

/// A bulk edit that stays, and one with the wrong filter that is taken back two minutes later.
pub(super) fn bulk(parts: &[Part], hours: &Hours) -> Vec<Step> {
    let older =
        |minutes: i64| move |part: &&Part| part.start + part.length < hours.now - minutes && part.ends == "closed";
    let targets = |service: &str, minutes: i64, most: usize| -> Vec<Target> {
        parts
            .iter()
            .filter(older(minutes))
            .filter(|part| part.story.kind() == Kind::Incident && part.story.service == service)
            .take(most)
            .map(|part| part.id.into())
            .collect()
    };
    let step = |minutes: i64, late: i64, who: &str, reason: &str, command: Command| Step {
        at: hours.at(hours.now - minutes).plus(late),
        who: who.to_owned(),
        command,
        reason: Some(reason.to_owned()),
    };
    let edit = |on: Vec<Target>, set: Edit, tag: &[&str]| Command::Edit {
        on,
        set,
        tag: tag.iter().map(|tag| (*tag).to_owned()).collect(),
        untag: Vec::new(),
    };
    let tender = edit(targets("print", 12 * DAY, 30), Edit::new(), &["printer-tender"]);
    let wrong = edit(targets("clients", 6 * DAY, 9), Edit::from([(Field::Urgency, Value::Int(1))]), &[]);
    vec![
        step(11 * DAY, 0, "s.hofer", "Tender for new printers: everything about the old fleet", tender),
        step(4 * DAY, 0, "s.hofer", "Docks in Lyon first", wrong),
        step(
            4 * DAY,
            2 * MINUTE,
            "s.hofer",
            "Wrong filter: those were closed already",
            Command::Undo { seq: Seq(0), settled: Vec::new() },
        ),
    ]
}
