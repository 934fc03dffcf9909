//! What a change or release has besides its fields: what it risks, who approves it, who works on it.

use std::io::Write;

use serde_json::{Value as Json, json};

use crate::cli::change::conflict;
use crate::cli::failure::Outcome;
use crate::cli::output::Output;
use crate::desk::change::Verdict;
use crate::desk::id::PersonId;
use crate::desk::refusal::told;
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::store::{self, Asker, Reader, Voted};
use crate::text::clean_line;

/// What belongs to a change or release and to no other ticket, as it is printed.
pub(in crate::cli) struct Planned {
    pub(super) of: store::Planned,
    /// What it would meet, in words and for programs.
    conflicts: Vec<(String, Json)>,
}

impl Planned {
    /// What a ticket has of it; nothing where it is neither.
    pub(in crate::cli) fn read(reader: &Reader, ticket: &Ticket, moment: &Moment) -> Outcome<Option<Planned>> {
        let Some(of) = reader.planned(ticket, moment)? else { return Ok(None) };
        let conflicts = match told(reader.conflicts_of(ticket, &Asker { me: None, moment: *moment }))? {
            Ok(met) => {
                let each =
                    met.iter().map(|one| Ok((conflict::told(reader, one, moment)?, conflict::json(reader, one)?)));
                each.collect::<Outcome<_>>()?
            }
            Err(why) => vec![(conflict::untold(&why), json!({ "cause": Json::Null, "text": conflict::untold(&why) }))],
        };
        Ok(Some(Planned { conflicts, of }))
    }

    /// Who works on it, and how its template has done; then risk and approvals, as sections of a text.
    pub(in crate::cli) fn print(&self, out: &mut Output, ticket: &Ticket, moment: &Moment) -> Outcome {
        if !self.of.implementers.is_empty() {
            let names: Vec<&str> = self.of.implementers.iter().map(|id| self.of.names.person(*id)).collect();
            writeln!(out, "\n{}  {}", out.heading("Worked on by"), clean_line(&names.join(", ")))?;
        }
        if let (Some(runs), Some(template)) = (self.of.runs, &ticket.template) {
            let record = match runs.percent() {
                Some(percent) => format!("{} runs, {percent} % well", runs.ended),
                None => String::from("no run has ended yet"),
            };
            writeln!(out, "\n{}  {}: {record}", out.heading("Template"), clean_line(template))?;
        }
        if self.of.reading.shares.iter().any(|share| share.answer.is_some()) {
            writeln!(out, "\n{}", out.heading("Risk"))?;
            self.print_risk(out)?;
        }
        if !self.conflicts.is_empty() {
            writeln!(out, "\n{}", out.heading("Conflicts"))?;
        }
        for (n, (text, _)) in (1..).zip(&self.conflicts) {
            writeln!(out, "{n:>2}. {}", clean_line(text))?;
        }
        self.print_approvals(out, moment)
    }

    /// Every answer with its share, and what they come to.
    pub(super) fn print_risk(&self, out: &mut Output) -> Outcome {
        for share in &self.of.reading.shares {
            let by = match &share.answer {
                None => "  not answered",
                Some(answer) if answer.by_hand => "",
                Some(_) => "  (found by the desk)",
            };
            let score = share.answer.as_ref().map_or_else(|| String::from("?"), |_| share.score.to_string());
            writeln!(out, "{:>3}  {:<12}  {}{by}", score, share.question, share.text)?;
        }
        let band = self.of.reading.band.as_deref().unwrap_or("not known before all is answered");
        writeln!(out, "{:>3}  together: {band}", self.of.reading.score)?;
        for rule in &self.of.reading.raised {
            writeln!(out, "     {rule}")?;
        }
        if let Some(shift) = &self.of.shift {
            writeln!(out, "     it {}; to take that over: change risk --again", shift.told())?;
        }
        Ok(())
    }

    /// Every step with what was said.
    pub(super) fn print_approvals(&self, out: &mut Output, moment: &Moment) -> Outcome {
        if self.of.steps.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", out.heading("Approval"))?;
        for step in &self.of.steps {
            let count = step.votes.len();
            writeln!(
                out,
                "{}. {} ({} of {count}): {}",
                step.step,
                clean_line(&step.name),
                step.need,
                step.state.word()
            )?;
            for vote in &step.votes {
                writeln!(out, "   {}", clean_line(&self.told(vote, moment)))?;
            }
        }
        Ok(())
    }

    fn told(&self, vote: &Voted, moment: &Moment) -> String {
        let who = self.of.names.person(vote.person);
        let at = vote.at.map_or_else(String::new, |at| format!(", {}", at.local(moment.zone)));
        let why = vote.comment.as_ref().map_or_else(String::new, |text| format!(": {text}"));
        match (vote.verdict, vote.heir) {
            (None, _) => format!("{who}: silent"),
            (Some(Verdict::Delegate), Some(heir)) => format!("{who} handed it to {}{at}", self.of.names.person(heir)),
            (Some(Verdict::Reject), _) => format!("{who} rejected{at}{why}"),
            (Some(_), _) => format!("{who} approved{at}{why}"),
        }
    }

    /// The same for programs.
    pub(in crate::cli) fn json(&self) -> Vec<(&'static str, Json)> {
        let login = |id: PersonId| Json::from(self.of.names.login(id));
        let steps = self.of.steps.iter().map(|step| {
            let votes = step.votes.iter().map(|vote| {
                json!({
                    "person": login(vote.person), "verdict": vote.verdict.map(Verdict::word),
                    "at": vote.at.map(|at| at.rfc3339()), "delegated_to": vote.heir.map(login), "comment": vote.comment,
                })
            });
            json!({
                "step": step.step, "round": step.round, "name": step.name, "need": step.need, "meeting": step.meeting,
                "state": step.state.word(), "opened": step.opened.map(|at| at.rfc3339()), "votes": votes.collect::<Vec<_>>(),
            })
        });
        vec![
            ("implementers", self.of.implementers.iter().map(|id| login(*id)).collect()),
            ("answers", self.answers()),
            ("raised", Json::from(self.of.reading.raised.clone())),
            ("conflicts", self.conflicts.iter().map(|(_, json)| json.clone()).collect()),
            ("approval", steps.collect()),
            (
                "runs",
                self.of.runs.map_or(
                    Json::Null,
                    |runs| json!({ "ended": runs.ended, "well": runs.well, "percent": runs.percent() }),
                ),
            ),
        ]
    }

    /// Every question with its answer and share.
    pub(super) fn answers(&self) -> Json {
        let shares = self.of.reading.shares.iter().map(|share| {
            json!({
                "question": share.question, "ask": share.ask, "answer": share.answer.as_ref().map(|answer| answer.value.clone()),
                "by_hand": share.answer.as_ref().map(|answer| answer.by_hand), "score": share.score,
            })
        });
        shares.collect()
    }
}
