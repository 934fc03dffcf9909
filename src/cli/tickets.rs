//! `list` and `search`: which tickets.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::columns::{self, TicketColumn, USUAL};
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::Rows;
use crate::cli::shield::bare;
use crate::desk::cmdb::{CiIs, CiQuery, CiTerm};
use crate::desk::query::{Expr, Place, Query, Term};
use crate::desk::ticket::Ticket;
use crate::store::{How, PageFrom};

/// Rows that are read at once; large enough for any screen, small enough that the first come at once.
const PAGE: usize = 500;
/// Rows that a terminal gets unless it asks for more.
const SCREENFUL: usize = 100;
/// The open tickets, the most pressing first.
pub(super) const USUAL_QUERY: &str = "is:open sort:priority,due";

/// What `list` takes.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Which tickets: is:mine prio:1,2 -tag:vpn "bgp flap"
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// The columns, by field: number,priority,title; also kind and tags
    #[arg(long, value_name = "FIELDS", default_value = USUAL)]
    columns: String,
    /// The order: due,-updated
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    sort: Option<String>,
    /// At most so many; a terminal gets 100 unless told otherwise, a pipe all
    #[arg(long, value_name = "N", conflicts_with = "all")]
    limit: Option<usize>,
    /// All of them, on a terminal too
    #[arg(long)]
    all: bool,
}

/// What `search` takes.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to look for: words, "a phrase", a begin*
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// The columns, by field
    #[arg(long, value_name = "FIELDS", default_value = "number,priority,state,updated,title")]
    columns: String,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

pub(super) fn list(globals: &Globals, args: &List) -> Outcome {
    let desk = Desk::open(globals)?;
    let columns = columns::parse(&args.columns)?;
    let mut query = match args.query.as_slice() {
        [] => desk.query(&[USUAL_QUERY.to_owned()])?,
        words => desk.query(words)?,
    };
    if let Some(sort) = &args.sort {
        query.sort = desk.query(&[format!("sort:{}", bare(sort))])?.sort;
    }
    let out = Output::rows(globals);
    let limit = match (args.limit, args.all) {
        (Some(limit), _) => limit,
        (None, false) if out.columns.is_some() => SCREENFUL,
        _ => usize::MAX,
    };
    let terminal = out.is_terminal();
    let printed = print(&desk, &query, &columns, limit, out)?;
    let reader = desk.read()?;
    if printed == 0 {
        say("no ticket was found");
    } else if terminal && args.limit.is_none() && printed == SCREENFUL as u64 {
        let all = reader.count(&query, &desk.asker()?)?;
        if all > printed {
            say(&format!("{printed} of {all}; --all shows every one"));
        }
    }
    Ok(())
}

/// Prints the tickets that a query finds, page by page.
pub(super) fn print(desk: &Desk, query: &Query, columns: &[TicketColumn], limit: usize, out: Output) -> Outcome<u64> {
    let asker = desk.asker()?;
    let reader = desk.read()?;
    let mut rows = Rows::new(out, columns::headers(columns));
    let mut from = PageFrom::Start;
    let mut left = limit;
    loop {
        let page = reader.tickets(query, &asker, &from, left.min(PAGE))?;
        let last = page.rows.last().map(|(_, cursor)| cursor.clone());
        let tickets: Vec<Ticket> = page.rows.into_iter().map(|(ticket, _)| ticket).collect();
        left = left.saturating_sub(tickets.len());
        rows.page(&columns::rows(&reader, tickets, columns, &desk.moment)?)?;
        match last {
            Some(cursor) if page.more && left > 0 => from = PageFrom::After(cursor),
            _ => break,
        }
    }
    Ok(rows.finish()?)
}

/// At most so many articles, and so many CIs, stand before the tickets.
const FIRST: usize = 5;

/// Whether a query asks for words alone, which articles and CIs have too.
fn is_words(filter: &Expr) -> bool {
    match filter {
        Expr::And(parts) => parts.iter().all(is_words),
        Expr::Term(Term::Text { place: Place::Anywhere, .. }) => true,
        _ => false,
    }
}

pub(super) fn search(globals: &Globals, args: &Search) -> Outcome {
    let desk = Desk::open(globals)?;
    let columns = columns::parse(&args.columns)?;
    let query = desk.query(&args.words)?;
    if !query.sort.is_empty() {
        return Err(Failure::usage("search puts the best first; to choose the order: deskhand list"));
    }
    let reader = desk.read()?;
    let mut rows = Rows::new(Output::rows(globals), columns::headers(&columns));
    let mut found = Vec::new();
    if query.filter.as_ref().is_some_and(is_words) {
        let words = args.words.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" ");
        let articles = reader.search_articles(&words, FIRST.min(args.limit), desk.moment.now)?;
        if articles.how == How::Exact {
            found.extend(articles.hits.iter().map(|hit| columns::article(hit, &columns, &desk.moment)));
        }
        let mut named = vec![Expr::Term(CiTerm::Is(vec![CiIs::Present]))];
        named.extend(words.split_whitespace().map(|word| Expr::Term(CiTerm::Text(word.to_owned()))));
        let query = CiQuery { filter: Expr::all(named), sort: None };
        let cis = reader.cis(&query, &desk.asker()?, None, FIRST.min(args.limit - found.len()))?;
        found.extend(cis.rows.iter().map(|row| columns::ci(row, &columns, &desk.moment)));
    }
    let tickets = reader.ranked(&query, &desk.asker()?, args.limit - found.len())?;
    found.extend(columns::rows(&reader, tickets, &columns, &desk.moment)?);
    rows.page(&found)?;
    if rows.finish()? == 0 {
        say("nothing was found");
    }
    Ok(())
}
