//! What the screens look up at the desk beside lists and tickets: names to complete, tickets to link, reasons, tags, files.

use crate::desk::change::minutes::Meeting;
use crate::desk::cmdb::query::parse as parse_cis;
use crate::desk::cmdb::{CiIs, CiQuery, CiTerm};
use crate::desk::command::Author;
use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, CabId, CiId, Kind, Number, TicketId};
use crate::desk::knowledge::ArticleField;
use crate::desk::query::{Expr, Place, Query, SortField, SortKey, Term};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::store::{Asker, Called, Names, PageFrom, Reader, Reasons, Sheet};
use crate::tui::offer::{self, About, Drawn, KnownError, Offer, words};
use crate::tui::prose::Prose;

/// How many tickets a search offers.
const OFFERED: usize = 30;
/// How many meetings are offered, the latest first.
const MEETINGS: usize = 50;

/// Something to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The names that fields may hold.
    Directory,
    /// Tickets by number or words of the title.
    Tickets(String),
    /// What may help with a ticket that is written or worked on.
    Offers(About),
    /// Articles by number or words; while nothing is typed, those of the ticket and what may help with it.
    Articles {
        /// What is typed.
        typed: String,
        /// The ticket.
        on: Option<TicketId>,
    },
    /// What an article says, in lines of so many columns.
    Article(ArticleId, usize),
    /// What an article starts with that is made from a ticket.
    Drawn(TicketId),
    /// The known error of a problem: to be told of, or to be written.
    KnownError {
        /// The problem.
        of: TicketId,
        /// Whether its workaround shall be told.
        tell: bool,
    },
    /// Whether somebody waits for the workaround of one of these articles, or of these problems.
    Untold(Vec<ArticleId>, Vec<Number>),
    /// All that belongs to a ticket.
    Belongings(TicketId),
    /// The tags in use.
    Tags(TicketId),
    /// Why a field is what it is.
    Why(TicketId, Field),
    /// The tickets that drafts are for.
    Drafted(Vec<TicketId>),
    /// Files whose path begins so.
    Paths(String),
    /// CIs by number, name or query, of these classes; none means any.
    Cis {
        /// What is typed.
        typed: String,
        /// The classes.
        classes: Vec<String>,
    },
    /// The tags of CIs in use, and those of one.
    CiTags(CiId),
    /// Why a field of a CI is what it is.
    CiWhy(CiId, String),
    /// The software found on a CI.
    Software(CiId),
    /// Why a field of an article is what it is.
    ArticleWhy(ArticleId, ArticleField),
    /// The meetings of the CAB.
    Meetings,
    /// One of them: to be gone through, or its minutes for this purpose.
    Meeting(CabId, Option<String>),
    /// What a plan would meet as it is typed.
    Clashes {
        /// The change.
        on: TicketId,
        /// Fields with their words.
        fields: Vec<(Field, String)>,
    },
}

/// What was found.
#[derive(Debug)]
pub enum Finding {
    /// The names that fields may hold.
    Directory(Directory),
    /// Tickets that fit.
    Tickets(Vec<Found>),
    /// What may help with it.
    Offers(About, Vec<Offer>),
    /// Articles that fit.
    Articles(Vec<Offer>),
    /// What an article says.
    Article(ArticleId, Box<Prose>),
    /// What an article starts with.
    Drawn(Box<Drawn>),
    /// How it stands with the known error of a problem, and whether it shall be told.
    KnownError(Box<KnownError>, bool),
    /// The known error of which so many open incidents should be told.
    Untold(Option<(ArticleId, String, usize)>),
    /// All that belongs to a ticket.
    Belongings(Box<Sheet>),
    /// Tags in use with counts, and those of the ticket.
    Tags(Vec<(String, u64)>, Vec<String>),
    /// Why a field of a ticket is what it is.
    Why(Number, Field, Box<Reasons>),
    /// The tickets that drafts are for.
    Drafted(Vec<Ticket>, Box<Names>),
    /// Paths, folders with a slash at their end.
    Paths(Vec<String>),
    /// CIs that fit.
    Cis(Vec<FoundCi>),
    /// Something to read: a title and lines.
    Page(String, Vec<String>),
    /// Meetings of the CAB, those that come first.
    Meetings(Vec<Called>),
    /// One of them, and what its minutes are for.
    Meeting(Box<Meeting>, Option<String>),
    /// What a plan would meet, in words.
    Clashes(TicketId, Vec<String>),
}

