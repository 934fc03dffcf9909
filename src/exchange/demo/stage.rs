//! The stage: deeds are carried out on the new desk, each in its author's name and at its own moment.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::desk::change::{ChangeCommand, StepState, Verdict};
use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::{Author, Command, Receipt, Request};
use crate::desk::id::{CommandId, Seq, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp};
use crate::exchange::demo::company::{Company, Ids};
use crate::store::{Asker, Reader, Store};

/// A command with its author and its moment.
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) who: String,
    pub(super) command: Command,
    pub(super) reason: Option<String>,
}

/// Whoever is asked to approve a change.
pub(super) const ASKED: &str = "asked";

pub(super) struct Stage<'a> {
    pub(super) store: &'a mut Store,
    pub(super) founder: Author,
    pub(super) people: Ids,
    pub(super) teams: Ids,
    pub(super) services: Ids,
    pub(super) categories: Ids,
    clock: Moment,
    pub(super) seed: u64,
    commands: u64,
}

impl<'a> Stage<'a> {
    pub(super) fn new(store: &'a mut Store, founder: &Author, start: Moment, seed: u64) -> Stage<'a> {
        Stage {
            store,
            founder: founder.clone(),
            people: BTreeMap::new(),
            teams: BTreeMap::new(),
            services: BTreeMap::new(),
            categories: BTreeMap::new(),
            clock: start,
            seed,
            commands: 0,
        }
    }

    /// Carries out one command, a second after the one before.
    pub(super) fn execute(
        &mut self,
        command: Command,
        author: &Author,
        reason: Option<String>,
    ) -> Result<Receipt, Refusal> {
        self.clock.now = self.clock.now.plus(1_000);
        let request = Request { id: self.next_id(), command, reason };
        self.store.execute(&request, author, &self.clock)
    }

    /// Changes the CMDB, in the founder's name.
    pub(super) fn cmdb(&mut self, command: CmdbCommand) -> Result<Receipt, Refusal> {
        let founder = self.founder.clone();
        self.execute(Command::Cmdb(command), &founder, None)
    }

    /// Plays all steps, oldest first. An undo whose entry is not named takes back the bulk edit before it.
    pub(super) fn play(
        &mut self,
        company: &Company,
        mut steps: Vec<Step>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(), Refusal> {
        steps.sort_by_key(|step| step.at);
        let all = steps.len();
        let mut bulk = Seq(0);
        for (done, mut step) in steps.into_iter().enumerate() {
            progress(done, all);
            if let Command::Undo { seq, .. } = &mut step.command {
                *seq = bulk;
            }
            let is_bulk = matches!(&step.command, Command::Edit { on, .. } if on.len() > 1);
            self.clock.now = step.at.plus(-1_000).max(self.clock.now);
            if let (ASKED, Command::Change(ChangeCommand::Vote { on, verdict, comment })) =
                (step.who.as_str(), &step.command)
            {
                for target in on {
                    self.ask(company, target.id, *verdict, comment.as_deref())?;
                }
                continue;
            }
            let author = company.author(&step.who, &self.founder);
            if let Command::Move { on, to, .. } = &step.command
                && matches!(to.as_str(), "approval" | "scheduled" | "go_no_go")
            {
                for target in on {
                    self.live_with(target.id, &author)?;
                }
            }
            let told = format!("{} by {} at {}", step.command.verb(), step.who, step.at);
            let receipt = self
                .execute(step.command, &author, step.reason)
                .map_err(|refusal| Refusal::Damaged(format!("the demo's {told} was refused: {refusal}")))?;
            if is_bulk {
                bulk = receipt.seq.unwrap_or(bulk);
            }
        }
        progress(all, all);
        Ok(())
    }

    /// Overrides what a change meets before it goes on.
    fn live_with(&mut self, on: TicketId, author: &Author) -> Result<(), Refusal> {
        let reader = self.store.read()?;
        let asker = Asker { me: self.person(&author.login), moment: self.clock };
        let met = reader.conflicts_of(&reader.ticket(on)?, &asker)?;
        drop(reader);
        let conflicts: Vec<String> =
            met.iter().filter(|conflict| conflict.is_open()).map(|conflict| conflict.identity()).collect();
        if conflicts.is_empty() {
            return Ok(());
        }
        let why = String::from("Agreed with who does the other; one waits for the other.");
        self.execute(Command::Change(ChangeCommand::Override { on, conflicts, why }), author, None).map(|_| ())
    }

    /// Lets those say what they think of a change who are asked and do not plan it: one rejects, or as many approve as it takes.
    fn ask(&mut self, company: &Company, id: TicketId, verdict: Verdict, comment: Option<&str>) -> Result<(), Refusal> {
        loop {
            let reader = self.store.read()?;
            let ticket = reader.ticket(id)?;
            let steps = reader.approval(id)?;
            let Some(step) = steps.iter().find(|step| step.state == StepState::Open) else { return Ok(()) };
            let plans = [ticket.requester, ticket.assignee, step.asker];
            let Some(person) = step.silent().find(|person| !plans.contains(&Some(*person))) else { return Ok(()) };
            let login = reader.person(person)?.map(|person| person.login).unwrap_or_default();
            drop(reader);
            let author = company.author(&login, &self.founder);
            let comment = comment.map(str::to_owned);
            let vote = ChangeCommand::Vote { on: vec![id.into()], verdict, comment };
            self.execute(Command::Change(vote), &author, None)?;
            self.clock.now = self.clock.now.plus(90_000);
        }
    }

    /// Keys and rows of a register.
    pub(super) fn ids(&self, ask: impl FnOnce(&Reader) -> Result<Ids, Refusal>) -> Result<Ids, Refusal> {
        ask(&self.store.read()?)
    }

    /// The same seed gives the same ids: a hash of the seed and a count.
    fn next_id(&mut self) -> CommandId {
        self.commands += 1;
        let hash = Sha256::digest(format!("deskhand demo {} {}", self.seed, self.commands));
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
        CommandId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}
