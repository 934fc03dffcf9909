//! `show`: a ticket with all that belongs to it, as a text for people or one JSON object.

use std::io::Write;

use crate::cli::args::Globals;
use crate::cli::change::Planned;
use crate::cli::ci::words::are_cis;
use crate::cli::columns::{self, TicketColumn};
use crate::cli::failure::Outcome;
use crate::cli::ids;
use crate::cli::kb::words::are_articles;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output, labelled, right};
use crate::cli::rows::Rows;
use crate::cli::work::origin;
use crate::desk::field::{Field, Shape, Value};
use crate::desk::id::{PersonId, TicketId};
use crate::desk::knowledge::CitationRole;
use crate::desk::time::Moment;
use crate::store::{Event, Names, Reader, Sheet, shown};
use crate::text::{clean_line, clean_text, width, wrap};
use clap::Args;

/// What `show` takes.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Tickets, or CIs or articles by their numbers
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// Texts, in the order in which people read them.
const TEXTS: [Field; 11] = [
    Field::Description,
    Field::PlanReason,
    Field::PlanImpact,
    Field::TestPlan,
    Field::BackoutPlan,
    Field::Communication,
    Field::Decision,
    Field::Resolution,
    Field::RootCause,
    Field::Workaround,
    Field::Lessons,
];

/// Text is wrapped to this where no terminal says how wide it is.
const USUAL_WIDTH: usize = 80;

pub(super) fn run(globals: &Globals, args: &Show) -> Outcome {
    if are_articles(&args.ids) {
        return crate::cli::kb::show::show(globals, &args.ids);
    }
    if are_cis(&args.ids) {
        return crate::cli::ci::show::show(globals, &args.ids);
    }
    let desk = Desk::open(globals)?;
    let tickets = ids::tickets(&desk, &args.ids)?;
    let reader = desk.read()?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Csv | Format::Tsv | Format::Ids => {
            let columns = TicketColumn::all();
            let mut rows = Rows::new(out, columns::headers(&columns));
            rows.page(&columns::rows(&reader, tickets, &columns, &desk.moment)?)?;
            rows.finish()?;
            return Ok(());
        }
        Format::Json | Format::Jsonl => {
            let read = |ticket: &crate::desk::ticket::Ticket| Ok(Whole::read(&reader, ticket.id, desk.moment)?.json());
            let mut objects = tickets.iter().map(read).collect::<Outcome<Vec<_>>>()?;
            match objects.as_slice() {
                [_] => out.json(&objects.remove(0))?,
                _ => out.jsons(objects)?,
            }
        }
        _ => {
            for (n, ticket) in tickets.iter().enumerate() {
                if n > 0 {
                    writeln!(out)?;
                }
                Whole::read(&reader, ticket.id, desk.moment)?.print(&mut out)?;
            }
        }
    }
    Ok(out.finish()?)
}

/// A ticket with its history and the names of everybody in either.
pub(super) struct Whole {
    pub(super) sheet: Sheet,
    pub(super) history: Vec<Event>,
    pub(super) names: Names,
    pub(super) planned: Option<Planned>,
    moment: Moment,
}

impl Whole {
    fn read(reader: &Reader, id: TicketId, moment: Moment) -> Outcome<Whole> {
        let sheet = reader.sheet(id)?;
        let history = reader.history(id)?;
        let now: Vec<(Field, Value)> = Field::ALL.iter().map(|field| (*field, sheet.ticket.value(*field))).collect();
        let people = sheet.entries.iter().filter_map(|entry| entry.author);
        let people =
            people.chain(sheet.worklog.iter().filter_map(|log| log.person)).chain(sheet.watchers.iter().copied());
        let people: Vec<(Field, Value)> = people.map(|id| (Field::Assignee, Value::Int(id.0))).collect();
        let changes = history.iter().flat_map(|event| &event.changes);
        let then = changes
            .filter_map(|change| Some((change.field?, change)))
            .flat_map(|(field, change)| [(field, &change.before), (field, &change.after)]);
        let names = reader.names(now.iter().chain(&people).map(|(field, value)| (*field, value)).chain(then))?;
        let planned = Planned::read(reader, &sheet.ticket, &moment)?;
        Ok(Whole { sheet, history, names, planned, moment })
    }

    fn field(&self, field: Field) -> String {
        let value = self.sheet.ticket.value(field);
        clean_line(&shown(field, &value, &self.names, &self.moment)).into_owned()
    }

    fn person(&self, id: Option<PersonId>) -> String {
        id.map_or_else(|| String::from("?"), |id| clean_line(self.names.person(id)).into_owned())
    }