/// A CI as a search offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCi {
    /// Which.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Its class, as people call it, and its status.
    pub label: String,
}

/// A ticket as a search offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
}

/// The names that fields may hold: word and label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Logins and names.
    pub people: Vec<(String, String)>,
    /// Keys and names.
    pub teams: Vec<(String, String)>,
    /// Keys and names.
    pub services: Vec<(String, String)>,
    /// Keys and paths.
    pub categories: Vec<(String, String)>,
    /// Names of CIs that are not gone, with their numbers; at most five thousand.
    pub cis: Vec<(String, String)>,
}

/// So many names of CIs are offered while one is typed in a form.
const CIS: usize = 5_000;

/// Looks it up at the desk.
pub(crate) fn look_up(reader: &Reader, author: &Author, moment: Moment, what: &Lookup) -> Result<Finding, Refusal> {
    let me = reader.person_by_login(&author.login)?.map(|person| person.id);
    let asker = Asker { me, moment };
    Ok(match what {
        Lookup::Directory => Finding::Directory(directory(reader)?),
        Lookup::Tickets(typed) => Finding::Tickets(tickets(reader, &asker, typed)?),
        Lookup::Offers(about) => Finding::Offers(about.clone(), offer::offers(reader, &asker, about)?),
        Lookup::Articles { typed, on } => Finding::Articles(offer::articles(reader, &asker, typed, *on)?),
        Lookup::Article(id, width) => {
            Finding::Article(*id, Box::new(Prose::read(&reader.article(*id)?.body, *width, &[])))
        }
        Lookup::Drawn(id) => Finding::Drawn(Box::new(offer::drawn(reader, &asker, *id)?)),
        Lookup::KnownError { of, tell } => {
            Finding::KnownError(Box::new(offer::known_error(reader, &asker, *of)?), *tell)
        }
        Lookup::Untold(articles, problems) => Finding::Untold(offer::untold(reader, articles, problems)?),
        Lookup::Belongings(id) => Finding::Belongings(Box::new(reader.sheet(*id)?)),
        Lookup::Tags(id) => Finding::Tags(reader.tags_in_use()?, reader.tags(*id)?),
        Lookup::Why(id, field) => {
            let ticket = reader.ticket(*id)?;
            Finding::Why(ticket.number, *field, Box::new(reader.why(&ticket, *field)?))
        }
        Lookup::Drafted(ids) => {
            // A ticket that is gone leaves a draft that still can be read and thrown away.
            let tickets: Vec<Ticket> = ids.iter().filter_map(|id| reader.ticket(*id).ok()).collect();
            let references: Vec<_> = tickets
                .iter()
                .flat_map(|ticket| Field::ALL.iter().map(|field| (*field, ticket.value(*field))))
                .collect();
            let names = reader.names(references.iter().map(|(field, value)| (*field, value)))?;
            Finding::Drafted(tickets, Box::new(names))
        }
        Lookup::Cis { typed, classes } => Finding::Cis(cis(reader, &asker, typed, classes)?),
        Lookup::CiTags(id) => {
            let own = reader.ci(*id)?.values("tag");
            Finding::Tags(reader.ci_tags()?, own.iter().filter_map(Value::text).map(str::to_owned).collect())
        }
        Lookup::CiWhy(id, field) => {
            let (title, lines) = crate::tui::inquiry::why(reader, *id, field, &moment)?;
            Finding::Page(title, lines)
        }
        Lookup::ArticleWhy(id, field) => {
            let (title, lines) = crate::tui::inquiry::knowledge::why(reader, *id, *field, &moment)?;
            Finding::Page(title, lines)
        }
        Lookup::Software(id) => {
            let titles = reader.software(*id)?;
            let name = reader.ci_name(*id)?.unwrap_or_default();
            let widest = titles.iter().map(|(title, ..)| crate::text::width(title)).max().unwrap_or(0).min(48) + 2;
            let line = |(title, version, maker): &(String, String, Option<String>)| {
                let maker = maker.as_deref().unwrap_or_default();
                format!("{}{}  {maker}", crate::text::pad(title, widest), crate::text::pad(version, 16))
            };
            let lines = titles.iter().map(line).collect();
            Finding::Page(format!("Software on {} {name}: {} titles", id.number(), titles.len()), lines)
        }
        Lookup::Meetings => Finding::Meetings(reader.meetings(MEETINGS)?),
        Lookup::Meeting(cab, how) => Finding::Meeting(Box::new(reader.meeting(*cab)?), how.clone()),
        Lookup::Clashes { on, fields } => {
            Finding::Clashes(*on, crate::tui::outlook::clashes(reader, &asker, *on, fields)?)
        }
        Lookup::Paths(begun) => Finding::Paths(crate::exchange::file::paths(begun)),
    })
}

