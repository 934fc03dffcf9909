//! Queries as SQL: every value bound, every name known, every single field answered from an index.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::desk::field::Value;
use crate::desk::id::{Kind, PersonId};
use crate::desk::query::{
    ChoiceField, Expr, Has, Is, LevelField, PersonField, Place, ReferenceField, Term, TextMatch, TimeField, TimeRange,
    Who, fold,
};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::reader::Reader;

/// When a ticket is due; one that is not sorts behind all that are. The same expression stands in the indexes.
pub(crate) const DUE: &str = "ifnull(t.due, 9223372036854775807)";
/// When it was resolved; one that was not comes last among the newest. In the indexes too.
pub(crate) const RESOLVED: &str = "ifnull(t.resolved, -9223372036854775808)";
/// When it was closed, likewise.
pub(crate) const CLOSED: &str = "ifnull(t.closed, -9223372036854775808)";

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Whom `me` means; `None` for somebody whom the desk does not know.
    pub me: Option<PersonId>,
    /// What `today` means.
    pub moment: Moment,
}

/// A condition in SQL on `ticket t`, with its values in order.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    /// Whether tickets are wanted in the order of their arrival, and only the first of them.
    newest_first: bool,
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Condition {
    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub(super) fn bind(&mut self, value: impl Into<Value>) {
        self.sql.push('?');
        self.values.push(value.into());
    }

    /// A condition that is `sql`.
    pub(crate) fn of(sql: &str) -> Condition {
        Condition { sql: sql.to_owned(), ..Condition::default() }
    }

    /// `column IN (…)` for one of a few kinds or levels. An index has each of them in the order of arrival, but not
    /// several: those are met soon enough on a walk from the newest, and `+` tells SQLite to walk.
    fn one_of_few<T: Into<Value>>(&mut self, column: &str, values: impl ExactSizeIterator<Item = T>) {
        let walk = self.newest_first && values.len() > 1;
        self.one_of(&format!("{}{column}", if walk { "+" } else { "" }), values);
    }

    /// `column IN (…)`.
    pub(super) fn one_of<T: Into<Value>>(&mut self, column: &str, values: impl IntoIterator<Item = T>) {
        let _ = write!(self.sql, "{column} IN (");
        for (n, value) in values.into_iter().enumerate() {
            self.push(if n == 0 { "" } else { ", " });
            self.bind(value);
        }
        self.push(")");
    }

    /// Parts of which one must hold.
    pub(super) fn any<T>(
        &mut self,
        parts: &[T],
        mut each: impl FnMut(&mut Self, &T) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.push("(");
        for (n, part) in parts.iter().enumerate() {
            self.push(if n == 0 { "" } else { " OR " });
            each(self, part)?;
        }
        self.push(")");
        Ok(())
    }
}

/// The condition that a filter means.
pub(crate) fn condition(reader: &Reader, expr: &Expr, asker: &Asker, newest_first: bool) -> Result<Condition, Refusal> {
    let mut condition = Condition { newest_first, ..Condition::default() };
    add(&mut condition, reader, expr, asker)?;
    Ok(condition)
}

fn add(c: &mut Condition, reader: &Reader, expr: &Expr, asker: &Asker) -> Result<(), Refusal> {
    match expr {
        Expr::And(parts) => {
            for (n, part) in parts.iter().enumerate() {
                c.push(if n == 0 { "" } else { " AND " });
                add(c, reader, part, asker)?;
            }
            Ok(())
        }
        Expr::Or(parts) => c.any(parts, |c, part| {
            c.push("(");
            add(c, reader, part, asker)?;
            c.push(")");
            Ok(())
        }),
        // What is not known is not so: a ticket without assignee is none of Anna's.
        Expr::Not(inner) => {
            c.push("((");
            add(c, reader, inner, asker)?;
            c.push(") IS NOT TRUE)");
            Ok(())
        }
        Expr::Term(term) => add_term(c, reader, term, asker),
    }
}