    fn print(&self, out: &mut Output) -> Outcome {
        let room = room(out);
        let ticket = &self.sheet.ticket;
        let title = out.heading(&format!("{}  {}", ticket.number, clean_line(&ticket.title)));
        writeln!(out, "{title}")?;
        self.head(out)?;
        for field in TEXTS {
            let text = shown(field, &ticket.value(field), &self.names, &self.moment);
            if !text.trim().is_empty() {
                section(out, field.spec().label)?;
                paragraph(out, &text, room, "")?;
            }
        }
        self.belongings(out)?;
        if let Some(planned) = &self.planned {
            planned.print(out, ticket, &self.moment)?;
        }
        self.timeline(out, room)
    }

    /// The fields that hold something, in two columns.
    fn head(&self, out: &mut Output) -> Outcome {
        let ticket = &self.sheet.ticket;
        let mut told: Vec<(&str, String)> = Vec::new();
        for field in Field::ALL {
            let spec = field.spec();
            let told_elsewhere =
                matches!(field, Field::Title | Field::PriorityComputed | Field::PriorityReason | Field::RiskReason);
            if told_elsewhere || spec.shape == Shape::Text || !ticket.value(*field).given() {
                continue;
            }
            if *field == Field::Major && !ticket.major {
                continue;
            }
            let mut value = self.field(*field);
            if *field == Field::Priority && ticket.priority != ticket.priority_computed {
                let reason = ticket.priority_reason.as_deref().unwrap_or_default();
                value = format!("{value} (matrix {}: {})", ticket.priority_computed, clean_line(reason));
            }
            if *field == Field::Risk
                && let Some(reason) = &ticket.risk_reason
            {
                value = format!("{value} ({})", clean_line(reason));
            }
            told.push((spec.label, value));
        }
        if !self.sheet.tags.is_empty() {
            told.push(("Tags", clean_line(&self.sheet.tags.join(", ")).into_owned()));
        }
        pairs(out, told)
    }

    fn belongings(&self, out: &mut Output) -> Outcome {
        let sheet = &self.sheet;
        if !sheet.tasks.is_empty() {
            section(out, "Tasks")?;
            for task in &sheet.tasks {
                let mark = if task.done { "x" } else { " " };
                let from = origin(task).map_or_else(String::new, |from| format!("  ({from})"));
                let ended = task.ended.map_or_else(String::new, |at| format!("  {}", at.local(self.moment.zone)));
                let text = clean_line(&task.text);
                writeln!(out, "{} [{mark}] {text}{from}{ended}", right(&task.position.to_string(), 2))?;
            }
        }
        if !sheet.links.is_empty() {
            section(out, "Links")?;
            for link in &sheet.links {
                writeln!(out, "{} {} ({})  {}", link.name(), link.number, link.state, clean_line(&link.title))?;
            }
        }
        if !sheet.affected.is_empty() {
            section(out, "Affects")?;
            for ci in &sheet.affected {
                let why = ci.path.as_ref().map(|path| format!("  ({})", clean_line(path))).unwrap_or_default();
                writeln!(out, "{} {}{why}", right(&ci.id.number(), 8), clean_line(&ci.name))?;
            }
        }
        if !sheet.articles.is_empty() {
            section(out, "Knowledge")?;
            for article in &sheet.articles {
                let role = article.role.map_or("", CitationRole::asks);
                writeln!(out, "{role} {} ({})  {}", article.id.number(), article.state, clean_line(&article.title))?;
            }
        }
        if !sheet.attachments.is_empty() {
            section(out, "Files")?;
            for (n, file) in (1..).zip(&sheet.attachments) {
                let size = crate::exchange::file::size(file.size);
                writeln!(out, "{} {}  {size}", right(&n.to_string(), 2), clean_line(&file.name))?;
            }
        }
        if !sheet.worklog.is_empty() {
            let total: i64 = sheet.worklog.iter().map(|log| log.minutes).sum();
            writeln!(out, "\n{}  {}", out.heading("Time"), minutes(total))?;
        }
        if !sheet.watchers.is_empty() {
            let names: Vec<String> = sheet.watchers.iter().map(|id| self.person(Some(*id))).collect();
            writeln!(out, "\n{}  {}", out.heading("Watched by"), names.join(", "))?;
        }
        Ok(())
    }

