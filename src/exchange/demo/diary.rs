//! The diary of the changes: when they may be done, when nothing shall be, and when the board meets about them.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::desk::change::window::{Recurrence, Scope, Window, WindowCommand, WindowKind};
use crate::desk::change::{CabCommand, ChangeCommand};
use crate::desk::command::Command;
use crate::desk::id::Kind;
use crate::desk::refusal::Refusal;
use crate::desk::time::{HOUR, MINUTE, Moment};
use crate::exchange::demo::cast::Part;
use crate::exchange::demo::company::Company;
use crate::exchange::demo::hours::{DAY, Hours};
use crate::exchange::demo::stage::{Stage, Step};

/// A maintenance window of every week.
struct Weekly {
    name: &'static str,
    on: Weekday,
    /// From this hour until that one.
    hours: (u32, u32),
    scope: &'static str,
    note: &'static str,
}

const WEEKLY: [Weekly; 3] = [
    Weekly {
        name: "Patch night",
        on: Weekday::Wed,
        hours: (19, 23),
        scope: "tickets:template:std-patches",
        note: "Servers ring by ring, never two in one week.",
    },
    Weekly {
        name: "Sunday maintenance",
        on: Weekday::Sun,
        hours: (6, 13),
        scope: "class:hypervisor",
        note: "Hosts are emptied one at a time.",
    },
    Weekly {
        name: "Access switches",
        on: Weekday::Thu,
        hours: (18, 23),
        scope: "class:switch",
        note: "Production in Gdansk ends at 18:00.",
    },
];

/// The maintenance windows, and the freeze around the turn of the year, in the founder's name.
pub(super) fn windows(stage: &mut Stage, moment: &Moment) -> Result<(), Refusal> {
    let today = moment.today();
    // Half a year ago they were there already.
    let monday = today.checked_sub_days(Days::new(182 + u64::from(today.weekday().num_days_from_monday())));
    for Weekly { name, on, hours: (from, until), scope, note } in WEEKLY {
        let day = monday.and_then(|monday| monday.checked_add_days(Days::new(on.num_days_from_monday().into())));
        let times = (wall(day.unwrap_or(today), from), wall(day.unwrap_or(today), until));
        let weekday = on.to_string().to_uppercase();
        let rule = format!("FREQ=WEEKLY;BYDAY={}", weekday.get(..2).unwrap_or_default());
        put(stage, moment, (name, WindowKind::Maintenance), times, &rule, scope, note)?;
    }
    // In the first days of January the freeze of the year before still holds.
    let year = today.checked_sub_days(Days::new(4)).unwrap_or(today).year();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today);
    let times = (wall(day(year, 12, 19), 0), wall(day(year + 1, 1, 4), 0));
    put(stage, moment, ("Year end", WindowKind::Freeze), times, "", "everything", "Only emergencies.")
}

fn wall(day: NaiveDate, hour: u32) -> String {
    format!("{day}T{hour:02}:00:00")
}

fn put(
    stage: &mut Stage,
    moment: &Moment,
    (name, kind): (&str, WindowKind),
    (starts, ends): (String, String),
    rule: &str,
    scope: &str,
    note: &str,
) -> Result<(), Refusal> {
    let scope: Scope = stage.store.read()?.find_scope(scope)?;
    let window = Window {
        name: name.to_owned(),
        kind,
        starts: starts.parse().map_err(Refusal::Rule)?,
        ends: ends.parse().map_err(Refusal::Rule)?,
        zone: moment.zone,
        recurrence: Recurrence::read(rule, moment.zone).map_err(Refusal::Rule)?,
        scope,
        note: note.to_owned(),
        source: None,
    };
    let founder = stage.founder.clone();
    let put = WindowCommand::Put { id: None, seen: None, window: Box::new(window) };
    stage.execute(Command::Window(put), &founder, None).map(|_| ())
}

/// The board meets on the next working day at ten, about what waits for approval.
pub(super) fn meeting(parts: &[Part], company: &Company, hours: &Hours, stage: &Stage) -> Step {
    let waits = parts.iter().filter(|part| part.story.kind() == Kind::Change && part.ends == "approval");
    let members = ["desk", "net", "srv", "app", "sec"].iter().filter_map(|team| stage.person(company.lead(team)));
    let call = CabCommand::Call {
        at: hours.opening(hours.now / DAY + 1).plus(2 * HOUR),
        title: String::from("CAB of the week"),
        members: members.collect(),
        query: String::from("kind:change state:approval"),
        agenda: waits.map(|part| part.id).collect(),
    };
    Step {
        at: hours.at(hours.now - 2).plus(-20 * MINUTE).min(hours.moment.now),
        who: company.lead("desk").to_owned(),
        command: Command::Change(ChangeCommand::Cab(call)),
        reason: None,
    }
}