fn add_term(c: &mut Condition, reader: &Reader, term: &Term, asker: &Asker) -> Result<(), Refusal> {
    match term {
        Term::Is(any) => c.any(any, |c, is| match is {
            Is::Conflicting => conflicting(c, reader, asker),
            _ => {
                add_is(c, *is, asker);
                Ok(())
            }
        })?,
        Term::Has(any) => c.any(any, |c, has| {
            c.push(has_sql(*has));
            Ok(())
        })?,
        Term::Kind(kinds) => c.one_of_few("t.kind", kinds.iter().map(|kind| kind.word())),
        Term::State(states) => c.one_of("t.state", states.iter().map(String::as_str)),
        Term::Phase(phases) => c.one_of_few("t.phase", phases.iter().map(|phase| phase.code())),
        Term::Level { field, ranges } => {
            let column = match field {
                LevelField::Priority => "t.priority",
                LevelField::Impact => "t.impact",
                LevelField::Urgency => "t.urgency",
            };
            // Few enough to be told one by one, which an index answers best.
            let wanted =
                (1..=5_i64).filter(|n| ranges.iter().any(|r| i64::from(r.from) <= *n && *n <= i64::from(r.to)));
            c.one_of_few(column, wanted.collect::<Vec<_>>().into_iter());
        }
        Term::Person { field, who } => {
            let column = match field {
                PersonField::Requester => "t.requester",
                PersonField::Assignee => "t.assignee",
            };
            let mut ids = Vec::new();
            for one in who {
                match one {
                    Who::Me => ids.push(asker.me.map_or(0, |me| me.0)),
                    Who::None => {}
                    Who::Named(name) => ids.extend(people_named(reader, name)?),
                }
            }
            references(c, column, &ids, who.contains(&Who::None));
        }
        Term::Reference { field, names } => {
            let column = match field {
                ReferenceField::Team => "t.team",
                ReferenceField::Service => "t.service",
                ReferenceField::Category => "t.category",
            };
            let mut ids = Vec::new();
            for name in names.iter().flatten() {
                ids.extend(ids_named(reader, *field, name)?);
            }
            references(c, column, &ids, names.contains(&None));
        }
        Term::Choice { field: ChoiceField::Ci, words } => {
            c.any(words, |c, word| about_ci(c, reader, word.as_deref()))?
        }
        Term::Choice { field, words } => {
            let column = match field {
                ChoiceField::Channel => "t.channel",
                ChoiceField::PendingReason => "t.pending_reason",
                ChoiceField::ResolutionCode => "t.resolution_code",
                ChoiceField::ChangeType => "t.change_type",
                ChoiceField::Template => "t.template",
                ChoiceField::Risk => "t.risk",
                ChoiceField::CauseCode => "t.cause_code",
                ChoiceField::Ci => "t.ci",
                ChoiceField::External => "t.external",
            };
            c.any(words, |c, word| {
                match word {
                    Some(word) => {
                        let _ = write!(c.sql, "{column} = ");
                        c.bind(word.trim());
                    }
                    None => {
                        let _ = write!(c.sql, "{column} IS NULL");
                    }
                }
                Ok(())
            })?;
        }
        Term::Tag(tags) => c.any(tags, |c, tag| {
            match tag {
                Some(tag) => {
                    c.push("t.id IN (SELECT ticket FROM tag WHERE name = ");
                    c.bind(fold(tag));
                    c.push(")");
                }
                None => c.push("NOT EXISTS (SELECT 1 FROM tag WHERE ticket = t.id)"),
            }
            Ok(())
        })?,
        Term::Linked(numbers) => c.any(numbers, |c, number| {
            for (part, lead) in [
                ("ticket FROM link WHERE other", "t.id IN (SELECT "),
                ("other FROM link WHERE ticket", " UNION ALL SELECT "),
            ] {
                let _ = write!(c.sql, "{lead}{part} = (SELECT id FROM ticket WHERE kind = ");
                c.bind(number.kind.word());
                c.push(" AND n = ");
                c.bind(number.n);
                c.push(")");
            }
            c.push(")");
            Ok(())
        })?,
        // By kind, since a chain of as many ORs as somebody marked tickets is too deep for SQLite.
        Term::Number(numbers) => {
            let mut kinds: BTreeMap<Kind, Vec<i64>> = BTreeMap::new();
            for number in numbers {
                kinds.entry(number.kind).or_default().push(number.n);
            }
            c.any(&kinds.into_iter().collect::<Vec<_>>(), |c, (kind, of)| {
                c.push("(t.kind = ");
                c.bind(kind.word());
                c.push(" AND ");
                c.one_of("t.n", of.iter().copied());
                c.push(")");
                Ok(())
            })?;
        }
        Term::Time { field, ranges } => {
            let column = time_column(*field);
            c.any(ranges, |c, range| {
                add_range(c, *field, column, range, asker);
                Ok(())
            })?;
        }
        Term::Text { place, any } => {
            c.push("t.id IN (SELECT rowid FROM ticket_text WHERE ticket_text MATCH ");
            c.bind(match_text(*place, any));
            c.push(")");
        }
    }
    Ok(())
}

