//! The teller: turns a part of the cast into the deeds of a ticket's life.

use std::collections::BTreeMap;

use crate::desk::command::{Command, OpenTicket};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, TicketId};
use crate::desk::link::Relation;
use crate::exchange::demo::cast::Part;
use crate::exchange::demo::company::{Asker, Company, reference};
use crate::exchange::demo::deeds::{Deeds, When};
use crate::exchange::demo::hours::Hours;
use crate::exchange::demo::stage::{Stage, Step};
use crate::exchange::demo::words::Words;
use crate::exchange::demo::{incident, request, works};

/// What every life needs to know.
pub(super) struct Teller<'a> {
    pub(super) company: &'a Company,
    pub(super) askers: &'a [Asker],
    pub(super) stage: &'a Stage<'a>,
    pub(super) hours: &'a Hours,
    /// Scenes by name.
    pub(super) names: BTreeMap<&'a str, TicketId>,
}

/// One ticket's life while it is told.
pub(super) struct Life<'t, 's> {
    pub(super) teller: &'t Teller<'t>,
    pub(super) part: &'t Part<'s>,
    pub(super) words: Words,
    pub(super) requester: &'t Asker,
    /// Who solves it.
    pub(super) worker: String,
    /// Who took the call.
    pub(super) triage: String,
    pub(super) lead: String,
    pub(super) deeds: Deeds,
}

impl Teller<'_> {
    /// The steps of one ticket's life.
    pub(super) fn tell(&self, part: &Part, dice: &mut fastrand::Rng) -> Vec<Step> {
        let story = part.story;
        let named = story.from.as_deref().and_then(|login| self.askers.iter().find(|asker| asker.login == login));
        let Some(requester) = named.or_else(|| dice.choice(self.askers)) else { return Vec::new() };
        let words = Words::draw(dice, self.company, self.askers, requester, part.opened, &self.hours.moment);
        let me = self.stage.founder.login.as_str();
        let open = !matches!(part.ends, "closed" | "cancelled" | "with-parent");
        let mut team = self.company.members(&story.team);
        let mut desk = self.company.members("desk");
        if !open && story.team == "desk" {
            team.push(me);
        }
        if !open {
            desk.push(me);
        }
        let worker = if part.mine { me } else { dice.choice(&team).copied().unwrap_or(me) };
        let mut life = Life {
            teller: self,
            part,
            words,
            requester,
            worker: worker.to_owned(),
            triage: dice.choice(&desk).copied().unwrap_or(me).to_owned(),
            lead: self.company.lead(&story.team).to_owned(),
            deeds: Deeds::on(part.id),
        };
        match story.kind() {
            Kind::Incident => incident::live(&mut life, dice),
            Kind::Request => request::live(&mut life, dice),
            Kind::Problem => works::problem(&mut life),
            Kind::Change => works::change(&mut life, dice),
            Kind::Release => works::release(&mut life),
            Kind::Improvement => works::improvement(&mut life),
        }
        life.deeds.play(part.start, part.length, part.opened, self.hours, dice)
    }
}

impl Life<'_, '_> {
    pub(super) fn fill(&self, text: &str) -> Value {
        let text = self.words.fill(text);
        if text.is_empty() { Value::Null } else { Value::from(text) }
    }

    pub(super) fn text(&self, text: &str) -> String {
        self.words.fill(text)
    }

    pub(super) fn person(&self, login: &str) -> Value {
        reference(&self.teller.stage.people, login)
    }

    pub(super) fn team(&self, key: &str) -> Value {
        reference(&self.teller.stage.teams, key)
    }

    /// Title and words of the requester.
    pub(super) fn told(&self) -> Edit {
        let titles = &self.part.story.title;
        let title = titles.get(self.part.told % titles.len().max(1)).map_or("", String::as_str);
        Edit::from([
            (Field::Title, self.fill(title)),
            (Field::Description, self.fill(&self.part.story.text)),
            (Field::Requester, self.person(&self.requester.login)),
        ])
    }

    /// What the desk finds out: service, category, team, how bad it is and when it is due.
    pub(super) fn facts(&self, team: &str) -> Edit {
        let story = self.part.story;
        Edit::from([
            (Field::Category, reference(&self.teller.stage.categories, &story.category)),
            (Field::Service, reference(&self.teller.stage.services, &story.service)),
            (Field::Team, self.team(team)),
            (Field::Impact, Value::Int(story.impact)),
            (Field::Urgency, Value::Int(story.urgency)),
            (Field::Ci, self.fill(story.ci.first().map_or("", String::as_str))),
            (Field::Due, Value::Int(self.part.due.0)),
        ])
    }

    /// Opens the ticket, as the first deed.
    pub(super) fn open(&mut self, who: &str, set: Edit) {
        let story = self.part.story;
        let command = Command::Open(OpenTicket {
            kind: story.kind(),
            set,
            tags: story.tags.clone(),
            tasks: story.tasks.clone(),
            links: Vec::new(),
            created: None,
        });
        self.deeds.add(When::Soon(0), who, command);
    }

    /// Ticks all tasks: those of work done.
    pub(super) fn tick_all(&mut self) {
        let (who, tasks) = (self.worker.clone(), self.part.story.tasks.len());
        self.deeds.tick(&who, (1..).take(tasks));
    }

    /// Links that the story asks for, made by whoever leads the work; then the merge that ends it.
    pub(super) fn link(&mut self) {
        let (lead, story) = (self.lead.clone(), self.part.story);
        for (words, other) in &story.links {
            let (Some((relation, back)), Some(other)) = (Relation::named(words), self.teller.names.get(other.as_str()))
            else {
                continue;
            };
            let (from, to) = if back { (*other, self.part.id) } else { (self.part.id, *other) };
            self.deeds.add(When::Soon(3), &lead, Command::Link { from, relation, to });
        }
        if let Some(into) = story.merged.as_deref().and_then(|name| self.teller.names.get(name)) {
            self.deeds.add(When::Soon(5), &lead, Command::Merge { from: vec![self.part.id.into()], into: *into });
            self.deeds.because("Same thing, reported twice");
        }
    }

    /// Whoever looks at this desk watches it.
    pub(super) fn watch(&mut self) {
        let me = self.teller.stage.founder.login.clone();
        if let Some(person) = self.teller.stage.person(&me) {
            self.deeds.add(When::Soon(1), &me, Command::Watch { on: vec![self.part.id], person, watching: true });
        }
    }
}
