//! `new`: opens a ticket and prints its number.

use std::io::{IsTerminal, Write};

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::edit::give_the_reason;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::form;
use crate::cli::ids::{self, Wanted};
use crate::cli::links::relation;
use crate::cli::open::Desk;
use crate::desk::command::{Command, OpenTicket};
use crate::desk::field::{Field, Value};
use crate::desk::id::{Kind, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::link::Relation;
use crate::desk::rules::{Template, fill, nearest};

/// What `new` takes.
#[derive(Debug, Args)]
pub(super) struct New {
    /// incident, request, problem, change, release or improvement; inc, req, prb, chg, rel, imp
    #[arg(value_parser = kind)]
    kind: Kind,
    /// - reads the description from stdin
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    stdin: Option<String>,
    /// What it is about, in one line
    #[arg(long, allow_hyphen_values = true)]
    title: Option<String>,
    /// A field
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = pair)]
    field: Vec<(String, String)>,
    /// A template of the desk
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// A tag
    #[arg(long)]
    tag: Vec<String>,
    /// What it is to another ticket: 'blocked by INC-3'
    #[arg(long, value_name = "RELATION ID")]
    link: Vec<String>,
    /// Resolve it at once with an article, KB-9: its fix becomes the resolution, and it counts as use
    #[arg(long, value_name = "ARTICLE")]
    solved_by: Option<String>,
}

fn kind(word: &str) -> Result<Kind, String> {
    Kind::named(word).ok_or_else(|| {
        let words = Kind::ALL.map(Kind::word);
        match nearest(word, words) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("kinds are {}", words.join(", ")),
        }
    })
}

fn pair(word: &str) -> Result<(String, String), String> {
    ids::pair(word)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| String::from("a field is given as name=value"))
}

pub(super) fn run(globals: &Globals, args: &New) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let template = args.template.as_ref().map(|name| template(&desk, name, args.kind)).transpose()?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut description = String::new();
    let mut tags: Vec<String> = args.tag.clone();
    let mut title = args.title.clone();
    if let Some(template) = &template {
        pairs.extend(template.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        description.clone_from(&template.description);
        tags.extend(template.tags.iter().cloned());
    }
    // A change remembers what it was opened from: its risk and its approval hang on that.
    if let (Kind::Change, Some(name)) = (args.kind, &args.template) {
        pairs.push((Field::Template.name().to_owned(), name.clone()));
    }
    pairs.extend(args.field.iter().cloned());
    if args.stdin.is_some() {
        description = ids::stdin()?;
    }
    if let Some(at) = pairs.iter().rposition(|(name, _)| name == "title") {
        title = title.or(Some(pairs.remove(at).1));
    }
    let started = template.as_ref().map(|template| template.title.clone()).unwrap_or_default();
    let edited = if title.is_none() && args.stdin.is_none() && std::io::stdin().is_terminal() {
        let edited = form::edit(args.kind.word(), &blank(args.kind, &started, &pairs, &description))?;
        let (typed, text) = form::parse(edited.text()).map_err(|failure| edited.kept(failure))?;
        (pairs, description) = (typed, text);
        title = pairs.iter().position(|(name, _)| name == "title").map(|at| pairs.remove(at).1);
        pairs.retain(|(_, value)| !value.is_empty());
        if title.as_deref().is_none_or(|title| title.trim().is_empty()) {
            return Err(edited.kept(Failure::rule("no title, nothing was opened")));
        }
        Some(edited)
    } else {
        None
    };
    let title = title.unwrap_or_else(|| started.trim_end_matches([':', ' ']).to_owned());
    if title.trim().is_empty() {
        return Err(Failure::usage("a title is needed: --title 'VPN down in Lyon'"));
    }
    let opened = open(&mut desk, globals, args, &title, &pairs, description, tags, template.as_ref());
    if let Some(edited) = edited {
        return opened.map_err(|failure| edited.kept(failure)).inspect(|()| edited.done());
    }
    opened
}

