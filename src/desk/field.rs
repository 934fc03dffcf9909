//! The fields of a ticket: one table that editing, forms, queries, columns, imports and exports read.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::desk::id::Kind;

/// What a field holds, in the form in which the desk file and the journal keep it.
///
/// Times are UTC milliseconds, references are row ids, flags 0 or 1, choices their word.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub fn int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The text, if it is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is something: neither null nor blank text.
    #[must_use]
    pub fn given(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Int(_) => true,
            Value::Text(text) => !text.trim().is_empty(),
        }
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// What kind of thing a field holds: how it is typed, shown and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One line of text.
    Line,
    /// Text of many lines.
    Text,
    /// A word from the desk's list of that name in `choices.toml`.
    Choice(&'static str),
    /// A state of the kind's workflow.
    State,
    /// Impact or urgency, 1 to 4.
    Level,
    /// Priority, 1 to 5.
    Priority,
    /// A person.
    Person,
    /// A team.
    Team,
    /// A service.
    Service,
    /// A category.
    Category,
    /// A CI by its number, `CI-118`; or, by name, one that the CMDB does not have.
    Ci,
    /// A point in time.
    Time,
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// A length of time in minutes, typed `90`, `90m` or `1h30m`.
    Minutes,
}

/// Who gives a field its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// People, at any time.
    People,
    /// People, when a state demands it or allows it.
    Move,
    /// The desk, by its rules.
    Desk,
}

/// One row of the table of fields.
#[derive(Debug)]
pub struct FieldSpec {
    /// Which field.
    pub field: Field,
    /// Its name in commands, queries and files; also its column in the desk file.
    pub name: &'static str,
    /// Its label on screens.
    pub label: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Who gives it its value.
    pub origin: Origin,
    /// One sentence for help.
    pub help: &'static str,
}

macro_rules! fields {
    ($($field:ident $name:literal $label:literal $shape:expr, $origin:ident, $help:literal;)*) => {
        /// A field of a ticket.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {$(
            #[doc = $help]
            $field,
        )*}

        /// The table of fields, in the order in which forms and exports show them.
        pub static FIELDS: &[FieldSpec] = &[$(
            FieldSpec {
                field: Field::$field, name: $name, label: $label, shape: $shape, origin: Origin::$origin, help: $help,
            },
        )*];

        impl Field {
            /// All fields, in the order of the table.
            pub const ALL: &[Field] = &[$(Field::$field,)*];
        }
    };
}

