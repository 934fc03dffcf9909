//! A plan in the making: the tickets it works on, the rows it will write, the ids it gives out.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::desk::change::span::check_planned;
use crate::desk::cmdb::Ci;
use crate::desk::command::{Author, Target};
use crate::desk::edit::{Situation, check, disputes, settle_priority};
use crate::desk::field::{Edit, Field, Shape, Value};
use crate::desk::id::{ArticleId, CiId, Kind, Number, PersonId, Seq, TicketId};
use crate::desk::knowledge::Article;
use crate::desk::people::{Deed, Roles};
use crate::desk::priority::Criticality;
use crate::desk::refusal::{Conflict, Refusal};
use crate::desk::rules::{Rules, Template};
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::desk::workflow::{Mover, Step, Trigger};
use crate::store::batch::{Batch, Row, Table, Write, row};
use crate::store::plan::Plan;
use crate::store::plan::change::{replan, tell_new};
use crate::store::plan::drawn::Drawn;
use crate::store::reader::Reader;

pub(crate) struct Draft<'a, 'r> {
    pub(crate) reader: &'a Reader<'r>,
    pub(crate) moment: Moment,
    pub(crate) roles: Roles,
    pub(crate) login: String,
    me: PersonId,
    /// The row of an author whom the desk did not know yet.
    newcomer: Option<Row>,
    pub(super) seq: Seq,
    pub(crate) batch: Batch,
    pub(crate) notices: Vec<String>,
    tickets: Drawn<TicketId, Ticket>,
    pub(super) cis: Drawn<CiId, Ci>,
    /// Relations that this plan makes: from, type, to.
    pub(super) related: BTreeSet<(CiId, String, CiId)>,
    pub(super) articles: Drawn<ArticleId, Article>,
}

impl<'a, 'r> Draft<'a, 'r> {
    pub(crate) fn begin(reader: &'a Reader<'r>, author: &Author, moment: &Moment) -> Result<Self, Refusal> {
        let mut draft = Draft {
            reader,
            moment: *moment,
            roles: Roles::default(),
            login: author.login.to_lowercase(),
            me: PersonId(0),
            newcomer: None,
            seq: crate::store::apply::next_seq(reader.conn).map_err(|error| reader.explain(&error))?,
            batch: Batch::default(),
            notices: Vec::new(),
            tickets: Drawn::default(),
            cis: Drawn::default(),
            related: BTreeSet::new(),
            articles: Drawn::default(),
        };
        if let Some(via) = &author.via {
            match reader.person_by_login(via)? {
                Some(person) if person.active => person.roles.may(Deed::ActForOthers)?,
                _ => return Err(Refusal::rule(format!("{via} is not active on this desk and can't act for others"))),
            }
        }
        match reader.person_by_login(&author.login)? {
            Some(person) if !person.active => {
                return Err(Refusal::rule(format!("{} is no longer active on this desk", person.login)));
            }
            Some(person) => {
                draft.roles = person.roles;
                draft.me = person.id;
            }
            None if author.via.is_some() => {
                return Err(Refusal::not_found(format!("there is no person '{}'", author.login)));
            }
            None => {
                draft.roles = Roles::of(&[reader.rules().settings.newcomers]);
                draft.me = PersonId(draft.new_id(Table::Person)?);
                draft.newcomer = Some(row! {
                    "login": draft.login.as_str(), "name": draft.login.as_str(), "roles": draft.roles.to_string(), "active": 1,
                });
            }
        }
        Ok(draft)
    }

    /// The author's row, made with this command if the desk did not know them.
    pub(crate) fn me(&self) -> PersonId {
        self.me
    }

