//! An article with everything, as it is read: its fields in words, its text laid out, what hangs on it.

use std::sync::Arc;

use crate::desk::field::Value;
use crate::desk::id::{ArticleId, CiId};
use crate::desk::knowledge::{Article, ArticleField, CitationRole};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::{ArticleFile, ArticleFlag, ArticleRow, Asker, Cited, CitedArticle, Reader};
use crate::tui::inquiry::Given;
use crate::tui::inquiry::knowledge::Measure;
use crate::tui::prose::Prose;

/// So many of one kind of link are listed: all of those of an article that helped ten thousand times would be read by nobody.
pub const MOST: usize = 50;

/// An article with everything.
#[derive(Clone, Debug)]
pub struct Record {
    /// The article.
    pub article: Article,
    /// What readers made of it.
    pub row: ArticleRow,
    /// Its fields but the text, in their order.
    pub fields: Vec<Given>,
    /// Who last changed what it says.
    pub writer: String,
    /// What readers say is wrong with it and nobody settled: who, and what.
    pub flags: Vec<(String, ArticleFlag)>,
    /// The newest tickets that are linked to it, by what they are to it; and how many there are.
    pub cited: Vec<(CitationRole, Vec<Cited>, usize)>,
    /// Its files.
    pub files: Vec<ArticleFile>,
    /// The articles to which it links.
    pub links: Vec<CitedArticle>,
    /// Those that link to it.
    pub backlinks: Vec<CitedArticle>,
    /// The services and CIs that it is about.
    pub about: Vec<About>,
    /// Its text.
    pub prose: Arc<Prose>,
}

impl Record {
    /// The newest tickets that are linked to it.
    pub fn tickets(&self) -> impl Iterator<Item = &Cited> {
        self.cited.iter().flat_map(|(_, newest, _)| newest)
    }

    /// How many links it has, of all kinds.
    #[must_use]
    pub fn count_links(&self) -> usize {
        let tickets: usize = self.cited.iter().map(|(.., count)| count).sum();
        tickets + self.links.len() + self.backlinks.len() + self.about.len()
    }

    /// A field in words; empty where it is not given.
    #[must_use]
    pub fn text(&self, field: ArticleField) -> &str {
        let given = self.fields.iter().find(|one| one.name == field.name());
        given.map(|one| one.text.as_str()).unwrap_or_default()
    }
}

/// Something that an article is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A service: its key and name.
    Service(String, String),
    /// A CI and its name.
    Ci(CiId, String),
}

/// What a field is called on screens.
#[must_use]
pub fn label(field: ArticleField) -> &'static str {
    match field {
        ArticleField::Title => "Title",
        ArticleField::Summary => "Summary",
        ArticleField::Type => "Type",
        ArticleField::Category => "Category",
        ArticleField::Owner => "Owner",
        ArticleField::Audience => "For",
        ArticleField::Language => "Language",
        ArticleField::Tags => "Tags",
        ArticleField::Services => "Services",
        ArticleField::Cis => "CIs",
        ArticleField::Review => "Review",
        ArticleField::PublishAt => "Publish",
        ArticleField::Source => "Source",
        ArticleField::Hash => "Hash",
        ArticleField::Body => "Text",
    }
}

/// An article with everything, laid out.
pub(super) fn record(reader: &Reader, asker: &Asker, id: ArticleId, measure: &Measure) -> Result<Record, Refusal> {
    let article = reader.article(id)?;
    let name = |person| -> Result<String, Refusal> {
        let found = match person {
            Some(id) => reader.person(id)?,
            None => None,
        };
        Ok(found.map_or_else(|| String::from("?"), |one| one.name))
    };
    let mut flags = Vec::new();
    for flag in reader.flags(id)?.into_iter().filter(|flag| flag.settled.is_none()) {
        flags.push((name(flag.person)?, flag));
    }
    let services = reader.services()?;
    let mut about: Vec<About> = Vec::new();
    for id in &article.services {
        let found = services.iter().find(|service| service.id == *id);
        about.extend(found.map(|service| About::Service(service.key.clone(), service.name.clone())));
    }
    for id in &article.cis {
        about.push(About::Ci(*id, reader.ci_name(*id)?.unwrap_or_default()));
    }
    let mut cited = Vec::new();
    for role in CitationRole::ALL {
        let (newest, count) = reader.cited_as(id, role, MOST)?;
        cited.push((role, newest, count));
    }
    Ok(Record {
        row: reader.article_row(id)?,
        fields: given(reader, asker, &article)?,
        writer: name(article.writer)?,
        flags,
        cited,
        files: reader.article_files(id)?,
        links: reader.links_of_article(&article)?,
        backlinks: reader.backlinks(id)?,
        about,
        prose: Arc::new(Prose::read(&article.body, measure.width, &measure.sought)),
        article,
    })
}

fn given(reader: &Reader, asker: &Asker, article: &Article) -> Result<Vec<Given>, Refusal> {
    let own = |field: &&ArticleField| !matches!(field, ArticleField::Body | ArticleField::Hash);
    let each = ArticleField::ALL.iter().filter(own).map(|field| {
        let values = article.values(*field);
        let shown = values.iter().map(|value| shown(reader, asker, *field, value));
        Ok(Given {
            name: field.name().to_owned(),
            label: label(*field).to_owned(),
            text: shown.collect::<Result<Vec<_>, Refusal>>()?.join(", "),
            typed: typed(reader, &asker.moment, *field, &values)?,
            required: *field == ArticleField::Title,
            recommended: false,
        })
    });
    each.collect()
}

fn shown(reader: &Reader, asker: &Asker, field: ArticleField, value: &Value) -> Result<String, Refusal> {
    if field == ArticleField::Type {
        let kind = value.text().unwrap_or_default();
        let known = reader.rules().knowledge.types.iter().find(|one| one.name == kind);
        return Ok(known.map_or_else(|| kind.to_owned(), |one| one.label.clone()));
    }
    reader.shown_article(field, value, &asker.moment)
}

/// What a field holds as one would type it: keys and logins in place of names.
pub(crate) fn typed(
    reader: &Reader,
    moment: &Moment,
    field: ArticleField,
    values: &[Value],
) -> Result<String, Refusal> {
    let words = values.iter().map(|value| word(reader, moment, field, value));
    Ok(words.collect::<Result<Vec<_>, Refusal>>()?.join(", "))
}

fn word(reader: &Reader, moment: &Moment, field: ArticleField, value: &Value) -> Result<String, Refusal> {
    let key = |table: &str, id: i64| Ok::<_, Refusal>(reader.key_of(table, id)?.unwrap_or_else(|| id.to_string()));
    match (field, value.int()) {
        (ArticleField::Owner, Some(id)) => {
            Ok(reader.person(crate::desk::id::PersonId(id))?.map(|one| one.login).unwrap_or_default())
        }
        (ArticleField::Category, Some(id)) => key("category", id),
        (ArticleField::Services, Some(id)) => key("service", id),
        (ArticleField::Cis, Some(id)) => Ok(CiId(id).number()),
        (_, Some(_)) => reader.shown_article(field, value, moment),
        (_, None) => Ok(value.text().unwrap_or_default().to_owned()),
    }
}