/// Changes to come that would meet something.
fn conflicting(c: &mut Condition, reader: &Reader, asker: &Asker) -> Result<(), Refusal> {
    let ids: Vec<String> = reader.conflicting(asker)?.iter().map(ToString::to_string).collect();
    c.push("t.id IN (SELECT value FROM json_each(");
    c.bind(format!("[{}]", ids.join(",")));
    c.push("))");
    Ok(())
}

/// Tickets about a CI: it is their CI, by number or by the name that they were given; or they concern it too.
fn about_ci(c: &mut Condition, reader: &Reader, word: Option<&str>) -> Result<(), Refusal> {
    let Some(word) = word.map(str::trim) else {
        c.push("t.ci IS NULL");
        return Ok(());
    };
    let known = reader.ci_called(word)?;
    if known.is_empty() {
        c.push("t.ci = ");
        c.bind(word);
        return Ok(());
    }
    let mut names = vec![word.to_owned()];
    for ci in &known {
        names.push(ci.number());
        names.extend(reader.ci_name(*ci)?);
    }
    c.push("(");
    c.one_of("t.ci", names);
    c.push(" OR ");
    c.push("t.id IN (SELECT f.ticket FROM affected f WHERE ");
    c.one_of("f.ci", known.iter().map(|ci| ci.0));
    c.push("))");
    Ok(())
}

fn references(c: &mut Condition, column: &str, ids: &[i64], none: bool) {
    c.push("(");
    if !ids.is_empty() || !none {
        c.one_of(column, ids.iter().copied());
    }
    if none {
        let _ = write!(c.sql, "{}{column} IS NULL", if ids.is_empty() { "" } else { " OR " });
    }
    c.push(")");
}

fn add_is(c: &mut Condition, is: Is, asker: &Asker) {
    let now = asker.moment.now.0;
    let me = asker.me.map_or(0, |me| me.0);
    match is {
        Is::Open => c.push("t.phase < 3"),
        Is::Closed => c.one_of_few("t.phase", [3_i64, 4].into_iter()),
        Is::New => c.push("t.phase = 0"),
        Is::Active => c.push("t.phase = 1"),
        Is::Waiting => c.push("t.phase = 2"),
        Is::Resolved => c.push("t.phase = 3"),
        Is::Mine => {
            c.push("t.assignee = ");
            c.bind(me);
        }
        Is::Unassigned => c.push("t.assignee IS NULL"),
        Is::Breached => {
            let _ = write!(c.sql, "(t.phase < 3 AND {DUE} < ");
            c.bind(now);
            c.push(")");
        }
        Is::AtRisk => {
            let _ = write!(c.sql, "(t.phase < 3 AND {DUE} < {NEVER} AND {DUE} >= ");
            c.bind(now);
            let _ = write!(c.sql, " AND ({DUE} - ");
            c.bind(now);
            let _ = write!(c.sql, ") * 4 < {DUE} - t.created)");
        }
        Is::Major => c.push("t.major = 1"),
        Is::Changed => c.push(
            "t.id IN (SELECT s.ticket FROM temp.seen s CROSS JOIN ticket u ON u.id = s.ticket WHERE u.version > s.version)",
        ),
        Is::Watched => {
            c.push("t.id IN (SELECT ticket FROM watcher WHERE person = ");
            c.bind(me);
            c.push(")");
        }
        Is::ToApprove => {
            c.push(
                "t.id IN (SELECT v.ticket FROM vote v JOIN approval a ON a.id = v.approval
                           WHERE v.verdict IS NULL AND a.state = 'open' AND v.person = ",
            );
            c.bind(me);
            c.push(")");
        }
        // Worked out by its caller: what a change meets is kept nowhere.
        Is::Conflicting => c.push("0"),
        Is::Merged => c.push("t.merged_into IS NOT NULL"),
    }
}

fn has_sql(has: Has) -> &'static str {
    match has {
        Has::Attachment => "t.id IN (SELECT ticket FROM attachment)",
        Has::Workaround => "t.workaround IS NOT NULL",
        Has::RootCause => "t.root_cause IS NOT NULL",
        Has::Description => "t.description <> ''",
        Has::Resolution => "t.resolution IS NOT NULL",
        Has::Note => "EXISTS (SELECT 1 FROM entry WHERE ticket = t.id AND public = 0)",
        Has::Reply => "EXISTS (SELECT 1 FROM entry WHERE ticket = t.id AND public = 1)",
        Has::Task => "t.id IN (SELECT ticket FROM task)",
        Has::Link => "t.id IN (SELECT ticket FROM link UNION ALL SELECT other FROM link)",
        Has::Tag => "t.id IN (SELECT ticket FROM tag)",
        Has::Due => "t.due IS NOT NULL",
    }
}

