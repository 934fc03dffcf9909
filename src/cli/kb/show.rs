//! `kb show`: articles with all that belongs to them, as a text for people, JSON, or rows with all fields.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::Outcome;
use crate::cli::kb::words::articles;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output, right};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::cli::show::{pairs, paragraph, room, section};
use crate::desk::field::Value;
use crate::desk::id::{ArticleId, PersonId};
use crate::desk::knowledge::{Article, ArticleField};
use crate::desk::time::{Moment, Timestamp};
use crate::store::{ArticleFile, ArticleFlag, ArticleRow, Cited, CitedArticle, Reader};
use crate::text::{clean_line, clean_text, markdown};

/// What `kb show` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Articles
    #[arg(value_name = "ARTICLE", required = true)]
    ids: Vec<String>,
}

pub(super) fn run(globals: &Globals, args: &Show) -> Outcome {
    show(globals, &args.ids)
}

/// Shows the articles that these words name.
pub(in crate::cli) fn show(globals: &Globals, words: &[String]) -> Outcome {
    let desk = Desk::open(globals)?;
    let ids = articles(&desk, words)?;
    let reader = desk.read()?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Csv | Format::Tsv | Format::Ids => {
            let columns = ["number", "state", "edition"].into_iter().chain(ArticleField::ALL.iter().map(|f| f.name()));
            let mut rows = Rows::new(out, columns.map(Column::of).collect());
            for id in ids {
                rows.page(&[row(&reader, &reader.article(id)?, &desk.moment)?])?;
            }
            rows.finish()?;
            return Ok(());
        }
        Format::Json | Format::Jsonl => {
            let read = |id| Whole::read(&reader, id, desk.moment)?.json(&reader);
            let mut objects = ids.into_iter().map(read).collect::<Outcome<Vec<_>>>()?;
            match objects.as_slice() {
                [_] => out.json(&objects.remove(0))?,
                _ => out.jsons(objects)?,
            }
        }
        _ => {
            for (n, id) in ids.into_iter().enumerate() {
                if n > 0 {
                    writeln!(out)?;
                }
                Whole::read(&reader, id, desk.moment)?.print(&reader, &mut out)?;
            }
        }
    }
    Ok(out.finish()?)
}

/// What an article says: laid out for whoever looks at it on a terminal, as it is written for all others.
fn body(out: &mut Output, text: &str) -> Outcome {
    if !out.is_terminal() {
        writeln!(out, "{}", clean_text(text.trim_end()))?;
        return Ok(());
    }
    let mut document = markdown::read(text);
    document.colour();
    let columns = room(out);
    let links = markdown::link_lines(&document, columns);
    let gap = if links.is_empty() { None } else { Some(markdown::Line::new()) };
    for line in document.layout(columns).lines.iter().chain(&gap).chain(&links) {
        writeln!(out, "{}", out.inked(line))?;
    }
    Ok(())
}

/// An article with what hangs on it.
struct Whole {
    article: Article,
    row: ArticleRow,
    cited: Vec<Cited>,
    links: Vec<CitedArticle>,
    backlinks: Vec<CitedArticle>,
    files: Vec<ArticleFile>,
    flags: Vec<ArticleFlag>,
    moment: Moment,
}

impl Whole {
    fn read(reader: &Reader, id: ArticleId, moment: Moment) -> Outcome<Whole> {
        let article = reader.article(id)?;
        let (row, cited, flags) = (reader.article_row(id)?, reader.cited(id)?, reader.flags(id)?);
        let (links, backlinks) = (reader.links_of_article(&article)?, reader.backlinks(id)?);
        let files = reader.article_files(id)?;
        Ok(Whole { article, row, cited, links, backlinks, files, flags, moment })
    }

    fn print(&self, reader: &Reader, out: &mut Output) -> Outcome {
        let article = &self.article;
        let title = out.heading(&clean_line(&article.called()));
        writeln!(out, "{title}")?;
        let mut told = vec![("State", article.state.clone())];
        if article.edition > 0 {
            told.push(("Edition", article.edition.to_string()));
        }
        for field in ArticleField::ALL {
            let elsewhere =
                [ArticleField::Title, ArticleField::Summary, ArticleField::Body, ArticleField::Hash].contains(field);
            let text = text_of(reader, article, *field, &self.moment)?;
            if !elsewhere && !text.is_empty() {
                told.push((label(*field), clean_line(&text).into_owned()));
            }
        }
        told.push(("Written", person(reader, article.writer)?));
        if let Some(confirmed) = article.confirmed {
            told.push(("Confirmed", confirmed.local(self.moment.zone)));
        }
        let proof = self.row.proof;
        if proof.uses + proof.helped + proof.failed > 0 {
            told.push(("Helped", format!("{} yes, {} no", proof.helped, proof.failed)));
            told.push(("Used", format!("{} times", proof.uses)));
        }
        pairs(out, told)?;
        let room = room(out);
        if !article.summary.is_empty() {
            writeln!(out)?;
            paragraph(out, &article.summary, room, "")?;
        }
        writeln!(out)?;
        body(out, &article.body)?;
        for flag in self.flags.iter().filter(|flag| flag.settled.is_none()) {
            section(out, &format!("Flagged by {}, {}", person(reader, flag.person)?, flag.at.local(self.moment.zone)))?;
            paragraph(out, &flag.comment, room, "")?;
        }
        if !self.files.is_empty() {
            section(out, "Files")?;
            for (n, ArticleFile { file, .. }) in (1..).zip(&self.files) {
                let size = crate::exchange::file::size(file.size);
                writeln!(out, "{} {}  {size}", right(&n.to_string(), 2), clean_line(&file.name))?;
            }
        }
        if !self.cited.is_empty() {
            section(out, "Tickets")?;
            for cited in &self.cited {
                let (reads, title) = (cited.role.reads(), clean_line(&cited.title).into_owned());
                writeln!(out, "{reads} {} ({})  {title}", cited.number, cited.state)?;
            }
        }
        for (name, list) in [("Links to", &self.links), ("Linked from", &self.backlinks)] {
            if !list.is_empty() {
                section(out, name)?;
                for other in list {
                    writeln!(out, "{} ({})  {}", other.id.number(), other.state, clean_line(&other.title))?;
                }
            }
        }
        Ok(())
    }

