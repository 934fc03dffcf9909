//! What may help with a ticket that is written or worked on, asked beside the desk: articles linked to it, known errors of its
//! problems, articles about what its words are about, tickets that were solved, open tickets like it.
//!
//! What can be put into a text comes with each, so that no key waits for it.

use crate::desk::id::{ArticleId, Kind, Number, TicketId};
use crate::desk::knowledge::{
    Article, ArticleField, ArticleTarget, Audience, CitationRole, refreshed, resolution_code, resolution_text,
    usual_type,
};
use crate::desk::query::{TextMatch, tokens};
use crate::desk::refusal::Refusal;
use crate::store::{Asker, Reader};
use crate::tui::inquiry::knowledge::typed;

/// So many open tickets like the one that is typed are offered.
const OPEN: usize = 3;

/// What help is wanted with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The ticket, where it is there already.
    pub on: Option<TicketId>,
    /// Its title as typed; empty is as the ticket has it.
    pub title: String,
    /// Its description, likewise.
    pub description: String,
}

/// A thing that may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An article.
    Article(ArticleId),
    /// A ticket.
    Ticket(TicketId, Number),
}

impl Thing {
    /// What people call it: `KB-9`, `INC-12`.
    #[must_use]
    pub fn number(self) -> String {
        match self {
            Thing::Article(id) => id.number(),
            Thing::Ticket(_, number) => number.to_string(),
        }
    }
}

/// Why something is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The ticket and it are linked.
    Linked(CitationRole),
    /// It is the runbook of the alert that the ticket names.
    Runbook,
    /// It is the known error of a problem to which the ticket is linked.
    KnownError(Number),
    /// It is an article about what the ticket's words are about.
    About,
    /// It was solved and reads alike.
    Solved,
    /// It is open and reads alike.
    Open,
}

impl Why {
    /// In a word or two, as it stands before it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Why::Linked(role) => role.asks(),
            Why::Runbook => "runbook",
            Why::KnownError(_) => "known error",
            Why::About => "see",
            Why::Solved => "solved",
            Why::Open => "like",
        }
    }
}

/// Something that may help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is.
    pub thing: Thing,
    /// Why it is offered.
    pub why: Why,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// What it says, in a line or two.
    pub gist: String,
    /// What can be put into a text: a fix, a workaround, a resolution.
    pub text: Option<String>,
    /// The code with which a ticket is resolved by it.
    pub code: Option<String>,
    /// For whom it is written.
    pub audience: Audience,
}

impl Offer {
    /// What people call it: `KB-9 VPN drops after sleep`.
    #[must_use]
    pub fn called(&self) -> String {
        format!("{} {}", self.thing.number(), self.title)
    }

    /// What should be known before a requester reads it: that it is for staff.
    #[must_use]
    pub fn is_for_staff(&self) -> Option<String> {
        let staff = self.audience == Audience::Staff && self.text.is_some();
        staff.then(|| format!("{} is for staff: the requester will read this", self.thing.number()))
    }

    /// The text with which a ticket is resolved by it.
    #[must_use]
    pub fn resolution(&self) -> String {
        match self.thing {
            Thing::Article(_) => resolution_text(&self.called(), self.text.as_deref()),
            Thing::Ticket(..) => self.text.clone().unwrap_or_default(),
        }
    }

    fn of_article(reader: &Reader, article: &Article, why: Why, gist: &str) -> Result<Offer, Refusal> {
        let text = reader.remedy_of(article)?;
        let first = text.as_deref().and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
        let said = [Some(article.summary.as_str()), Some(gist), first];
        let gist = said.into_iter().flatten().find(|said| !said.trim().is_empty()).unwrap_or_default().to_owned();
        Ok(Offer {
            thing: Thing::Article(article.id),
            why,
            title: article.title.clone(),
            state: article.state.clone(),
            gist,
            code: Some(resolution_code(&article.kind).to_owned()),
            text,
            audience: article.audience,
        })
    }
}