fields! {
    Title "title" "Title" Shape::Line, People, "What it is about, in one line.";
    State "state" "State" Shape::State, Move, "Where it is in its workflow.";
    Priority "priority" "Priority" Shape::Priority, People, "P1 to P5: by the matrix, or by a person with a reason.";
    Impact "impact" "Impact" Shape::Level, People, "How many suffer: 1 whole organisation, 2 site or department, 3 team, 4 one person.";
    Urgency "urgency" "Urgency" Shape::Level, People, "How soon it hurts: 1 work stopped, 2 poor workaround, 3 degraded, 4 can wait.";
    Requester "requester" "Requester" Shape::Person, People, "The person the work is for.";
    Assignee "assignee" "Assignee" Shape::Person, People, "The person who does it.";
    Team "team" "Team" Shape::Team, People, "The group that owns it.";
    Service "service" "Service" Shape::Service, People, "What the business misses.";
    Category "category" "Category" Shape::Category, People, "What it is about, in two levels: Network / VPN.";
    Ci "ci" "CI" Shape::Ci, People, "The configuration item that it is about.";
    Channel "channel" "Channel" Shape::Choice("channel"), People, "How it reached the desk.";
    Due "due" "Due" Shape::Time, People, "When it should be done.";
    PendingReason "pending_reason" "Waiting for" Shape::Choice("pending_reason"), Move, "What a pending ticket waits for.";
    ResolutionCode "resolution_code" "Resolution code" Shape::Choice("resolution_code"), Move, "How it was resolved, in a word.";
    CauseCode "cause_code" "Cause" Shape::Choice("cause_code"), People, "What kind of thing caused it.";
    Resolution "resolution" "Resolution" Shape::Text, Move, "How it was resolved, in words for the requester.";
    RootCause "root_cause" "Root cause" Shape::Text, People, "Why it happened.";
    Workaround "workaround" "Workaround" Shape::Text, People, "What helps until it is fixed.";
    ChangeType "change_type" "Type" Shape::Choice("change_type"), People, "How a change is handled: standard, normal or emergency.";
    Template "template" "Template" Shape::Choice("template"), People, "The template that a change was opened from.";
    Risk "risk" "Risk" Shape::Choice("risk"), People, "How risky a change is: by its answers, or by a lead with a reason.";
    PlannedStart "planned_start" "Planned start" Shape::Time, People, "When the work shall begin.";
    PlannedEnd "planned_end" "Planned end" Shape::Time, People, "When the work shall be done.";
    ActualStart "actual_start" "Began" Shape::Time, People, "When the work began.";
    ActualEnd "actual_end" "Ended" Shape::Time, People, "When the work was done or backed out.";
    BackoutMinutes "backout_minutes" "Back-out takes" Shape::Minutes, People, "How long going back takes.";
    PlanReason "plan_reason" "Reason" Shape::Text, People, "Why the change is needed.";
    PlanImpact "plan_impact" "Impact of the change" Shape::Text, People, "What users notice while it is done, and if it fails.";
    TestPlan "test_plan" "Test plan" Shape::Text, People, "How it was tested, and how one sees that it worked.";
    BackoutPlan "backout_plan" "Back-out plan" Shape::Text, People, "How to go back.";
    Communication "communication" "Communication" Shape::Text, People, "Who is told what, and when.";
    Decision "decision" "Go or no-go" Shape::Text, Move, "Why a release goes, or does not.";
    Lessons "lessons" "Lessons" Shape::Text, Move, "What the review of it teaches.";
    Major "major" "Major" Shape::Flag, People, "A major incident: needs a role, sets a cadence of updates.";
    External "external" "External" Shape::Line, People, "Its number in another system.";
    PriorityComputed "priority_computed" "By the matrix" Shape::Priority, Desk, "The priority that impact, urgency and service give.";
    PriorityReason "priority_reason" "Priority reason" Shape::Line, People, "Why a person overrode the matrix.";
    RiskScore "risk_score" "Risk score" Shape::Number, Desk, "The sum of what the answers about its risk weigh.";
    RiskReason "risk_reason" "Risk reason" Shape::Line, People, "Why a person overrode the risk.";
    Created "created" "Created" Shape::Time, Desk, "When it was opened.";
    Updated "updated" "Updated" Shape::Time, Desk, "When it last changed.";
    Resolved "resolved" "Resolved" Shape::Time, Desk, "When it was resolved.";
    Closed "closed" "Closed" Shape::Time, Desk, "When it was closed.";
    MergedInto "merged_into" "Merged into" Shape::Line, Desk, "The ticket that took over this one.";
    Description "description" "Description" Shape::Text, People, "What happened, in the words of whoever told it.";
}

impl Field {
    /// The row of this field in the table.
    #[must_use]
    pub fn spec(self) -> &'static FieldSpec {
        static FALLBACK: &FieldSpec = &FIELDS[0];
        // The table is made from the same list as the enum, in the same order: the index always exists.
        FIELDS.get(self as usize).unwrap_or(FALLBACK)
    }

    /// Its name in commands, queries and files; also its column.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What it holds.
    #[must_use]
    pub fn shape(self) -> Shape {
        self.spec().shape
    }

    /// The field of that name, `-` and `_` alike, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Field> {
        let name = name.to_ascii_lowercase().replace('-', "_");
        FIELDS.iter().find(|spec| spec.name == name).map(|spec| spec.field)
    }

    /// Whether tickets of this kind have it.
    #[must_use]
    pub fn fits(self, kind: Kind) -> bool {
        match self {
            Field::PlannedStart
            | Field::PlannedEnd
            | Field::ActualStart
            | Field::ActualEnd
            | Field::Risk
            | Field::RiskScore
            | Field::RiskReason
            | Field::PlanReason
            | Field::PlanImpact
            | Field::TestPlan
            | Field::BackoutPlan
            | Field::BackoutMinutes
            | Field::Communication
            | Field::Lessons => matches!(kind, Kind::Change | Kind::Release),
            Field::ChangeType | Field::Template => kind == Kind::Change,
            Field::Decision => kind == Kind::Release,
            Field::RootCause => matches!(kind, Kind::Problem | Kind::Incident),
            Field::Workaround => matches!(kind, Kind::Problem | Kind::Incident),
            Field::Major => kind == Kind::Incident,
            _ => true,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        Field::named(&name).ok_or_else(|| serde::de::Error::custom(format!("there is no field '{name}'")))
    }
}

/// What somebody wants the fields of a ticket to be.
pub type Edit = std::collections::BTreeMap<Field, Value>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_finds_its_own_row_and_name() {
        for (field, spec) in Field::ALL.iter().zip(FIELDS) {
            assert_eq!(field.spec().name, spec.name);
            assert_eq!(Field::named(spec.name), Some(*field));
        }
        assert_eq!(Field::named("Pending-Reason"), Some(Field::PendingReason));
        assert_eq!(Field::named("colour"), None);
    }
}