    fn json(&self, reader: &Reader) -> Outcome<Json> {
        let article = &self.article;
        let time = |at: Option<Timestamp>| at.map_or(Json::Null, |at| at.rfc3339().into());
        let mut whole = json!({
            "number": article.id.number(), "state": article.state, "edition": article.edition,
            "created": article.created.rfc3339(), "updated": article.updated.rfc3339(),
        });
        if let Some(object) = whole.as_object_mut() {
            for field in ArticleField::ALL {
                object.insert(field.name().to_owned(), data(reader, article, *field)?);
            }
            object.insert(String::from("confirmed"), time(article.confirmed));
            object.insert(String::from("uses"), self.row.proof.uses.into());
            object.insert(String::from("helped"), self.row.proof.helped.into());
            object.insert(String::from("failed"), self.row.proof.failed.into());
            let cited = self.cited.iter().map(|one| json!({ "role": one.role.word(), "number": one.number, "title": one.title, "at": one.at.rfc3339() }));
            object.insert(String::from("tickets"), cited.collect());
            for (name, list) in [("links", &self.links), ("backlinks", &self.backlinks)] {
                let list = list.iter().map(|one| json!({ "number": one.id.number(), "title": one.title })).collect();
                object.insert(name.to_owned(), list);
            }
            let files = self.files.iter().map(|ArticleFile { file, .. }| {
                json!({ "at": file.at.rfc3339(), "name": file.name, "media": file.media, "size": file.size, "sha256": file.sha256 })
            });
            object.insert(String::from("files"), files.collect());
            let flags = self.flags.iter().map(|flag| -> Outcome<Json> {
                let who = reader_login(reader, flag.person)?;
                Ok(json!({ "at": flag.at.rfc3339(), "by": who, "comment": flag.comment, "settled": time(flag.settled), "answer": flag.answer }))
            });
            object.insert(String::from("flags"), flags.collect::<Outcome<Vec<Json>>>()?.into());
        }
        Ok(whole)
    }
}

fn row(reader: &Reader, article: &Article, moment: &Moment) -> Outcome<Row> {
    let number = article.id.number();
    let mut cells = vec![
        Cell::text(number.as_str()),
        Cell::text(article.state.as_str()),
        Cell::of(article.edition.to_string(), article.edition),
    ];
    for field in ArticleField::ALL {
        cells.push(Cell::of(text_of(reader, article, *field, moment)?, data(reader, article, *field)?));
    }
    Ok(Row { id: number, cells })
}

fn text_of(reader: &Reader, article: &Article, field: ArticleField, moment: &Moment) -> Outcome<String> {
    let shown = article
        .values(field)
        .iter()
        .map(|value| Ok(reader.shown_article(field, value, moment)?))
        .collect::<Outcome<Vec<_>>>()?;
    Ok(shown.join(", "))
}

/// A field for programs: keys and logins in place of references, times in UTC; lists as lists.
fn data(reader: &Reader, article: &Article, field: ArticleField) -> Outcome<Json> {
    let one = |value: &Value| -> Outcome<Json> {
        Ok(match (field, value) {
            (ArticleField::Owner, Value::Int(id)) => reader_login(reader, Some(PersonId(*id)))?.into(),
            (ArticleField::Category, Value::Int(id)) => reader.key_of("category", *id)?.into(),
            (ArticleField::Services, Value::Int(id)) => reader.key_of("service", *id)?.into(),
            (ArticleField::Cis, Value::Int(id)) => crate::desk::id::CiId(*id).number().into(),
            (ArticleField::Review | ArticleField::PublishAt, Value::Int(at)) => Timestamp(*at).rfc3339().into(),
            (_, value) => serde_json::to_value(value).unwrap_or(Json::Null),
        })
    };
    let values = article.values(field).iter().map(one).collect::<Outcome<Vec<Json>>>()?;
    Ok(if field.is_list() { values.into() } else { values.into_iter().next().unwrap_or(Json::Null) })
}

fn reader_login(reader: &Reader, id: Option<PersonId>) -> Outcome<Option<String>> {
    crate::cli::records::login(reader, id)
}

/// The name of a person.
pub(super) fn person(reader: &Reader, id: Option<PersonId>) -> Outcome<String> {
    let found = id.map(|id| reader.person(id)).transpose()?.flatten();
    Ok(found.map_or_else(|| String::from("?"), |person| clean_line(&person.name).into_owned()))
}

fn label(field: ArticleField) -> &'static str {
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
