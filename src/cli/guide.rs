//! `guide`, `completions`, `man`: what there is to know, printed from the tables that the program itself reads.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open;
use crate::cli::output::Output;
use crate::desk::cmdb::{self, CiIs, CiSort};
use crate::desk::field::{FIELDS, Origin, Shape};
use crate::desk::query::{self, Has, Is, SortField, Spelling};
use crate::desk::rules::nearest;
use crate::home::{Home, config};
use crate::text::pad;
use crate::tui::key::Keymap;
use crate::tui::setup;

/// What `guide` takes.
#[derive(Debug, Args)]
pub(super) struct Guide {
    /// What about
    topic: Option<String>,
}

/// What `completions` takes.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// What `man` takes.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write a page for every verb into this folder
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// A page of the guide.
struct Topic {
    name: &'static str,
    about: &'static str,
    text: fn() -> Outcome<String>,
}

macro_rules! page {
    ($name:literal) => {
        || Ok(String::from(include_str!(concat!("../../assets/guide/", $name, ".md"))))
    };
}

static TOPICS: &[Topic] = &[
    Topic { name: "start", about: "A desk in five minutes", text: page!("start") },
    Topic { name: "scripting", about: "Formats, exit codes, pipes", text: page!("scripting") },
    Topic { name: "sharing", about: "One desk, many machines: SSH, NFS, SMB", text: page!("sharing") },
    Topic { name: "changes", about: "Plans, risk, approval, the work, the CAB", text: page!("changes") },
    Topic { name: "cmdb", about: "CIs: what depends on what, audits, assets, licences", text: || Ok(cmdb()) },
    Topic { name: "knowledge", about: "Articles: writing, finding, using, known errors", text: page!("knowledge") },
    Topic { name: "keys", about: "Every key of the screens, as you bound it", text: keys },
    Topic {
        name: "config",
        about: "Your own settings: config.toml, commented",
        text: || Ok(config::DEFAULT.to_owned()),
    },
    Topic { name: "query", about: "Everything that can be asked", text: || Ok(asking()) },
    Topic { name: "fields", about: "The fields of a ticket", text: || Ok(fields()) },
    Topic { name: "commands", about: "Every verb with its options", text: || Ok(commands()) },
];

pub(super) fn guide(globals: &Globals, args: &Guide) -> Outcome {
    let mut out = Output::text(globals);
    match &args.topic {
        None => {
            for topic in TOPICS {
                writeln!(out, "{}  {}", pad(topic.name, 12), topic.about)?;
            }
        }
        Some(name) => {
            let topic = TOPICS.iter().find(|topic| topic.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
                let names = TOPICS.iter().map(|topic| topic.name);
                Failure::not_found(match nearest(name, names.clone()) {
                    Some(near) => format!("the guide has no topic '{name}'; did you mean '{near}'?"),
                    None => format!("the guide has no topic '{name}'; it has {}", names.collect::<Vec<_>>().join(", ")),
                })
            })?;
            out.write_all((topic.text)()?.as_bytes())?;
        }
    }
    Ok(out.finish()?)
}

fn keys() -> Outcome<String> {
    let keymap = match Home::find() {
        Some(home) => setup::keymap(&home.config).map_err(open::broken)?,
        None => Keymap::default(),
    };
    Ok(format!("# Keys\n\n{}", keymap.guide()))
}

fn asking() -> String {
    let mut text = String::from(
        "# Asking\n\nWords are searched for in titles, descriptions, notes and replies; terms are ANDed, - in front negates,\n\
         or and ( ) group. Commas mean any of: prio:1,2. Example:\n\n    \
         is:open team:net prio:1,2 due:<4h \"bgp flap\" -assignee:none sort:due,-updated\n\n",
    );
    for field in query::FIELDS {
        let names = field.spellings().collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "{}  {}\n{}  takes {}; {}",
            pad(&names, 24),
            field.help,
            pad("", 24),
            field.takes.words(),
            field.example
        );
    }
    for (title, words) in [
        ("is:", Is::ALL.iter().map(|word| word.spelling()).collect::<Vec<_>>()),
        ("has:", Has::ALL.iter().map(|word| word.spelling()).collect()),
        ("sort:", SortField::ALL.iter().map(|word| word.spelling()).collect()),
    ] {
        let _ = writeln!(text, "\n## {title}\n");
        for Spelling { word, help, .. } in words {
            let _ = writeln!(text, "{}  {help}", pad(word, 16));
        }
    }
    text
}

