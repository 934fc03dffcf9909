//! A ticket: the core that all six kinds share.

use serde::{Deserialize, Serialize};

use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{CategoryId, Kind, Number, PersonId, Seq, ServiceId, TeamId, TicketId};
use crate::desk::priority::{Level, Priority};
use crate::desk::time::Timestamp;
use crate::desk::workflow::Phase;

/// A ticket as it stands, without its notes, links and other rows of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its row.
    pub id: TicketId,
    /// What people call it.
    pub number: Number,
    /// The transaction that touched it last; what its editor was looking at.
    pub version: Seq,
    /// Where it is in its workflow.
    pub state: String,
    /// What that state means for every kind alike.
    pub phase: Phase,
    /// What it is about, in one line.
    pub title: String,
    /// What counts: by the matrix or by a person.
    pub priority: Priority,
    /// What the matrix says.
    pub priority_computed: Priority,
    /// Why a person overrode the matrix; `None` when nobody did.
    pub priority_reason: Option<String>,
    /// How many suffer.
    pub impact: Level,
    /// How soon it hurts.
    pub urgency: Level,
    /// The person the work is for.
    pub requester: Option<PersonId>,
    /// The person who does it.
    pub assignee: Option<PersonId>,
    /// The group that owns it.
    pub team: Option<TeamId>,
    /// What the business misses.
    pub service: Option<ServiceId>,
    /// What it is about.
    pub category: Option<CategoryId>,
    /// The configuration item, by name.
    pub ci: Option<String>,
    /// How it reached the desk.
    pub channel: Option<String>,
    /// When it should be done.
    pub due: Option<Timestamp>,
    /// What it waits for.
    pub pending_reason: Option<String>,
    /// How it was resolved, in a word.
    pub resolution_code: Option<String>,
    /// What kind of thing caused it.
    pub cause_code: Option<String>,
    /// How it was resolved, for the requester.
    pub resolution: Option<String>,
    /// Why it happened.
    pub root_cause: Option<String>,
    /// What helps until it is fixed.
    pub workaround: Option<String>,
    /// When the work shall begin.
    pub planned_start: Option<Timestamp>,
    /// When the work shall be done.
    pub planned_end: Option<Timestamp>,
    /// How a change is handled.
    pub change_type: Option<String>,
    /// The template that a change was opened from.
    pub template: Option<String>,
    /// How risky a change is, by its word.
    pub risk: Option<String>,
    /// When the work began.
    pub actual_start: Option<Timestamp>,
    /// When the work was done.
    pub actual_end: Option<Timestamp>,
    /// How long going back takes.
    pub backout_minutes: Option<i64>,
    /// Why the change is needed.
    pub plan_reason: Option<String>,
    /// What users notice.
    pub plan_impact: Option<String>,
    /// How it is tested.
    pub test_plan: Option<String>,
    /// How to go back.
    pub backout_plan: Option<String>,
    /// Who is told what, and when.
    pub communication: Option<String>,
    /// Why a release goes, or does not.
    pub decision: Option<String>,
    /// What the review of it teaches.
    pub lessons: Option<String>,
    /// What the answers about its risk weigh together.
    pub risk_score: Option<i64>,
    /// Why a person overrode the risk; `None` when nobody did.
    pub risk_reason: Option<String>,
    /// A major incident.
    pub major: bool,
    /// Its number in another system.
    pub external: Option<String>,
    /// When it was opened.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// The ticket that took over this one.
    pub merged_into: Option<Number>,
    /// What happened.
    pub description: String,
}