    /// Notes, replies and changes in one, oldest first.
    fn timeline(&self, out: &mut Output, room: usize) -> Outcome {
        section(out, "Timeline")?;
        let mut entries = self.sheet.entries.iter().peekable();
        for event in &self.history {
            while let Some(entry) = entries.next_if(|entry| entry.at < event.at) {
                self.entry(out, entry, room)?;
            }
            self.event(out, event, room)?;
        }
        for entry in entries {
            self.entry(out, entry, room)?;
        }
        Ok(())
    }

    fn entry(&self, out: &mut Output, entry: &crate::store::Entry, room: usize) -> Outcome {
        let what = if entry.public { "replied" } else { "noted" };
        writeln!(out, "{}  {} {what}", entry.at.local(self.moment.zone), self.person(entry.author))?;
        paragraph(out, &entry.text, room, "    ")
    }

    fn event(&self, out: &mut Output, event: &Event, room: usize) -> Outcome {
        let opened = event.changes.iter().any(|change| change.field == Some(Field::Created));
        let told: Vec<String> = event
            .changes
            .iter()
            .filter(|change| !matches!(change.what.as_str(), "note" | "reply") && !opened)
            .map(|change| {
                let face = |value: &Value| match change.field {
                    Some(field) => crate::text::one_line(&shown(field, value, &self.names, &self.moment), 60, "…"),
                    None => crate::text::one_line(value.text().unwrap_or_default(), 60, "…"),
                };
                arrow(&change.what, &face(&change.before), &face(&change.after))
            })
            .collect();
        let reason = event.transaction.as_ref().and_then(|entry| entry.reason.as_deref());
        if told.is_empty() && !opened && reason.is_none() {
            return Ok(());
        }
        let who = clean_line(&event.author()).into_owned();
        let undo = event.transaction.as_ref().and_then(|entry| entry.undoes);
        let undo = undo.map_or_else(String::new, |seq| format!(" (undo of entry {seq})"));
        let deed = if opened { String::from("opened it") } else { told.join("; ") };
        let stamp = event.at.local(self.moment.zone);
        let lines = wrap(&clean_text(&format!("{who} {deed}{undo}")), room.saturating_sub(width(&stamp) + 2));
        for (n, line) in lines.iter().enumerate() {
            let begin = if n == 0 { stamp.as_str() } else { "" };
            writeln!(out, "{}  {}", crate::text::pad(begin, width(&stamp)), line.trim_end())?;
        }
        match reason {
            Some(reason) => paragraph(out, &format!("because: {reason}"), room, "    "),
            None => Ok(()),
        }
    }
}

/// `state new → assigned`, `+ tag vpn`, `- tag vpn`.
pub(super) fn arrow(what: &str, before: &str, after: &str) -> String {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => format!("{what} → {after}"),
        (_, true) => format!("{what} {before} → none"),
        _ => format!("{what} {before} → {after}"),
    }
}

/// Who did it, and who acted in that name.
pub(super) fn author(login: &str, via: Option<&str>) -> String {
    match via {
        Some(via) => format!("{login} (by {via})"),
        None => login.to_owned(),
    }
}

/// The columns that a text may take.
pub(super) fn room(out: &Output) -> usize {
    out.columns.unwrap_or(USUAL_WIDTH).clamp(40, 120)
}

/// Labels with their values, in two columns where they fit.
pub(super) fn pairs(out: &mut Output, pairs: Vec<(&str, String)>) -> Outcome {
    let label = pairs.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    let half = room(out) / 2;
    let mut pairs = pairs.into_iter().peekable();
    while let Some((name, value)) = pairs.next() {
        let left = labelled(name, label, &value);
        match pairs.next_if(|(_, value)| width(&left) + 2 <= half && label + 2 + width(value) <= half) {
            Some((name, value)) => writeln!(out, "{}{}", crate::text::pad(&left, half), labelled(name, label, &value))?,
            None => writeln!(out, "{left}")?,
        }
    }
    Ok(())
}

pub(super) fn section(out: &mut Output, label: &str) -> Outcome {
    let label = out.heading(label);
    Ok(writeln!(out, "\n{label}")?)
}

pub(super) fn paragraph(out: &mut Output, text: &str, room: usize, indent: &str) -> Outcome {
    let text = clean_text(text.trim_end());
    for line in wrap(&text, room.saturating_sub(indent.len())) {
        writeln!(out, "{}", format!("{indent}{line}").trim_end())?;
    }
    Ok(())
}

/// `1h 25m`.
fn minutes(total: i64) -> String {
    let (hours, rest) = (total.abs() / 60, total.abs() % 60);
    let sign = if total < 0 { "-" } else { "" };
    if hours == 0 { format!("{sign}{rest}m") } else { format!("{sign}{hours}h {rest}m") }
}