fn cmdb() -> String {
    let mut text = String::from(include_str!("../../assets/guide/cmdb.md"));
    text.push_str(
        "\n## Asking for CIs\n\nThe language is that of tickets. Words are searched for in names, serials, asset tags and addresses. Besides these,\n\
         each field of a class and each relation is asked for by its name: memory:<16000 expires:<90d runs_on:esx2 hosts:none.\n\n",
    );
    for (name, example, help) in cmdb::query::FIELDS {
        let _ = writeln!(text, "{}  {help}\n{}  {example}", pad(name, 12), pad("", 12));
    }
    for (title, words) in [
        ("is:", CiIs::ALL.iter().map(|word| word.spelling()).collect::<Vec<_>>()),
        ("sort:", CiSort::ALL.iter().map(|word| word.spelling()).collect()),
    ] {
        let _ = writeln!(text, "\n## {title}\n");
        for Spelling { word, help, .. } in words {
            let _ = writeln!(text, "{}  {help}", pad(word, 12));
        }
    }
    text
}

fn fields() -> String {
    let mut text = String::from("# The fields of a ticket\n\nAs `set ID field=value` and `--columns` take them.\n\n");
    for field in FIELDS {
        let takes = match field.shape {
            Shape::Line => "a line",
            Shape::Ci => "a name or number of a CI, none",
            Shape::Text => "text",
            Shape::Choice(_) => "a word of the desk's list in choices.toml",
            Shape::State => "a state; changed by: deskhand move",
            Shape::Level => "1 (highest) to 4",
            Shape::Priority => "P1 to P5",
            Shape::Person => "a login or name, me, none",
            Shape::Team | Shape::Service | Shape::Category => "a key or name, none",
            Shape::Time => "a date or time: 2026-11-30, fri 14:00, 2h, tomorrow",
            Shape::Flag => "yes or no",
            Shape::Number => "a whole number",
            Shape::Minutes => "a span: 90m, 1h30m",
        };
        let who = if field.origin == Origin::Desk { "set by the desk" } else { takes };
        let _ = writeln!(text, "{}  {}\n{}  {who}", pad(field.name, 18), field.help, pad("", 18));
    }
    text
}

/// The long help of every verb, one behind the other.
fn commands() -> String {
    let mut command = crate::cli::command();
    command.build();
    let mut text = String::new();
    describe(&mut command, &mut text);
    text
}

fn describe(command: &mut clap::Command, text: &mut String) {
    let title = command.get_bin_name().unwrap_or("deskhand").to_owned();
    let help = command.clone().term_width(100).render_long_help();
    let _ = writeln!(text, "# {title}\n\n{}\n", help.to_string().trim_end());
    // Help would tell everything once more.
    for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help" && !below.is_hide_set()) {
        describe(below, text);
    }
}

pub(super) fn completions(args: &Completions) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::command(), "deskhand", &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}

pub(super) fn man(args: &Man) -> Outcome {
    match &args.dir {
        Some(dir) => {
            std::fs::create_dir_all(dir).map_err(|error| Failure::file(dir, &error))?;
            clap_mangen::generate_to(crate::cli::command(), dir).map_err(|error| Failure::file(dir, &error))
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(crate::cli::command()).render(&mut page)?;
            Ok(std::io::stdout().write_all(&page)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_guide_has_its_topic() {
        for page in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/guide")).unwrap() {
            let name = page.unwrap().file_name().to_string_lossy().replace(".md", "");
            assert!(TOPICS.iter().any(|topic| topic.name == name), "{name}");
        }
    }

    #[test]
    fn generated_pages_name_every_field_and_verb() {
        assert!(query::FIELDS.iter().all(|field| asking().contains(field.example)));
        assert!(FIELDS.iter().all(|field| fields().contains(field.help)));
        assert!(
            crate::cli::command()
                .get_subcommands()
                .filter(|verb| !verb.is_hide_set())
                .all(|verb| commands().contains(&format!("# deskhand {}", verb.get_name())))
        );
    }
}