impl Ticket {
    /// A ticket that nobody has filled in yet.
    #[must_use]
    pub fn blank(id: TicketId, number: Number, state: &str, now: Timestamp) -> Ticket {
        Ticket {
            id,
            number,
            version: Seq(0),
            state: state.to_owned(),
            phase: Phase::New,
            title: String::new(),
            priority: Priority::LOWEST,
            priority_computed: Priority::LOWEST,
            priority_reason: None,
            impact: Level::LOWEST,
            urgency: Level::LOWEST,
            requester: None,
            assignee: None,
            team: None,
            service: None,
            category: None,
            ci: None,
            channel: None,
            due: None,
            pending_reason: None,
            resolution_code: None,
            cause_code: None,
            resolution: None,
            root_cause: None,
            workaround: None,
            planned_start: None,
            planned_end: None,
            change_type: None,
            template: None,
            risk: None,
            actual_start: None,
            actual_end: None,
            backout_minutes: None,
            plan_reason: None,
            plan_impact: None,
            test_plan: None,
            backout_plan: None,
            communication: None,
            decision: None,
            lessons: None,
            risk_score: None,
            risk_reason: None,
            major: false,
            external: None,
            created: now,
            updated: now,
            resolved: None,
            closed: None,
            merged_into: None,
            description: String::new(),
        }
    }

