//! The table of what can be asked: parsing, printing, completion, suggestions and the guide read it.

use crate::desk::field::{Field, Shape};

/// One row of the table.
#[derive(Debug)]
pub struct FieldHelp {
    /// Its name, before the colon.
    pub name: &'static str,
    /// What else is understood.
    pub aliases: &'static [&'static str],
    /// What may stand behind the colon.
    pub takes: Takes,
    /// An example.
    pub example: &'static str,
    /// One sentence for help.
    pub help: &'static str,
}

impl FieldHelp {
    /// Its name and aliases.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// What may stand behind a field's colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Takes {
    /// What a ticket is.
    Is,
    /// What a ticket has.
    Has,
    /// Kinds.
    Kind,
    /// States of the workflows.
    State,
    /// The five phases.
    Phase,
    /// Levels.
    Level(LevelField),
    /// People.
    Person(PersonField),
    /// Names of records.
    Reference(ReferenceField),
    /// Words of one of the desk's lists, or free ones.
    Choice(ChoiceField),
    /// Tags.
    Tag,
    /// Numbers of tickets that it is related to.
    Linked,
    /// Its own number.
    Number,
    /// Times.
    Time(TimeField),
    /// Words and phrases.
    Text(Place),
    /// Keys of an order.
    Sort,
}

impl Takes {
    /// What may stand behind the colon, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Takes::Is => "what a ticket is",
            Takes::Has => "what a ticket has",
            Takes::Kind => "kinds or their prefixes",
            Takes::State => "states",
            Takes::Phase => "new, active, waiting, done, closed",
            Takes::Level(LevelField::Priority) => "1 to 5, <=2, 1..3",
            Takes::Level(_) => "1 to 4, <=2, 1..3",
            Takes::Person(_) => "a login or name, me, none",
            Takes::Reference(ReferenceField::Category) => "a name or whole path, none",
            Takes::Reference(_) => "a key or name, none",
            Takes::Choice(_) => "a word, none",
            Takes::Tag => "a tag, none",
            Takes::Linked | Takes::Number => "numbers such as INC-42",
            Takes::Time(TimeField::Age) => "a span such as >7d",
            Takes::Time(_) => "a day, month, year, time, span or range, none",
            Takes::Text(_) => "words, \"a phrase\", a begin*",
            Takes::Sort => "fields; - in front turns the order",
        }
    }
}

/// The fields with levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LevelField {
    /// P1 to P5.
    Priority,
    /// 1 to 4.
    Impact,
    /// 1 to 4.
    Urgency,
}

impl LevelField {
    /// The largest number: the lowest level.
    #[must_use]
    pub fn max(self) -> u8 {
        match self {
            LevelField::Priority => 5,
            LevelField::Impact | LevelField::Urgency => 4,
        }
    }

    /// The field of the ticket.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            LevelField::Priority => Field::Priority,
            LevelField::Impact => Field::Impact,
            LevelField::Urgency => Field::Urgency,
        }
    }
}

/// The people of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonField {
    /// Whom the work is for.
    Requester,
    /// Who does it.
    Assignee,
}

/// The records that a ticket refers to by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceField {
    /// The group that owns it.
    Team,
    /// What the business misses.
    Service,
    /// What it is about.
    Category,
}

/// The fields with one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChoiceField {
    /// How it reached the desk.
    Channel,
    /// What it waits for.
    PendingReason,
    /// How it was resolved.
    ResolutionCode,
    /// How a change is handled.
    ChangeType,
    /// The template that a change was opened from.
    Template,
    /// How risky a change is.
    Risk,
    /// What kind of thing caused it.
    CauseCode,
    /// The configuration item, by name.
    Ci,
    /// Its number in another system.
    External,
}

impl ChoiceField {
    /// The field of the ticket.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            ChoiceField::Channel => Field::Channel,
            ChoiceField::PendingReason => Field::PendingReason,
            ChoiceField::ResolutionCode => Field::ResolutionCode,
            ChoiceField::ChangeType => Field::ChangeType,
            ChoiceField::Template => Field::Template,
            ChoiceField::Risk => Field::Risk,
            ChoiceField::CauseCode => Field::CauseCode,
            ChoiceField::Ci => Field::Ci,
            ChoiceField::External => Field::External,
        }
    }

    /// The desk's list from which its words come, if it has one.
    #[must_use]
    pub fn list(self) -> Option<&'static str> {
        match self.field().shape() {
            Shape::Choice(list) => Some(list),
            _ => None,
        }
    }
}

/// The times of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeField {
    /// When it was opened.
    Created,
    /// When it was opened, asked as a span until now.
    Age,
    /// When it last changed.
    Updated,
    /// When it was resolved.
    Resolved,
    /// When it was closed.
    Closed,
    /// When it should be done.
    Due,
    /// When the work shall begin.
    PlannedStart,
    /// When the work shall be done.
    PlannedEnd,
}

impl TimeField {
    /// The field of the ticket.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            TimeField::Created | TimeField::Age => Field::Created,
            TimeField::Updated => Field::Updated,
            TimeField::Resolved => Field::Resolved,
            TimeField::Closed => Field::Closed,
            TimeField::Due => Field::Due,
            TimeField::PlannedStart => Field::PlannedStart,
            TimeField::PlannedEnd => Field::PlannedEnd,
        }
    }

    /// Whether it tells what has been, so that a span counts back from now: `updated:<2h`, but `due:<2h` looks ahead.
    #[must_use]
    pub fn looks_back(self) -> bool {
        !matches!(self, TimeField::Due | TimeField::PlannedStart | TimeField::PlannedEnd)
    }
}

/// Where text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the title, or in description, notes and replies.
    Anywhere,
    /// In the title only.
    Title,
}

