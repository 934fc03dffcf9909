//! `kb list`, `kb due`, `kb gaps`: how good the articles are, what must be looked at, what is missing.

use clap::{Args, ValueEnum};
use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::diff::time;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::kb::show::person;
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::id::ArticleId;
use crate::desk::knowledge::Phase;
use crate::desk::time::{Moment, Timestamp, short_span};
use crate::store::{ArticleRow, Reader, Why};

/// In which order articles are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Order {
    /// By number.
    Number,
    /// What is used most first.
    Use,
    /// What was confirmed longest ago first.
    Age,
    /// What helps least first: flagged, then failing, then never used.
    Quality,
}

/// What `kb list` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Only this state
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// The order
    #[arg(long, value_enum, default_value = "number")]
    sort: Order,
    /// Retired ones too
    #[arg(long)]
    all: bool,
}

/// What `kb due` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Due {
    /// Those whose day comes by then too: 2w, 2026-12-31
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// What `kb gaps` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Gaps {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

pub(super) fn list(globals: &Globals, args: &List) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let practice = &reader.rules().knowledge;
    let kind = args.kind.as_deref().map(|word| practice.find_type(word)).transpose().map_err(Failure::not_found)?;
    if let Some(state) = args.state.as_deref().filter(|state| practice.life.state(state).is_none()) {
        let names: Vec<&str> = practice.life.state.iter().map(|state| state.name.as_str()).collect();
        return Err(Failure::usage(format!("there is no state '{state}'; there are {}", names.join(", "))));
    }
    let phases = match args.all || args.state.is_some() {
        true => &Phase::ALL[..],
        false => &[Phase::Draft, Phase::Review, Phase::Live, Phase::Due],
    };
    let wanted = |one: &ArticleRow| {
        kind.is_none_or(|kind| one.kind == kind.name) && args.state.as_ref().is_none_or(|state| one.state == *state)
    };
    let names =
        ["number", "type", "state", "edition", "owner", "age", "uses", "helped", "failed", "flags", "review", "title"];
    let columns = names.map(Column::of).map(|one| if one.key == "title" { one.cut() } else { one });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let print = |rows: &mut Rows, page: &[ArticleRow]| -> Outcome {
        if page.is_empty() {
            return Ok(());
        }
        let page = page.iter().map(|one| row(&reader, one, &desk.moment)).collect::<Outcome<Vec<_>>>()?;
        Ok(rows.page(&page)?)
    };
    let mut last = Some(ArticleId(0));
    // By number they come a page at a time; every other order needs all of them.
    while let Some(after) = last.filter(|_| args.sort == Order::Number) {
        let mut page = reader.articles_after(phases, after, PAGE)?;
        last = page.last().map(|one| one.id).filter(|_| page.len() == PAGE);
        page.retain(wanted);
        print(&mut rows, &page)?;
    }
    if args.sort != Order::Number {
        let mut articles = reader.articles(phases)?;
        articles.retain(wanted);
        sort(&mut articles, args.sort);
        print(&mut rows, &articles)?;
    }
    if rows.finish()? == 0 {
        say("there is no article; write one: deskhand kb new");
    }
    Ok(())
}

/// So many articles are read at once.
const PAGE: usize = 500;

fn sort(articles: &mut [ArticleRow], order: Order) {
    let confirmed = |one: &ArticleRow| one.confirmed.unwrap_or(Timestamp(i64::MAX));
    match order {
        Order::Number => articles.sort_by_key(|one| one.id),
        Order::Use => articles.sort_by_key(|one| std::cmp::Reverse(one.proof.uses)),
        Order::Age => articles.sort_by_key(confirmed),
        Order::Quality => {
            articles
                .sort_by_key(|one| (-one.flags, one.proof.helped - one.proof.failed, one.proof.uses, confirmed(one)));
        }
    }
}

fn row(reader: &Reader, article: &ArticleRow, moment: &Moment) -> Outcome<Row> {
    let number = article.id.number();
    let count = |n: i64| Cell::of(n.to_string(), n);
    Ok(Row {
        id: number.clone(),
        cells: vec![
            Cell::text(number),
            Cell::text(article.kind.as_str()),
            Cell::text(article.state.as_str()),
            count(article.edition),
            Cell::of(owner(reader, article)?, crate::cli::records::login(reader, article.owner)?),
            age(article.confirmed, moment),
            count(article.proof.uses),
            count(article.proof.helped),
            count(article.proof.failed),
            count(article.flags),
            day(article.review, moment),
            Cell::text(article.title.as_str()),
        ],
    })
}

fn owner(reader: &Reader, article: &ArticleRow) -> Outcome<String> {
    match article.owner {
        None => Ok(String::from("-")),
        owner => person(reader, owner),
    }
}

/// How long ago; for programs the time.
fn age(at: Option<Timestamp>, moment: &Moment) -> Cell {
    match at {
        Some(at) => Cell::of(short_span(moment.now.since(at)), at.rfc3339()),
        None => Cell::of("-", Json::Null),
    }
}

fn day(at: Option<Timestamp>, moment: &Moment) -> Cell {
    match at {
        Some(at) => Cell::of(moment.day_of(at).to_string(), at.rfc3339()),
        None => Cell::of("-", Json::Null),
    }
}

pub(super) fn due(globals: &Globals, args: &Due) -> Outcome {
    let desk = Desk::open(globals)?;
    let until = time(&desk, args.until.as_deref())?.unwrap_or(desk.moment.now);
    let reader = desk.read()?;
    let columns = ["number", "why", "since", "owner", "title", "comment"].map(Column::of);
    let columns = columns.map(|one| if one.key == "comment" { one.cut() } else { one });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    for due in reader.articles_due(until)? {
        let (why, since, comment) = match &due.why {
            Why::Review(at) => ("review", *at, String::new()),
            Why::Flag(flag) => ("flag", flag.at, format!("{}: {}", person(&reader, flag.person)?, flag.comment)),
            Why::Waiting => ("in review", due.article.updated, String::new()),
        };
        let number = due.article.id.number();
        rows.page(&[Row {
            id: number.clone(),
            cells: vec![
                Cell::text(number),
                Cell::text(why),
                day(Some(since), &desk.moment),
                Cell::of(owner(&reader, &due.article)?, crate::cli::records::login(&reader, due.article.owner)?),
                Cell::text(due.article.title.as_str()),
                Cell::text(comment),
            ],
        }])?;
    }
    if rows.finish()? == 0 {
        say("nothing is due");
    }
    Ok(())
}

pub(super) fn gaps(globals: &Globals, args: &Gaps) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let columns = ["times", "words", "first", "last"].map(Column::of);
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    for gap in reader.gaps(args.limit)? {
        rows.page(&[Row {
            id: gap.typed.clone(),
            cells: vec![
                Cell::of(gap.times.to_string(), gap.times),
                Cell::text(gap.typed.as_str()),
                day(Some(gap.first), &desk.moment),
                day(Some(gap.last), &desk.moment),
            ],
        }])?;
    }
    if rows.finish()? == 0 {
        say("everything that was looked for was found");
    }
    Ok(())
}