/// What may help; what is surest comes first.
pub(crate) fn offers(reader: &Reader, asker: &Asker, about: &About) -> Result<Vec<Offer>, Refusal> {
    let own = about.on.map(|id| reader.ticket(id)).transpose()?;
    let text = |typed: &str, own: Option<&String>| match own {
        Some(own) if typed.trim().is_empty() => own.clone(),
        _ => typed.to_owned(),
    };
    let title = text(&about.title, own.as_ref().map(|ticket| &ticket.title));
    let description = text(&about.description, own.as_ref().map(|ticket| &ticket.description));
    let tags = about.on.map(|id| reader.tags(id)).transpose()?.unwrap_or_default();
    let found = reader.suggest_tagged(&title, &description, &tags)?;
    let mut offers: Vec<Offer> = Vec::new();
    let mut articles: Vec<(ArticleId, Why, String)> = Vec::new();
    if let Some(id) = about.on {
        for cited in reader.articles_of(id)? {
            articles.push((cited.id, Why::Linked(cited.role.unwrap_or(CitationRole::Relates)), String::new()));
        }
    }
    articles.extend(found.runbook.map(|runbook| (runbook.id, Why::Runbook, String::new())));
    if let Some(id) = about.on {
        for known in reader.known_errors_of_problems(id)? {
            articles.extend(known.problem.map(|problem| (known.id, Why::KnownError(problem), String::new())));
        }
    }
    articles.extend(found.articles.into_iter().map(|hit| (hit.id, Why::About, hit.snippet.text)));
    for (id, why, gist) in articles {
        if !offers.iter().any(|known| known.thing == Thing::Article(id)) {
            offers.push(Offer::of_article(reader, &reader.article(id)?, why, &gist)?);
        }
    }
    for solved in found.tickets.into_iter().filter(|solved| Some(solved.id) != about.on) {
        let ticket = reader.ticket(solved.id)?;
        offers.push(Offer {
            thing: Thing::Ticket(solved.id, solved.number),
            why: Why::Solved,
            title: solved.title,
            state: ticket.state,
            gist: solved.resolution.as_deref().and_then(|text| text.lines().next()).unwrap_or_default().to_owned(),
            text: solved.resolution,
            code: ticket.resolution_code,
            audience: Audience::Everyone,
        });
    }
    let open = reader.open_alike(&title, asker, OPEN + 1)?.into_iter().filter(|ticket| Some(ticket.id) != about.on);
    for ticket in open.take(OPEN) {
        offers.push(Offer {
            thing: Thing::Ticket(ticket.id, ticket.number),
            why: Why::Open,
            title: ticket.title,
            state: ticket.state,
            gist: String::new(),
            text: None,
            code: None,
            audience: Audience::Everyone,
        });
    }
    Ok(offers)
}

/// The words of a text as a search takes them; words of one or two letters tell nothing unless `short`.
pub(crate) fn words(text: &str, short: bool) -> Option<Vec<TextMatch>> {
    let words: Vec<TextMatch> = tokens(text)
        .into_iter()
        .map(|token| token.to_string())
        .filter(|word| short || word.chars().count() > 2)
        .map(|text| TextMatch { text, prefix: true })
        .collect();
    (!words.is_empty()).then_some(words)
}