#[expect(clippy::too_many_arguments, reason = "each is a part of the ticket, gathered from another place")]
fn open(
    desk: &mut Desk,
    globals: &Globals,
    args: &New,
    title: &str,
    pairs: &[(String, String)],
    description: String,
    mut tags: Vec<String>,
    template: Option<&Template>,
) -> Outcome {
    let Wanted { mut set, tag, .. } = ids::wanted(desk, pairs)?;
    give_the_reason(&mut set, globals);
    let requester = match set.get(&Field::Requester).and_then(Value::int) {
        Some(id) => desk.read()?.person(crate::desk::id::PersonId(id))?.map(|person| person.name),
        None => desk.read()?.person_by_login(&desk.author.login)?.map(|person| person.name),
    };
    let filled = |text: &str| {
        fill(text, &|name| match name {
            "requester" => requester.clone(),
            "me" => Some(desk.author.login.clone()),
            "today" => Some(desk.moment.today().to_string()),
            _ => None,
        })
    };
    let from_template = template.is_some();
    set.insert(Field::Title, Value::from(if from_template { filled(title) } else { title.to_owned() }));
    if !description.trim().is_empty() {
        set.insert(Field::Description, Value::from(if from_template { filled(&description) } else { description }));
    }
    tags.extend(tag);
    let (there, back) = links(desk, &args.link)?;
    let tasks = template.map(|template| template.tasks.clone()).unwrap_or_default();
    let ticket = OpenTicket { kind: args.kind, set, tags, tasks, links: there, created: None };
    let command = match &args.solved_by {
        Some(word) => solved(desk, word, ticket)?,
        None => Command::Open(ticket),
    };
    let Some(receipt) = desk.execute(command)? else { return Ok(()) };
    if receipt.waits.is_some() {
        if !back.is_empty() {
            say("the links to it are not made: it gets its number when it is sent");
        }
        return Ok(());
    }
    if let Some(number) = receipt.tickets.first() {
        let id = desk.read()?.ticket_numbered(*number)?.id;
        let mut out = std::io::stdout();
        writeln!(out, "{number}")?;
        for (relation, from) in back {
            desk.execute(Command::Link { from, relation, to: id })?;
        }
    }
    Ok(())
}

/// Opens a ticket and resolves it with an article; what was given of a resolution belongs to the resolving.
fn solved(desk: &Desk, word: &str, mut open: OpenTicket) -> Outcome<Command> {
    let on = desk.read()?.find_article(word)?;
    let fields = [Field::ResolutionCode, Field::Resolution, Field::CauseCode];
    let resolve = fields.into_iter().filter_map(|field| open.set.remove_entry(&field)).collect();
    Ok(Command::Knowledge(KnowledgeCommand::Solve { on, open: Box::new(open), resolve }))
}

/// Links as given: those from the new ticket, and those that other tickets have to it.
#[expect(clippy::type_complexity, reason = "two lists of the same")]
fn links(desk: &Desk, given: &[String]) -> Outcome<(Vec<(Relation, TicketId)>, Vec<(Relation, TicketId)>)> {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for text in given {
        let (words, number) = text.trim().rsplit_once(' ').unwrap_or(("relates to", text));
        let (relation, reverse) = relation(words)?;
        let other = ids::ticket(desk, number)?.id;
        if reverse { &mut back } else { &mut there }.push((relation, other));
    }
    Ok((there, back))
}

fn template(desk: &Desk, name: &str, kind: Kind) -> Outcome<Template> {
    let reader = desk.read()?;
    let templates = &reader.rules().templates;
    let Some(template) = templates.get(name) else {
        return Err(Failure::not_found(match nearest(name, templates.keys().map(String::as_str)) {
            Some(near) => format!("there is no template '{name}'; did you mean '{near}'?"),
            None => format!(
                "there is no template '{name}'; there are {}",
                templates.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        }));
    };
    if template.kind != kind {
        return Err(Failure::rule(format!(
            "the template '{name}' is for {}: deskhand new {}",
            template.kind, template.kind
        )));
    }
    Ok(template.clone())
}

/// The form for a new ticket.
fn blank(kind: Kind, title: &str, pairs: &[(String, String)], description: &str) -> String {
    let mut text = format!("# A new {kind}. Give it a title; what stays empty is left to the desk.\ntitle: {title}\n");
    let usual = [Field::Requester, Field::Impact, Field::Urgency, Field::Service, Field::Category];
    for field in usual.into_iter().filter(|field| !pairs.iter().any(|(name, _)| name == field.name())) {
        text.push_str(&format!("{field}: \n"));
    }
    for (name, value) in pairs {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str("# Below the blank line: what happened, in any number of lines.\n\n");
    text.push_str(description);
    text
}
