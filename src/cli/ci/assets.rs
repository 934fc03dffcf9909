//! `ci checkout`, `ci checkin`: assets that go out and come back.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::Command;
use crate::desk::time::parse_time;

/// What `ci checkout` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct CheckOut {
    /// The CI
    id: String,
    /// To whom; me
    login: String,
    /// The day on which it is due back: 2026-12-24, fri, 2w
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// How many of a stock
    #[arg(long, value_name = "N")]
    count: Option<u32>,
}

/// What `ci checkin` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct CheckIn {
    /// The CI
    id: String,
    /// How many of a stock
    #[arg(long, value_name = "N")]
    count: Option<u32>,
}

pub(super) fn check_out(globals: &Globals, args: &CheckOut) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_ci(&args.id)?.into();
    let to = match args.login.eq_ignore_ascii_case("me") {
        true => desk.me()?,
        false => desk.read()?.find_person(&args.login)?.id,
    };
    let until = args.until.as_deref().map(|text| {
        let day = parse_time(text, &desk.moment).map(|typed| desk.moment.day_of(typed.from));
        day.map(|day| day.format("%Y-%m-%d").to_string())
            .ok_or_else(|| Failure::usage(format!("'{text}' is no day; they look like 2026-12-24, fri or 2w")))
    });
    let until = until.transpose()?;
    desk.execute(Command::Cmdb(CmdbCommand::CheckOut { on, to, until, count: args.count.map(i64::from) }))?;
    Ok(())
}

pub(super) fn check_in(globals: &Globals, args: &CheckIn) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_ci(&args.id)?.into();
    desk.execute(Command::Cmdb(CmdbCommand::CheckIn { on, count: args.count.map(i64::from) }))?;
    Ok(())
}