/// What a time field asks about, as an index has it.
pub(crate) fn time_column(field: TimeField) -> &'static str {
    match field {
        TimeField::Created | TimeField::Age => "t.created",
        TimeField::Updated => "t.updated",
        TimeField::Resolved => RESOLVED,
        TimeField::Closed => CLOSED,
        TimeField::Due => DUE,
        TimeField::PlannedStart => "t.planned_start",
        TimeField::PlannedEnd => "t.planned_end",
    }
}

/// The time that stands for no time where one sorts last.
const NEVER: i64 = i64::MAX;

fn add_range(c: &mut Condition, field: TimeField, column: &str, range: &TimeRange, asker: &Asker) {
    // Where an index has a value for no time at all, it is asked for by that value.
    let (none, empty) = match field {
        TimeField::Due => (Some(NEVER), format!("{column} = {NEVER}")),
        TimeField::Resolved | TimeField::Closed => (Some(i64::MIN), format!("{column} = {}", i64::MIN)),
        _ => (None, format!("{column} IS NULL")),
    };
    if matches!(range, TimeRange::None) {
        return c.push(&empty);
    }
    let Some((from, until)) = range.bounds(field, &asker.moment) else {
        return c.push("0");
    };
    let from = from.map(|at| at.0).or((none == Some(i64::MIN)).then_some(i64::MIN + 1));
    let until = until.map(|at| at.0).or((none == Some(NEVER)).then_some(NEVER));
    c.push(if none.is_some() { "(1" } else { "(" });
    if none.is_none() {
        let _ = write!(c.sql, "{column} IS NOT NULL");
    }
    for (sign, bound) in [(">=", from), ("<", until)] {
        if let Some(bound) = bound {
            let _ = write!(c.sql, " AND {column} {sign} ");
            c.bind(bound);
        }
    }
    c.push(")");
}

/// A search in FTS5's own words: phrases in quotes, so that nothing in them is syntax.
pub(crate) fn match_text(place: Place, any: &[TextMatch]) -> String {
    let phrases: Vec<String> = any
        .iter()
        .map(|text| {
            format!("\"{}\"{}", text.text.replace('"', "\"\"").replace('\0', " "), if text.prefix { " *" } else { "" })
        })
        .collect();
    match place {
        Place::Anywhere => format!("({})", phrases.join(" OR ")),
        Place::Title => format!("(title : ({}))", phrases.join(" OR ")),
    }
}

pub(super) fn people_named(reader: &Reader, name: &str) -> Result<Vec<i64>, Refusal> {
    let word = fold(name);
    let found: Vec<i64> = if word.is_ascii() {
        reader.all("SELECT id FROM person WHERE login = ?1 OR name = ?1 COLLATE NOCASE", [&word], |row| row.get(0))?
    } else {
        reader
            .people()?
            .iter()
            .filter(|person| fold(&person.login) == word || fold(&person.name) == word)
            .map(|p| p.id.0)
            .collect()
    };
    if found.is_empty() {
        reader.find_person(name)?;
    }
    Ok(found)
}

fn ids_named(reader: &Reader, field: ReferenceField, name: &str) -> Result<Vec<i64>, Refusal> {
    let word = fold(name);
    let ids: Vec<i64> = match field {
        ReferenceField::Team => reader
            .teams()?
            .iter()
            .filter(|team| fold(&team.key) == word || fold(&team.name) == word)
            .map(|team| team.id.0)
            .collect(),
        ReferenceField::Service => {
            let services = reader.services()?;
            services.iter().filter(|s| fold(&s.key) == word || fold(&s.name) == word).map(|s| s.id.0).collect()
        }
        ReferenceField::Category => {
            let all = reader.categories()?;
            let named: Vec<_> = all
                .iter()
                .filter(|c| [&c.key, &c.name, &c.path].iter().any(|known| fold(known) == word))
                .map(|c| c.id)
                .collect();
            all.iter()
                .filter(|c| named.contains(&c.id) || c.parent.is_some_and(|parent| named.contains(&parent)))
                .map(|c| c.id.0)
                .collect()
        }
    };
    if ids.is_empty() {
        match field {
            ReferenceField::Team => reader.find_team(name).map(|_| ())?,
            ReferenceField::Service => reader.find_service(name).map(|_| ())?,
            ReferenceField::Category => reader.find_category(name).map(|_| ())?,
        }
    }
    Ok(ids)
}