/// Articles by number or words; while nothing is typed, what is linked and offered for the ticket.
pub(crate) fn articles(
    reader: &Reader,
    asker: &Asker,
    typed: &str,
    on: Option<TicketId>,
) -> Result<Vec<Offer>, Refusal> {
    /// So many are offered.
    const FOUND: usize = 20;
    match on {
        Some(_) if typed.trim().is_empty() => {
            let all = offers(reader, asker, &About { on, ..About::default() })?;
            let cited = on.map(|id| reader.articles_of(id)).transpose()?.unwrap_or_default();
            let mut rows = Vec::new();
            for offer in all.into_iter().filter(|offer| offer.why != Why::Open) {
                // An article is linked in several ways; each can be taken away by itself.
                let other = cited.iter().filter(|one| offer.thing == Thing::Article(one.id));
                let others = other.filter_map(|one| one.role.map(Why::Linked)).filter(|why| *why != offer.why);
                let others: Vec<Offer> = others.map(|why| Offer { why, ..offer.clone() }).collect();
                rows.push(offer);
                rows.extend(others);
            }
            Ok(rows)
        }
        _ => {
            let found = reader.search_articles(typed, FOUND, asker.moment.now)?;
            let offer = |hit: crate::store::ArticleHit| {
                Offer::of_article(reader, &reader.article(hit.id)?, Why::About, &hit.snippet.text)
            };
            found.hits.into_iter().map(offer).collect()
        }
    }
}

/// What an article that is made from a ticket starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The ticket.
    pub from: TicketId,
    /// Its number.
    pub number: Number,
    /// What it is to the article.
    pub role: CitationRole,
    /// The article's fields, as they would be typed.
    pub fields: Vec<(ArticleField, String)>,
}

/// What an article made from a ticket starts with; a problem becomes its known error.
pub(crate) fn drawn(reader: &Reader, asker: &Asker, id: TicketId) -> Result<Drawn, Refusal> {
    let ticket = reader.ticket(id)?;
    let role = if ticket.kind() == Kind::Problem { CitationRole::KnownError } else { CitationRole::Origin };
    let content = reader.drawn(usual_type(ticket.kind()), Some(&ticket))?;
    let mut fields = Vec::new();
    for (field, values) in content {
        fields.push((field, typed(reader, &asker.moment, field, &values)?));
    }
    Ok(Drawn { from: id, number: ticket.number, role, fields })
}

/// How it stands with the known error of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownError {
    /// The problem does not say all that it takes.
    Lacks(Number, &'static str),
    /// It can be written.
    New(Drawn),
    /// It is there.
    Known {
        /// The article.
        article: ArticleTarget,
        /// What people call it.
        called: String,
        /// What it says.
        body: String,
        /// What it would say if it said what the problem says today; nothing where that is the same.
        refreshed: Option<String>,
        /// How many open incidents do not hold its workaround; nothing where it has none.
        untold: Option<usize>,
    },
}

/// How it stands with the known error of a problem.
pub(crate) fn known_error(reader: &Reader, asker: &Asker, of: TicketId) -> Result<KnownError, Refusal> {
    let problem = reader.ticket(of)?;
    if let Some(id) = reader.known_error_of(of)? {
        let article = reader.article(id)?;
        let refreshed = Some(refreshed(&article.body, &problem)).filter(|body| *body != article.body);
        return Ok(KnownError::Known {
            article: ArticleTarget { id, version: Some(article.version) },
            called: article.called(),
            untold: reader.untold(&article)?.map(|(tickets, _)| tickets.len()),
            body: article.body,
            refreshed,
        });
    }
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    Ok(match (blank(&problem.root_cause), blank(&problem.workaround)) {
        (true, _) => KnownError::Lacks(problem.number, "root cause"),
        (_, true) => KnownError::Lacks(problem.number, "workaround"),
        _ => KnownError::New(drawn(reader, asker, of)?),
    })
}

/// The known error among these articles, and those of these problems, that holds and that open incidents wait for; with how
/// many.
pub(crate) fn untold(
    reader: &Reader,
    articles: &[ArticleId],
    problems: &[Number],
) -> Result<Option<(ArticleId, String, usize)>, Refusal> {
    let mut all = articles.to_vec();
    for number in problems {
        all.extend(reader.known_error_of(reader.ticket_numbered(*number)?.id)?);
    }
    for id in all {
        let article = reader.article(id)?;
        if let Some((tickets, _)) = reader.untold(&article)?.filter(|(tickets, _)| !tickets.is_empty())
            && article.phase.is_live()
        {
            return Ok(Some((id, article.called(), tickets.len())));
        }
    }
    Ok(None)
}