    pub(crate) fn rules(&self) -> &'a Rules {
        self.reader.rules()
    }

    /// Demands that the author may do something.
    pub(crate) fn may(&self, deed: Deed) -> Result<(), Refusal> {
        self.roles.may(deed)
    }

    /// A row id that was never given before.
    pub(crate) fn new_id(&mut self, table: Table) -> Result<i64, Refusal> {
        self.count(table.name())
    }

    /// A number that was never given before.
    pub(crate) fn new_number(&mut self, kind: Kind) -> Result<Number, Refusal> {
        Ok(Number { kind, n: self.count(kind.prefix())? })
    }

    /// Makes sure that numbers of a kind go on behind `n`.
    pub(crate) fn reserve_number(&mut self, number: Number) -> Result<(), Refusal> {
        let last = self.count(number.kind.prefix())?;
        self.batch.counters.insert(number.kind.prefix().to_owned(), (last - 1).max(number.n));
        Ok(())
    }

    fn count(&mut self, name: &str) -> Result<i64, Refusal> {
        let last = match self.batch.counters.get(name) {
            Some(last) => *last,
            None => self.reader.one("SELECT last FROM counter WHERE name = ?1", [name], |row| row.get(0))?.unwrap_or(0),
        };
        let next = last.checked_add(1).ok_or_else(|| Refusal::rule(format!("no number is left for another {name}")))?;
        self.batch.counters.insert(name.to_owned(), next);
        Ok(next)
    }

    /// Plans a new row and gives its id.
    pub(crate) fn insert(&mut self, table: Table, row: Row) -> Result<i64, Refusal> {
        let id = self.new_id(table)?;
        self.batch.writes.push(Write::Insert { table, id, row });
        Ok(id)
    }

    pub(crate) fn update(&mut self, table: Table, id: i64, row: Row) {
        self.batch.writes.push(Write::Update { table, id, row });
    }

    pub(crate) fn delete(&mut self, table: Table, id: i64) {
        self.batch.writes.push(Write::Delete { table, id });
    }

    /// A ticket as this plan has made it so far.
    pub(crate) fn ticket(&mut self, id: TicketId) -> Result<Ticket, Refusal> {
        self.tickets.get(id, || self.reader.ticket(id))
    }

    /// Notes that the plan changes a ticket or rows of its own.
    pub(crate) fn touch(&mut self, id: TicketId) -> Result<(), Refusal> {
        self.ticket(id)?;
        self.tickets.touch(id);
        Ok(())
    }

    /// Adds a ticket that did not exist.
    pub(crate) fn add(&mut self, ticket: Ticket) {
        self.tickets.add(ticket.id, ticket);
    }

    /// Puts values into a ticket's fields without asking any rule.
    pub(crate) fn put(&mut self, id: TicketId, edit: &Edit) -> Result<(), Refusal> {
        let mut ticket = self.ticket(id)?;
        let kind = ticket.kind();
        let phase = match edit.get(&Field::State).and_then(Value::text) {
            Some(state) => Some(self.rules().workflow(kind).map_err(Refusal::Damaged)?.phase(state)),
            None => None,
        };
        ticket.put_all(edit);
        ticket.phase = phase.unwrap_or(ticket.phase);
        self.tickets.put(id, ticket);
        Ok(())
    }

    /// What is left to do of a wanted edit after what others did since the version that the author saw: fields that the author
    /// left as they were are not put back.
    ///
    /// Refuses what two people changed differently.
    pub(crate) fn merged(&mut self, target: Target, wanted: &Edit) -> Result<Edit, Refusal> {
        let ticket = self.ticket(target.id)?;
        let Some(version) = target.version.filter(|version| *version < ticket.version) else {
            return Ok(wanted.clone());
        };
        let since = self.reader.changed_since(target.id, version)?;
        let fields = disputes(&ticket, &since, wanted);
        if fields.is_empty() {
            let left = wanted.iter().filter(|(field, value)| since.get(field) != Some(value));
            return Ok(left.map(|(field, value)| (*field, value.clone())).collect());
        }
        // Whoever changed what is in dispute, not who wrote a note since.
        let disputed = |column: &str| fields.iter().any(|field| field.field == column);
        let changes = self.reader.changes_of_ticket(target.id, version)?;
        let last = changes.iter().rfind(|change| {
            change.table == Table::Ticket.name() && change.columns().any(|(column, ..)| disputed(column))
        });
        let theirs = last.map_or(ticket.version, |change| change.seq);
        let author = self.reader.transaction(theirs)?.author;
        Err(Refusal::Conflict(Box::new(Conflict {
            what: ticket.number.to_string(),
            theirs,
            author,
            fields,
            row: None,
        })))
    }

    /// Does something that may be refused: then the plan is as it was before. A desk that can't be read is no such refusal.
    pub(crate) fn attempt(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<Result<(), Refusal>, Refusal> {
        let (tickets, notices) = (self.tickets.clone(), self.notices.clone());
        let (writes, counters) = (self.batch.writes.len(), self.batch.counters.clone());
        let (cis, related, articles) = (self.cis.clone(), self.related.clone(), self.articles.clone());
        match act(self) {
            Ok(()) => Ok(Ok(())),
            Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => Err(refusal),
            Err(refusal) => {
                (self.tickets, self.notices) = (tickets, notices);
                (self.cis, self.related, self.articles) = (cis, related, articles);
                self.batch.writes.truncate(writes);
                self.batch.counters = counters;
                Ok(Err(refusal))
            }
        }
    }

    /// Edits a ticket's fields by the rules: checked, references known, priority settled, work begun when it is assigned.
    pub(crate) fn edit(&mut self, id: TicketId, given: &Edit) -> Result<(), Refusal> {
        let ticket = self.ticket(id)?;
        if self.tickets.is_new(id) == Some(false) {
            self.may(Deed::WorkTickets)?;
        }
        let given = self.with_me(given);
        let given = &self.with_ci(given)?;
        self.known(given)?;
        self.keep_needed(&ticket, given)?;
        let mut after = ticket.clone();
        after.put_all(given);
        let criticality = self.criticality(&after)?;
        let roles = self.roles.clone();
        let situation = Situation { rules: self.rules(), roles: &roles, criticality };
        let checked = check(&ticket, given, &situation)?;
        check_planned(&ticket, &after, &checked, self.moment.zone)?;
        let mut settled = settle_priority(&ticket, &checked, &situation)?;
        // The risk of a change follows from more than the edit; what somebody gave is looked at there.
        settled.retain(|field, _| !matches!(field, Field::Risk | Field::RiskReason));
        self.put(id, &settled)?;
        self.keep_template(id, &ticket, given)?;
        replan(self, id, &ticket, &checked)?;
        let assigned = |t: &Ticket| t.assignee.is_some() || t.team.is_some();
        if assigned(&self.ticket(id)?) && [Field::Assignee, Field::Team].iter().any(|field| given.contains_key(field)) {
            self.trigger(id, Trigger::Assigned)?;
        }
        Ok(())
    }

    /// A change stays what it was opened from, and is a standard one only if its template is.
    fn keep_template(&mut self, id: TicketId, before: &Ticket, given: &Edit) -> Result<(), Refusal> {
        let is_new = self.tickets.is_new(id) == Some(true);
        let now = self.ticket(id)?;
        if !is_new && now.template != before.template {
            return Err(Refusal::rule(format!("{}: a template is given when a change is opened", now.number)));
        }
        let template = now.template.as_ref().and_then(|name| self.rules().templates.get(name));
        let standard = now.change_type.as_deref() == Some("standard");
        if standard && given.contains_key(&Field::ChangeType) && !template.is_some_and(Template::is_standard) {
            let all = &self.rules().templates;
            let names: Vec<&str> =
                all.iter().filter(|(_, template)| template.is_standard()).map(|(name, _)| name.as_str()).collect();
            return Err(Refusal::rule(format!(
                "{}: a standard change follows a template that was approved for it: deskhand new change --template {}",
                now.number,
                names.join("|")
            )));
        }
        Ok(())
    }

    /// Makes the transition that happens by itself, if the workflow has one here.
    pub(crate) fn trigger(&mut self, id: TicketId, trigger: Trigger) -> Result<(), Refusal> {
        let ticket = self.ticket(id)?;
        let workflow = self.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
        if let Some(transition) = workflow.triggered(&ticket, trigger) {
            let step = Step { to: &transition.to, given: &Edit::new(), obstacles: &[], by: Mover::Itself };
            // The workflow acts here, not the author: what they may do was asked already.
            let roles = Roles::of(&[crate::desk::people::Role::Admin]);
            let edit = crate::desk::workflow::advance(workflow, &ticket, &step, &roles, self.moment.now)?;
            self.put(id, &edit)?;
        }
        Ok(())
    }

    /// What a state demanded can't be emptied while the ticket is in it.
    fn keep_needed(&self, ticket: &Ticket, given: &Edit) -> Result<(), Refusal> {
        let workflow = self.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
        let needed = |field: &Field| {
            workflow.transition.iter().any(|transition| {
                transition.to == ticket.state && transition.needs.iter().any(|need| need == field.name())
            })
        };
        match given.iter().find(|(field, value)| !value.given() && ticket.value(**field).given() && needed(field)) {
            Some((field, _)) => Err(Refusal::rule(format!(
                "{} is {}: {field} can be changed, not emptied; move it to another state first",
                ticket.number, ticket.state
            ))),
            None => Ok(()),
        }
    }

    /// `me` is a row id only now: the author's row may come with this very command.
    fn with_me(&self, given: &Edit) -> Edit {
        let mine = |field: &Field, value: &Value| field.shape() == Shape::Person && value.text() == Some("me");
        given
            .iter()
            .map(|(field, value)| (*field, if mine(field, value) { Value::Int(self.me.0) } else { value.clone() }))
            .collect()
    }

    /// A CI is known by its number, so that it may be called otherwise one day; a name that none or several have stays.
    fn with_ci(&mut self, mut given: Edit) -> Result<Edit, Refusal> {
        let Some(Value::Text(name)) = given.get(&Field::Ci).filter(|ci| ci.given()).cloned() else { return Ok(given) };
        match self.reader.ci_called(&name)?.as_slice() {
            [one] => _ = given.insert(Field::Ci, Value::from(one.number())),
            [] if !self.reader.ci_names(1)?.is_empty() => {
                let notice = format!("the CMDB has no '{name}': it is kept by name");
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
            }
            _ => {}
        }
        Ok(given)
    }

    pub(crate) fn criticality(&self, ticket: &Ticket) -> Result<Option<Criticality>, Refusal> {
        let Some(service) = ticket.service else { return Ok(None) };
        let word: Option<String> =
            self.reader.one("SELECT criticality FROM service WHERE id = ?1", [service.0], |row| row.get(0))?;
        Ok(word.and_then(|word| Criticality::named(&word)))
    }

    /// Makes sure that references lead somewhere.
    fn known(&self, edit: &Edit) -> Result<(), Refusal> {
        for (field, value) in edit {
            let (Some(id), sql) = (
                value.int(),
                match field.shape() {
                    Shape::Person => "SELECT 1 FROM person WHERE id = ?1",
                    Shape::Team => "SELECT 1 FROM team WHERE id = ?1",
                    Shape::Service => "SELECT 1 FROM service WHERE id = ?1",
                    Shape::Category => "SELECT 1 FROM category WHERE id = ?1",
                    _ => continue,
                },
            ) else {
                continue;
            };
            let mine = field.shape() == Shape::Person && PersonId(id) == self.me;
            if !mine && self.reader.one(sql, [id], |_| Ok(()))?.is_none() {
                return Err(Refusal::not_found(format!("{field}: there is no row {id}")));
            }
        }
        Ok(())
    }

    /// The tickets that the plan changes, as they were, if they were, and as they will be.
    pub(crate) fn worked(&self) -> impl Iterator<Item = (Option<&Ticket>, &Ticket)> {
        self.tickets.changed().map(|(_, before, now)| (before, now))
    }

    /// The whole plan: the newcomer first, new tickets before the rows that belong to them, changed tickets at the end.
    pub(crate) fn finish(mut self, summary: String) -> Result<Plan, Refusal> {
        tell_new(&mut self)?;
        let mut plan = Plan { summary, ..Plan::default() };
        plan.cis = self.settle_cis()?;
        plan.articles = self.settle_articles()?;
        let mut first = Vec::new();
        let mut last = Vec::new();
        for (id, before, now) in self.tickets.changed() {
            plan.tickets.push(now.number);
            match before {
                None => first.push(Write::Insert { table: Table::Ticket, id: id.0, row: new_row(now, self.seq) }),
                Some(before) => {
                    self.batch.guards.push((id, before.version));
                    last.push(Write::Update {
                        table: Table::Ticket,
                        id: id.0,
                        row: changed_row(before, now, self.seq, &self.moment),
                    });
                }
            }
        }
        let writes = std::mem::take(&mut self.batch.writes);
        if !(first.is_empty() && last.is_empty() && writes.is_empty())
            && let Some(row) = self.newcomer
        {
            self.batch.writes.push(Write::Insert { table: Table::Person, id: self.me.0, row });
        }
        self.batch.writes.extend(first);
        self.batch.writes.extend(writes);
        self.batch.writes.extend(last);
        plan.batch = self.batch;
        plan.notices = self.notices;
        Ok(plan)
    }
}

/// All columns of a new ticket.
fn new_row(ticket: &Ticket, seq: Seq) -> Row {
    let mut row = row! {
        "kind": ticket.kind().word(), "n": ticket.number.n, "version": seq.0, "phase": ticket.phase.code(),
    };
    row.extend(Field::ALL.iter().map(|field| (Cow::Borrowed(field.name()), ticket.value(*field))));
    row
}

/// The columns in which a ticket changed, with its new version.
fn changed_row(before: &Ticket, now: &Ticket, seq: Seq, moment: &Moment) -> Row {
    let mut row = row! { "version": seq.0 };
    if now.phase != before.phase {
        row.push((Cow::Borrowed("phase"), Value::Int(now.phase.code())));
    }
    let since = now.since(before);
    if !since.contains_key(&Field::Updated) {
        row.push((Cow::Borrowed("updated"), Value::Int(moment.now.0)));
    }
    row.extend(since.into_iter().map(|(field, value)| (Cow::Borrowed(field.name()), value)));
    row
}