fn directory(reader: &Reader) -> Result<Directory, Refusal> {
    Ok(Directory {
        people: reader.people()?.into_iter().filter(|one| one.active).map(|one| (one.login, one.name)).collect(),
        teams: reader.teams()?.into_iter().filter(|one| one.active).map(|one| (one.key, one.name)).collect(),
        services: reader.services()?.into_iter().filter(|one| one.active).map(|one| (one.key, one.name)).collect(),
        categories: reader.categories()?.into_iter().filter(|one| one.active).map(|one| (one.key, one.path)).collect(),
        cis: reader.ci_names(CIS)?.into_iter().map(|(id, name)| (name, id.number())).collect(),
    })
}

/// Tickets by number, by the digits of one, or by words of the title, which may be begun only; without any, the latest.
fn tickets(reader: &Reader, asker: &Asker, typed: &str) -> Result<Vec<Found>, Refusal> {
    let typed = typed.trim();
    let numbers: Vec<Number> = match (typed.parse::<Number>(), typed.parse::<i64>()) {
        (Ok(number), _) => vec![number],
        (_, Ok(n)) => Kind::ALL.map(|kind| Number { kind, n }).to_vec(),
        _ => Vec::new(),
    };
    let mut all: Vec<Found> =
        numbers.into_iter().filter_map(|number| reader.ticket_numbered(number).ok()).map(found).collect();
    if !all.is_empty() {
        return Ok(all);
    }
    match words(typed, true) {
        Some(words) => {
            let each =
                words.into_iter().map(|word| Term::Text { place: Place::Title, any: vec![word] }.into()).collect();
            let query = Query { filter: Expr::all(each), sort: Vec::new() };
            all.extend(reader.ranked(&query, asker, OFFERED)?.into_iter().map(found));
        }
        None => {
            let latest = SortKey { field: SortField::Updated, descending: true };
            let query = Query { filter: None, sort: vec![latest] };
            let page = reader.tickets(&query, asker, &PageFrom::Start, OFFERED)?;
            all.extend(page.rows.into_iter().map(|(ticket, _)| found(ticket)));
        }
    }
    Ok(all)
}

/// CIs that are there, by number, name or query.
fn cis(reader: &Reader, asker: &Asker, typed: &str, classes: &[String]) -> Result<Vec<FoundCi>, Refusal> {
    let model = &reader.rules().cmdb;
    let mut parts = vec![Expr::Term(CiTerm::Is(vec![CiIs::Present]))];
    if !classes.is_empty() {
        parts.push(Expr::Term(CiTerm::Class(classes.to_vec())));
    }
    // What is no query is meant as it stands.
    let words = || (!typed.trim().is_empty()).then(|| Expr::Term(CiTerm::Text(typed.trim().to_owned())));
    parts.extend(parse_cis(typed, model).map_or_else(|_| words(), |query| query.filter));
    let page = reader.cis(&CiQuery { filter: Expr::all(parts), sort: None }, asker, None, OFFERED);
    // Half a query may name somebody whom nobody knows.
    let rows = match page {
        Ok(page) => page.rows,
        Err(Refusal::Unavailable(why)) => return Err(Refusal::Unavailable(why)),
        Err(_) => Vec::new(),
    };
    let label = |class: &str, status: &str| format!("{}, {status}", model.classes.label(class));
    Ok(rows
        .into_iter()
        .map(|row| FoundCi { id: row.id, label: label(&row.class, &row.status), name: row.name })
        .collect())
}

fn found(ticket: Ticket) -> Found {
    Found { number: ticket.number, title: ticket.title, state: ticket.state }
}
