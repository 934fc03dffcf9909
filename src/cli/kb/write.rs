//! `kb new`, `kb edit`, `kb restore`: articles written and changed.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::form;
use crate::cli::ids;
use crate::cli::kb::page::{self, Page};
use crate::cli::kb::words::{article, articles, content, parted};
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, ArticleTarget, CitationRole, Content, KnowledgeCommand, usual_type};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;

/// What `kb new` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// Its title, and its fields: 'VPN drops after sleep' tags=vpn; - reads the text from stdin
    #[arg(value_name = "TITLE | FIELD=VALUE")]
    words: Vec<String>,
    /// Its type: how_to, fault, known_error, runbook, faq, policy, service, review
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Make it from a ticket: what happened, its cause and what helped
    #[arg(long, value_name = "ID")]
    from: Option<String>,
    /// The text, in Markdown
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// What `kb edit` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// The article, and what to change: KB-9 tags+=vpn review=2027-01-31; - reads the text from stdin
    #[arg(value_name = "ARTICLE | FIELD=VALUE", required = true)]
    words: Vec<String>,
    /// The text, in Markdown
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// What `kb restore` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Restore {
    /// The article
    id: String,
    /// The number of the edition: kb editions
    edition: i64,
}

pub(super) fn new(globals: &Globals, args: &New) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (words, pairs) = parted(&args.words);
    let (dashes, titles): (Vec<String>, Vec<String>) = words.into_iter().partition(|word| word == "-");
    if titles.len() > 1 {
        return Err(Failure::usage("an article has one title; put it in quotes"));
    }
    let origin = args.from.as_deref().map(|word| ids::ticket(&desk, word)).transpose()?;
    let reader = desk.read()?;
    let usual = usual_type(origin.as_ref().map_or(crate::desk::id::Kind::Request, Ticket::kind));
    let mut set = reader.drawn(args.kind.as_deref().unwrap_or(usual), origin.as_ref())?;
    drop(reader);
    let given = text(&args.file, !dashes.is_empty())?.map(|text| page::read(&mut desk, &text)).transpose()?;
    let wants_editor = given.is_none() && std::io::stdin().is_terminal();
    if let Some(page) = given {
        set.extend(page.set.into_iter().filter(|(field, _)| *field != ArticleField::Type || args.kind.is_none()));
    }
    if let Some(title) = titles.first() {
        set.insert(ArticleField::Title, vec![Value::from(title.as_str())]);
    }
    set.extend(content(&mut desk, None, &pairs)?);
    let cite = origin.iter().map(|ticket| (ticket.id, CitationRole::Origin)).collect();
    if !wants_editor {
        return write(&mut desk, set, cite);
    }
    let edited = form::edit("article", &page::blank(&set))?;
    let go_on = "deskhand kb new --file";
    let typed = page::typed(&mut desk, edited.text()).map_err(|failure| edited.kept_for(failure, go_on))?;
    set.extend(typed.set);
    if !set.get(&ArticleField::Title).is_some_and(|title| title.iter().any(Value::given)) {
        return Err(edited.kept_for(Failure::rule("no title, nothing was written"), go_on));
    }
    write(&mut desk, set, cite).map_err(|failure| edited.kept_for(failure, go_on))?;
    edited.done();
    Ok(())
}

fn write(desk: &mut Desk, set: Content, cite: Vec<(crate::desk::id::TicketId, CitationRole)>) -> Outcome {
    let receipt = desk.execute(Command::Knowledge(KnowledgeCommand::Write { set, cite }))?;
    for id in receipt.iter().flat_map(|receipt| &receipt.articles).take(1) {
        println!("{}", id.number());
    }
    Ok(())
}

pub(super) fn edit(globals: &Globals, args: &Edit) -> Outcome {
    let (words, _) = parted(&args.words);
    let from_stdin = words.iter().any(|word| word == "-") && words.len() > 1;
    if args.file.is_none() && !from_stdin && words.len() < args.words.len() {
        return set_words(globals, &args.words);
    }
    let mut desk = Desk::open(globals)?;
    let named: Vec<String> = words.into_iter().filter(|word| !(from_stdin && word == "-")).collect();
    let [word] = named.as_slice() else {
        return Err(Failure::usage("the text of one article at a time"));
    };
    let now = article(&desk, word)?;
    let on = ArticleTarget { id: now.id, version: Some(now.version) };
    if let Some(text) = text(&args.file, from_stdin)? {
        let (_, pairs) = parted(&args.words);
        let Page { mut set, version } = page::read(&mut desk, &text)?;
        // What was begun from an older version is merged with what others did since.
        let on = ArticleTarget { version: version.or(on.version), ..on };
        set.retain(|field, values| *field == ArticleField::Body || now.values(*field) != *values);
        set.extend(content(&mut desk, Some(&now), &pairs)?);
        desk.execute(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }))?;
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("give what changes: field=value, --file FILE, or - to read the text from stdin"));
    }
    let edited = form::edit(&now.id.number(), &page::shown(&now))?;
    let go_on = format!("deskhand kb edit {} --file", now.id.number());
    let typed = page::typed(&mut desk, edited.text()).map_err(|failure| edited.kept_for(failure, &go_on))?;
    let set: Content = typed.set.into_iter().filter(|(field, values)| now.values(*field) != *values).collect();
    if set.is_empty() {
        edited.done();
        say("nothing was changed");
        return Ok(());
    }
    let done = desk.execute(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }));
    done.map_err(|failure| edited.kept_for(failure, &go_on))?;
    edited.done();
    Ok(())
}

/// Changes the articles that some of the words name by what the others give.
pub(in crate::cli) fn set_words(globals: &Globals, words: &[String]) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (named, pairs) = parted(words);
    if pairs.is_empty() {
        return Err(Failure::usage("nothing to set; give field=value, tags+=value or tags-=value"));
    }
    let mut all = Vec::new();
    for id in articles(&desk, &named)? {
        let now = desk.read()?.article(id)?;
        let set = content(&mut desk, Some(&now), &pairs)?;
        let on = ArticleTarget { id, version: Some(now.version) };
        all.push(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }));
    }
    let command = match all.len() {
        1 => all.remove(0),
        _ => Command::Each(all),
    };
    desk.execute(command)?;
    Ok(())
}

pub(super) fn restore(globals: &Globals, args: &Restore) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let id: ArticleId = desk.read()?.find_article(&args.id)?;
    let command = KnowledgeCommand::Restore { on: id.into(), edition: args.edition };
    desk.execute(Command::Knowledge(command))?;
    Ok(())
}

/// The text from a file or stdin, where one was given.
fn text(file: &Option<PathBuf>, from_stdin: bool) -> Outcome<Option<String>> {
    let text = match (file, from_stdin) {
        (Some(_), true) => return Err(Failure::usage("the text comes from a file or from stdin, not from both")),
        (Some(file), false) => read(file)?,
        (None, true) => ids::stdin()?,
        (None, false) => return Ok(None),
    };
    // A command before it that failed gives nothing, and means nothing.
    match text.trim().is_empty() {
        true => Err(Failure::rule("the text is empty, nothing was written; body=none leaves an article without one")),
        false => Ok(Some(text)),
    }
}

fn read(file: &Path) -> Outcome<String> {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::Refused(Refusal::rule(format!("{} is no text in UTF-8", file.display()))))
}