macro_rules! table {
    ($($name:literal [$($alias:literal),*] $takes:expr, $example:literal, $help:literal;)*) => {
        /// Everything that can be asked, in the order in which help shows it.
        pub static FIELDS: &[FieldHelp] = &[$(
            FieldHelp { name: $name, aliases: &[$($alias),*], takes: $takes, example: $example, help: $help },
        )*];
    };
}

table! {
    "is" [] Takes::Is, "is:open", "What the ticket is: open, mine, breached, major…";
    "has" [] Takes::Has, "has:attachment", "What the ticket has: an attachment, a workaround, a reply…";
    "kind" ["type"] Takes::Kind, "kind:inc,req", "Incident, request, problem, change, release or improvement.";
    "state" ["status"] Takes::State, "state:in_progress", "The state of its workflow.";
    "phase" [] Takes::Phase, "phase:waiting", "What its state amounts to: new, active, waiting, done or closed.";
    "prio" ["priority"] Takes::Level(LevelField::Priority), "prio:1,2", "Priority, P1 to P5.";
    "impact" [] Takes::Level(LevelField::Impact), "impact:<=2", "How many suffer, 1 to 4.";
    "urgency" [] Takes::Level(LevelField::Urgency), "urgency:1", "How soon it hurts, 1 to 4.";
    "assignee" ["owner"] Takes::Person(PersonField::Assignee), "assignee:me,none", "Who does it.";
    "requester" ["from"] Takes::Person(PersonField::Requester), "requester:anna", "Whom the work is for.";
    "team" ["group"] Takes::Reference(ReferenceField::Team), "team:net", "The group that owns it.";
    "service" [] Takes::Reference(ReferenceField::Service), "service:payroll", "What the business misses.";
    "category" [] Takes::Reference(ReferenceField::Category), "category:\"Network / VPN\"",
        "What it is about; a category includes those below it.";
    "tag" ["tags"] Takes::Tag, "tag:vpn", "A tag on the ticket.";
    "ci" [] Takes::Choice(ChoiceField::Ci), "ci:fw1", "The configuration item it concerns.";
    "channel" [] Takes::Choice(ChoiceField::Channel), "channel:mail", "How it reached the desk.";
    "pending_reason" ["reason"] Takes::Choice(ChoiceField::PendingReason), "reason:vendor", "What it waits for.";
    "resolution_code" ["code"] Takes::Choice(ChoiceField::ResolutionCode), "code:workaround", "How it was resolved.";
    "cause_code" ["cause"] Takes::Choice(ChoiceField::CauseCode), "cause:change", "What kind of thing caused it.";
    "change_type" [] Takes::Choice(ChoiceField::ChangeType), "change_type:emergency", "How a change is handled.";
    "template" [] Takes::Choice(ChoiceField::Template), "template:add-disk", "The template that a change was opened from.";
    "risk" [] Takes::Choice(ChoiceField::Risk), "risk:high", "How risky a change is.";
    "external" [] Takes::Choice(ChoiceField::External), "external:SD-1234", "Its number in another system.";
    "linked" ["link"] Takes::Linked, "linked:PRB-3", "Related to that ticket.";
    "number" ["id"] Takes::Number, "id:INC-42", "The ticket of that number; its number alone will do.";
    "created" [] Takes::Time(TimeField::Created), "created:2026-01-01..2026-03-31", "When it was opened.";
    "age" [] Takes::Time(TimeField::Age), "age:>7d", "How long ago it was opened.";
    "updated" [] Takes::Time(TimeField::Updated), "updated:today", "When it last changed; >7d is longer ago than that.";
    "resolved" [] Takes::Time(TimeField::Resolved), "resolved:2026-03", "When it was resolved.";
    "closed" [] Takes::Time(TimeField::Closed), "closed:yesterday", "When it was closed.";
    "due" [] Takes::Time(TimeField::Due), "due:<4h", "When it should be done; <4h is before four hours from now.";
    "planned_start" [] Takes::Time(TimeField::PlannedStart), "planned_start:<2d", "When the work shall begin.";
    "planned_end" [] Takes::Time(TimeField::PlannedEnd), "planned_end:2026-03", "When the work shall be done.";
    "text" [] Takes::Text(Place::Anywhere), "text:\"bgp flap\"", "Words in its title, description, notes or replies.";
    "title" [] Takes::Text(Place::Title), "title:printer", "Words in its title.";
    "sort" ["order"] Takes::Sort, "sort:due,-updated", "The order; - in front turns it.";
}

/// The row that a name or alias means, in any case, `-` and `_` alike.
#[must_use]
pub fn field_named(name: &str) -> Option<&'static FieldHelp> {
    let name = name.to_ascii_lowercase().replace('-', "_");
    FIELDS.iter().find(|row| row.spellings().any(|spelling| spelling == name))
}

/// The name under which the table has what `takes` says. Every value of [`Takes`] has a row; a test holds that.
pub(super) fn name_of(takes: Takes) -> &'static str {
    FIELDS.iter().find(|row| row.takes == takes).map_or("text", |row| row.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::query::parse;

    #[test]
    fn every_example_of_the_table_is_a_query() {
        for row in FIELDS {
            let query = parse(row.example).unwrap_or_else(|e| panic!("{}: {e}", row.example));
            assert!(query.filter.is_some() || row.takes == Takes::Sort, "{}", row.example);
        }
    }

    #[test]
    fn every_name_and_alias_finds_its_own_row() {
        for row in FIELDS {
            for name in row.spellings() {
                assert!(std::ptr::eq(field_named(&name.to_uppercase()).unwrap(), row), "{name}");
            }
            assert_eq!(name_of(row.takes), row.name);
        }
        assert_eq!(field_named("planned-start").map(|row| row.name), Some("planned_start"));
        assert!(field_named("colour").is_none());
    }
}
