//! `kb new`, `kb edit`, `kb restore`: articles written and changed.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::form;
use crate::cli::ids;
use crate::cli::kb::words::{article, articles, content, parted};
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{
    Article, ArticleField, ArticleTarget, CitationRole, Content, KnowledgeCommand, usual_type,
};
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
    if let Some(title) = titles.first() {
        set.insert(ArticleField::Title, vec![Value::from(title.as_str())]);
    }
    set.extend(content(&mut desk, None, &pairs)?);
    let cite = origin.iter().map(|ticket| (ticket.id, CitationRole::Origin)).collect();
    let given = text(&args.file, !dashes.is_empty())?;
    let asked = given.is_none() && !set.contains_key(&ArticleField::Body) || titles.is_empty() && origin.is_none();
    let wants_editor = given.is_none() && (asked || std::io::stdin().is_terminal()) && std::io::stdin().is_terminal();
    if let Some(body) = given {
        set.insert(ArticleField::Body, vec![Value::from(body)]);
    }
    if !wants_editor {
        return write(&mut desk, set, cite);
    }
    let edited = form::edit("article", &blank(&set))?;
    let typed = typed(&mut desk, edited.text()).map_err(|failure| edited.kept(failure))?;
    set.extend(typed);
    if !set.get(&ArticleField::Title).is_some_and(|title| title.iter().any(Value::given)) {
        return Err(edited.kept(Failure::rule("no title, nothing was written")));
    }
    write(&mut desk, set, cite).map_err(|failure| edited.kept(failure))?;
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
    if let Some(body) = text(&args.file, from_stdin)? {
        let (_, pairs) = parted(&args.words);
        let mut set = content(&mut desk, Some(&now), &pairs)?;
        set.insert(ArticleField::Body, vec![Value::from(body)]);
        desk.execute(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }))?;
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("give what changes: field=value, --file FILE, or - to read the text from stdin"));
    }
    let edited = form::edit(&now.id.number(), &shown(&now))?;
    let typed = typed(&mut desk, edited.text()).map_err(|failure| edited.kept(failure))?;
    let set: Content = typed.into_iter().filter(|(field, values)| now.values(*field) != *values).collect();
    if set.is_empty() {
        edited.done();
        say("nothing was changed");
        return Ok(());
    }
    let done = desk.execute(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }));
    done.map_err(|failure| edited.kept(failure))?;
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
    match (file, from_stdin) {
        (Some(_), true) => Err(Failure::usage("the text comes from a file or from stdin, not from both")),
        (Some(file), false) => Ok(Some(read(file)?)),
        (None, true) => Ok(Some(ids::stdin()?)),
        (None, false) => Ok(None),
    }
}

fn read(file: &Path) -> Outcome<String> {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::Refused(Refusal::rule(format!("{} is no text in UTF-8", file.display()))))
}

/// The fields that the editor shows above the text.
const HEAD: [ArticleField; 3] = [ArticleField::Title, ArticleField::Summary, ArticleField::Tags];

fn blank(set: &Content) -> String {
    let line = |field: &ArticleField| {
        let values = set.get(field).cloned().unwrap_or_default();
        format!("{}: {}\n", field.name(), joined(&values))
    };
    let head: String = HEAD.iter().map(line).collect();
    let body = set.get(&ArticleField::Body).and_then(|values| values.first()?.text().map(str::to_owned));
    format!("{head}\n{}", body.unwrap_or_default())
}

fn shown(article: &Article) -> String {
    blank(&ArticleField::ALL.iter().map(|field| (*field, article.values(*field))).collect())
}

fn joined(values: &[Value]) -> String {
    values.iter().filter_map(Value::text).collect::<Vec<_>>().join(", ")
}

/// What was typed into the editor.
fn typed(desk: &mut Desk, text: &str) -> Outcome<Content> {
    let (head, _) = form::parse(text)?;
    let pairs: Vec<String> = head.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut set = content(desk, None, &pairs)?;
    // As it stands, blanks at its end included: what the form trims may be Markdown.
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    set.insert(ArticleField::Body, if body.trim().is_empty() { Vec::new() } else { vec![Value::from(body)] });
    Ok(set)
}