    /// The kind, which its number tells.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.number.kind
    }

    /// What a field holds.
    #[must_use]
    pub fn value(&self, field: Field) -> Value {
        let time = |at: Option<Timestamp>| at.map(|at| at.0).into();
        let text = |text: &Option<String>| text.clone().into();
        match field {
            Field::Title => self.title.clone().into(),
            Field::State => self.state.clone().into(),
            Field::Priority => i64::from(self.priority.get()).into(),
            Field::PriorityComputed => i64::from(self.priority_computed.get()).into(),
            Field::PriorityReason => text(&self.priority_reason),
            Field::Impact => i64::from(self.impact.get()).into(),
            Field::Urgency => i64::from(self.urgency.get()).into(),
            Field::Requester => self.requester.map(|id| id.0).into(),
            Field::Assignee => self.assignee.map(|id| id.0).into(),
            Field::Team => self.team.map(|id| id.0).into(),
            Field::Service => self.service.map(|id| id.0).into(),
            Field::Category => self.category.map(|id| id.0).into(),
            Field::Ci => text(&self.ci),
            Field::Channel => text(&self.channel),
            Field::Due => time(self.due),
            Field::PendingReason => text(&self.pending_reason),
            Field::ResolutionCode => text(&self.resolution_code),
            Field::CauseCode => text(&self.cause_code),
            Field::Resolution => text(&self.resolution),
            Field::RootCause => text(&self.root_cause),
            Field::Workaround => text(&self.workaround),
            Field::PlannedStart => time(self.planned_start),
            Field::PlannedEnd => time(self.planned_end),
            Field::ChangeType => text(&self.change_type),
            Field::Template => text(&self.template),
            Field::Risk => text(&self.risk),
            Field::ActualStart => time(self.actual_start),
            Field::ActualEnd => time(self.actual_end),
            Field::BackoutMinutes => self.backout_minutes.into(),
            Field::PlanReason => text(&self.plan_reason),
            Field::PlanImpact => text(&self.plan_impact),
            Field::TestPlan => text(&self.test_plan),
            Field::BackoutPlan => text(&self.backout_plan),
            Field::Communication => text(&self.communication),
            Field::Decision => text(&self.decision),
            Field::Lessons => text(&self.lessons),
            Field::RiskScore => self.risk_score.into(),
            Field::RiskReason => text(&self.risk_reason),
            Field::Major => i64::from(self.major).into(),
            Field::External => text(&self.external),
            Field::Created => self.created.0.into(),
            Field::Updated => self.updated.0.into(),
            Field::Resolved => time(self.resolved),
            Field::Closed => time(self.closed),
            Field::MergedInto => self.merged_into.map(|number| number.to_string()).into(),
            Field::Description => self.description.clone().into(),
        }
    }

    /// Puts a value into a field. What does not fit the field's shape counts as nothing.
    pub fn put(&mut self, field: Field, value: &Value) {
        let time = || value.int().map(Timestamp);
        let text = || value.given().then(|| value.text().map(str::to_owned)).flatten();
        match field {
            Field::Title => self.title = text().unwrap_or_default(),
            Field::State => self.state = text().unwrap_or_default(),
            Field::Priority => self.priority = value.int().and_then(Priority::new).unwrap_or(self.priority_computed),
            Field::PriorityComputed => {
                self.priority_computed = value.int().and_then(Priority::new).unwrap_or(self.priority_computed);
            }
            Field::PriorityReason => self.priority_reason = text(),
            Field::Impact => self.impact = value.int().and_then(Level::new).unwrap_or(Level::LOWEST),
            Field::Urgency => self.urgency = value.int().and_then(Level::new).unwrap_or(Level::LOWEST),
            Field::Requester => self.requester = value.int().map(PersonId),
            Field::Assignee => self.assignee = value.int().map(PersonId),
            Field::Team => self.team = value.int().map(TeamId),
            Field::Service => self.service = value.int().map(ServiceId),
            Field::Category => self.category = value.int().map(CategoryId),
            Field::Ci => self.ci = text(),
            Field::Channel => self.channel = text(),
            Field::Due => self.due = time(),
            Field::PendingReason => self.pending_reason = text(),
            Field::ResolutionCode => self.resolution_code = text(),
            Field::CauseCode => self.cause_code = text(),
            Field::Resolution => self.resolution = text(),
            Field::RootCause => self.root_cause = text(),
            Field::Workaround => self.workaround = text(),
            Field::PlannedStart => self.planned_start = time(),
            Field::PlannedEnd => self.planned_end = time(),
            Field::ChangeType => self.change_type = text(),
            Field::Template => self.template = text(),
            Field::Risk => self.risk = text(),
            Field::ActualStart => self.actual_start = time(),
            Field::ActualEnd => self.actual_end = time(),
            Field::BackoutMinutes => self.backout_minutes = value.int(),
            Field::PlanReason => self.plan_reason = text(),
            Field::PlanImpact => self.plan_impact = text(),
            Field::TestPlan => self.test_plan = text(),
            Field::BackoutPlan => self.backout_plan = text(),
            Field::Communication => self.communication = text(),
            Field::Decision => self.decision = text(),
            Field::Lessons => self.lessons = text(),
            Field::RiskScore => self.risk_score = value.int(),
            Field::RiskReason => self.risk_reason = text(),
            Field::Major => self.major = value.int() == Some(1),
            Field::External => self.external = text(),
            Field::Created => self.created = time().unwrap_or(self.created),
            Field::Updated => self.updated = time().unwrap_or(self.updated),
            Field::Resolved => self.resolved = time(),
            Field::Closed => self.closed = time(),
            Field::MergedInto => self.merged_into = value.text().and_then(|text| text.parse().ok()),
            Field::Description => self.description = text().unwrap_or_default(),
        }
    }

    /// Puts a whole edit.
    pub fn put_all(&mut self, edit: &Edit) {
        for (field, value) in edit {
            self.put(*field, value);
        }
    }

    /// The fields in which `self` differs from `before`, with the values of `self`.
    #[must_use]
    pub fn since(&self, before: &Ticket) -> Edit {
        Field::ALL
            .iter()
            .filter(|field| self.value(**field) != before.value(**field))
            .map(|field| (*field, self.value(*field)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_gives_back_what_was_put_into_it() {
        let number = Number { kind: Kind::Incident, n: 1 };
        let mut ticket = Ticket::blank(TicketId(1), number, "new", Timestamp(0));
        for field in Field::ALL {
            use crate::desk::field::Shape;
            let value = match field.shape() {
                _ if *field == Field::MergedInto => Value::from("INC-7"),
                Shape::Line | Shape::Ci | Shape::Text | Shape::Choice(_) | Shape::State => Value::from("word"),
                Shape::Level | Shape::Priority | Shape::Person | Shape::Team | Shape::Service | Shape::Category => {
                    Value::Int(2)
                }
                Shape::Time => Value::Int(1_700_000_000_000),
                Shape::Flag => Value::Int(1),
                Shape::Number | Shape::Minutes => Value::Int(90),
            };
            ticket.put(*field, &value);
            assert_eq!(ticket.value(*field), value, "{field}");
        }
    }
}
