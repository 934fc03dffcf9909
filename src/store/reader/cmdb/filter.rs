//! Queries for CIs as SQL: every value bound, every name known.

use chrono::TimeZone;

use crate::desk::cmdb::{CiHas, CiIs, CiTerm, Common, Test, Type};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::query::{Comparison, Expr, TimeRange};
use crate::desk::refusal::Refusal;
use crate::desk::time::{DAY, Timestamp};
use crate::store::reader::Reader;
use crate::store::reader::filter::{Asker, Condition, people_named};

/// The condition on `ci c` that a filter means.
pub(super) fn condition(reader: &Reader, filter: Option<&Expr<CiTerm>>, asker: &Asker) -> Result<Condition, Refusal> {
    let mut condition = Condition::default();
    match filter {
        None => condition.push("1"),
        Some(filter) => add(&mut condition, reader, filter, asker)?,
    }
    Ok(condition)
}

fn add(c: &mut Condition, reader: &Reader, expr: &Expr<CiTerm>, asker: &Asker) -> Result<(), Refusal> {
    match expr {
        Expr::And(parts) => {
            for (n, part) in parts.iter().enumerate() {
                c.push(if n == 0 { "(" } else { " AND " });
                add(c, reader, part, asker)?;
            }
            c.push(")");
            Ok(())
        }
        Expr::Or(parts) => c.any(parts, |c, part| add(c, reader, part, asker)),
        Expr::Not(inner) => {
            c.push("((");
            add(c, reader, inner, asker)?;
            c.push(") IS NOT TRUE)");
            Ok(())
        }
        Expr::Term(term) => add_term(c, reader, term, asker),
    }
}

fn add_term(c: &mut Condition, reader: &Reader, term: &CiTerm, asker: &Asker) -> Result<(), Refusal> {
    match term {
        CiTerm::Is(any) => c.any(any, |c, is| add_is(c, reader, *is, asker)),
        CiTerm::Has(any) => c.any(any, |c, has| {
            add_has(c, has);
            Ok(())
        }),
        CiTerm::Number(ids) => {
            c.one_of("c.id", ids.iter().map(|id| id.0));
            Ok(())
        }
        CiTerm::Class(names) => {
            let classes = &reader.rules().cmdb.classes;
            let all: Vec<&str> = names.iter().flat_map(|name| classes.below(name)).collect();
            c.one_of("c.class", all);
            Ok(())
        }
        CiTerm::Common { field, any } => c.any(any, |c, test| add_common(c, reader, *field, test, asker)),
        CiTerm::Attribute { name, any } => {
            let holds = reader.rules().cmdb.classes.named(name).next().map_or(Type::Text, |attribute| attribute.holds);
            c.any(any, |c, test| {
                if *test == Test::None {
                    c.push("NOT EXISTS (SELECT 1 FROM attribute a WHERE a.ci = c.id AND a.name = ");
                    c.bind(name.as_str());
                    c.push(")");
                    return Ok(());
                }
                c.push("c.id IN (SELECT a.ci FROM attribute a WHERE a.name = ");
                c.bind(name.as_str());
                c.push(" AND ");
                match (holds, test) {
                    (Type::Ci, Test::Is(word)) => {
                        c.push("a.value = ");
                        c.bind(reader.find_ci(word)?.0);
                    }
                    (Type::Date, Test::Time(range, field)) => {
                        days(c, "a.value", range.bounds(*field, &asker.moment), asker);
                    }
                    _ => value(c, "a.value", name, test, asker),
                }
                c.push(")");
                Ok(())
            })
        }
        CiTerm::Related { relation, reverse, any } => {
            let (own, other) = if *reverse { ("other", "ci") } else { ("ci", "other") };
            c.any(any, |c, end| {
                match end {
                    None => {
                        c.push(&format!("NOT EXISTS (SELECT 1 FROM relation r WHERE r.{own} = c.id AND r.type = "));
                        c.bind(relation.as_str());
                    }
                    Some(word) => {
                        let end = reader.find_ci(word)?;
                        c.push(&format!("c.id IN (SELECT r.{own} FROM relation r WHERE r.{other} = "));
                        c.bind(end.0);
                        c.push(" AND r.type = ");
                        c.bind(relation.as_str());
                    }
                }
                c.push(")");
                Ok(())
            })
        }
        CiTerm::Location(any) => c.any(any, |c, place| {
            match place {
                None => c.push("NOT EXISTS (SELECT 1 FROM relation r WHERE r.ci = c.id AND r.type = 'located_in')"),
                Some(word) => {
                    let place = reader.find_ci(word)?;
                    // What stands in something that stands there, to any depth: UNION ends circles.
                    c.push(
                        "c.id IN (WITH RECURSIVE within (id) AS (SELECT r.ci FROM relation r WHERE r.type = 'located_in' AND r.other = ",
                    );
                    c.bind(place.0);
                    c.push(
                        " UNION SELECT r.ci FROM relation r JOIN within w ON r.other = w.id WHERE r.type = 'located_in') SELECT id FROM within)",
                    );
                }
            }
            Ok(())
        }),
        CiTerm::Text(word) => {
            add_text(c, reader, word);
            Ok(())
        }
    }
}

fn add_is(c: &mut Condition, reader: &Reader, is: CiIs, asker: &Asker) -> Result<(), Refusal> {
    match is {
        CiIs::Live => c.push("c.phase = 2"),
        CiIs::Planned => c.push("c.phase = 0"),
        CiIs::Stock => c.push("c.phase = 1"),
        CiIs::Gone => c.push("c.phase = 3"),
        CiIs::Present => c.push("c.phase < 3"),
        CiIs::Mine => {
            let me = asker.me.map_or(0, |me| me.0);
            c.push("(c.contact = ");
            c.bind(me);
            c.push(" OR c.holder = ");
            c.bind(me);
            c.push(")");
        }
        CiIs::Held => c.push("c.holder IS NOT NULL"),
        CiIs::Overdue => {
            c.push("(c.holder IS NOT NULL AND c.id IN (SELECT a.ci FROM attribute a WHERE a.name = 'due_back' AND a.value < ");
            c.bind(asker.moment.today().format("%Y-%m-%d").to_string());
            c.push("))");
        }
        CiIs::Stale => {
            let days = i64::from(reader.rules().cmdb.statuses.stale_after);
            c.push("(c.phase = 2 AND c.seen < ");
            c.bind(asker.moment.now.plus(-days * DAY).0);
            c.push(")");
        }
        CiIs::Found => c.push("c.seen IS NOT NULL"),
        CiIs::Drifting => {
            let mut ids = Vec::new();
            // Where the record had all that was found, and did not change since, there is nothing to look at.
            let suspects = "SELECT DISTINCT s.ci FROM sighting s JOIN ci c ON c.id = s.ci
                             WHERE s.agreed IS NULL OR s.agreed < c.version";
            for id in reader.all(suspects, [], |row| row.get::<_, i64>(0))? {
                if !reader.drift(&reader.ci(CiId(id))?)?.is_empty() {
                    ids.push(id);
                }
            }
            // In one value: there may be more of them than a statement takes.
            c.push("c.id IN (SELECT value FROM json_each(");
            c.bind(serde_json::to_string(&ids).unwrap_or_default());
            c.push("))");
        }
        CiIs::Locked => c.push("c.locked <> ''"),
        CiIs::Low => c.push(
            "c.id IN (SELECT q.ci FROM attribute q JOIN attribute m ON m.ci = q.ci AND m.name = 'minimum'
                       WHERE q.name = 'quantity' AND q.value < m.value)",
        ),
        CiIs::Duplicate => c.push(
            "(c.phase < 3 AND (EXISTS (SELECT 1 FROM ci d WHERE d.serial = c.serial AND d.id <> c.id AND d.phase < 3)
               OR EXISTS (SELECT 1 FROM ci d WHERE d.asset_tag = c.asset_tag AND d.id <> c.id AND d.phase < 3)
               OR EXISTS (SELECT 1 FROM attribute a JOIN attribute b ON b.name = a.name AND b.value = a.value AND b.ci <> a.ci
                           JOIN ci d ON d.id = b.ci AND d.phase < 3 WHERE a.ci = c.id AND a.name IN ('mac', 'uuid'))))",
        ),
        CiIs::Incomplete => {
            let classes = &reader.rules().cmdb.classes;
            c.push("(c.phase < 3 AND (0");
            for class in classes.all().iter().filter(|class| !class.is_abstract) {
                for name in classes.recommended(&class.name) {
                    c.push(" OR (c.class = ");
                    c.bind(class.name.as_str());
                    c.push(" AND NOT ");
                    match Common::named(name) {
                        Some(common) => add_has(c, &CiHas::Field(common)),
                        None => add_has(c, &CiHas::Attribute(name.to_owned())),
                    }
                    c.push(")");
                }
            }
            c.push("))");
        }
        CiIs::Misrelated => {
            let forbidden = Value::from(serde_json::to_string(&forbidden(reader)?).unwrap_or_default());
            let joins = |from: &str, to: &str| format!("r.type || ' ' || {from} || ' ' || {to} IN (SELECT value FROM json_each(");
            c.push("(EXISTS (SELECT 1 FROM relation r JOIN ci x ON x.id = r.other WHERE r.ci = c.id AND ");
            c.push(&joins("c.class", "x.class"));
            c.bind(forbidden.clone());
            c.push("))) OR EXISTS (SELECT 1 FROM relation r JOIN ci x ON x.id = r.ci WHERE r.other = c.id AND ");
            c.push(&joins("x.class", "c.class"));
            c.bind(forbidden);
            c.push("))))");
        }
    }
    Ok(())
}

/// The kinds of relations there are, `runs_on site server`, that join classes which their types do not allow, or whose types
/// the desk no longer has.
fn forbidden(reader: &Reader) -> Result<Vec<String>, Refusal> {
    let model = &reader.rules().cmdb;
    let joined = reader.all(
        "SELECT DISTINCT r.type, a.class, b.class FROM relation r JOIN ci a ON a.id = r.ci JOIN ci b ON b.id = r.other",
        [],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)),
    )?;
    let allowed = |(relation, from, to): &(String, String, String)| {
        model.relations.get(relation).is_some_and(|kind| kind.joins(&model.classes, from, to))
    };
    Ok(joined
        .into_iter()
        .filter(|one| !allowed(one))
        .map(|(relation, from, to)| format!("{relation} {from} {to}"))
        .collect())
}

fn add_has(c: &mut Condition, has: &CiHas) {
    match has {
        CiHas::Field(Common::Location) => {
            c.push("EXISTS (SELECT 1 FROM relation r WHERE r.ci = c.id AND r.type = 'located_in')");
        }
        CiHas::Field(field) => c.push(&format!("(c.{0} IS NOT NULL AND c.{0} <> '')", field.name())),
        CiHas::Attribute(name) => {
            c.push("EXISTS (SELECT 1 FROM attribute a WHERE a.ci = c.id AND a.name = ");
            c.bind(name.as_str());
            c.push(")");
        }
        CiHas::Relation(relation, reverse) => {
            let own = if *reverse { "other" } else { "ci" };
            c.push(&format!("EXISTS (SELECT 1 FROM relation r WHERE r.{own} = c.id AND r.type = "));
            c.bind(relation.as_str());
            c.push(")");
        }
        CiHas::AnyRelation => c.push(
            "(EXISTS (SELECT 1 FROM relation r WHERE r.ci = c.id) OR EXISTS (SELECT 1 FROM relation r WHERE r.other = c.id))",
        ),
        CiHas::Ticket => c.push(
            "(EXISTS (SELECT 1 FROM affected f JOIN ticket t ON t.id = f.ticket WHERE f.ci = c.id AND t.phase < 3)
               OR EXISTS (SELECT 1 FROM ticket t WHERE t.ci = 'CI-' || c.id AND t.phase < 3))",
        ),
        CiHas::Redundancy => c.push("EXISTS (SELECT 1 FROM redundancy y WHERE y.ci = c.id)"),
        CiHas::Software => c.push("EXISTS (SELECT 1 FROM install i WHERE i.ci = c.id)"),
    }
}

fn add_common(c: &mut Condition, reader: &Reader, field: Common, test: &Test, asker: &Asker) -> Result<(), Refusal> {
    let column = format!("c.{}", field.name());
    if *test == Test::None {
        c.push(&format!("({column} IS NULL OR {column} = '')"));
        return Ok(());
    }
    match (field.holds(), test) {
        (Type::Person, Test::Is(word) | Test::Begins(word)) => {
            let ids = match word.eq_ignore_ascii_case("me") {
                true => asker.me.map(|me| me.0).into_iter().collect(),
                false => people_named(reader, word)?,
            };
            c.one_of(&column, ids);
        }
        (Type::Team, Test::Is(word) | Test::Begins(word)) => c.one_of(&column, [reader.find_team(word)?.id.0]),
        (Type::Time, Test::Time(range, field)) => {
            let (from, until) = range.bounds(*field, &asker.moment).unwrap_or_default();
            c.push(&format!("({column} IS NOT NULL"));
            bound(c, &column, " >= ", from.map(|at| at.0));
            bound(c, &column, " < ", until.map(|at| at.0));
            c.push(")");
        }
        _ if field == Common::Status => match test {
            Test::Is(word) => {
                let status = reader.rules().cmdb.statuses.find(word).map_err(Refusal::Rule)?;
                c.one_of(&column, [status.name.as_str()]);
            }
            _ => value(c, &column, field.name(), test, asker),
        },
        (_, Test::Is(word)) if field == Common::Environment => {
            // `prod` is production.
            value(c, &column, field.name(), &Test::Begins(word.clone()), asker);
        }
        _ => value(c, &column, field.name(), test, asker),
    }
    Ok(())
}

/// A column against what will do.
fn value(c: &mut Condition, column: &str, name: &str, test: &Test, asker: &Asker) {
    match test {
        Test::None => c.push(&format!("{column} IS NULL")),
        Test::Is(word) => {
            let normal = crate::desk::cmdb::field::normal(name, word);
            // What identifies is kept in one spelling, so that an index finds it.
            let kept = matches!(name, "mac" | "fqdn" | "uuid" | "ip" | "tag");
            c.push(&format!("{column} = "));
            c.bind(normal);
            if !kept {
                c.push(" COLLATE NOCASE");
            }
        }
        Test::Begins(word) => {
            c.push(&format!("{column} LIKE "));
            c.bind(format!("{}%", escaped(word)));
            c.push(" ESCAPE '\\'");
        }
        Test::Compared(comparison, number) => {
            let sign = match comparison {
                Comparison::Less => "<",
                Comparison::AtMost => "<=",
                Comparison::More => ">",
                Comparison::AtLeast => ">=",
            };
            c.push(&format!("(typeof({column}) = 'integer' AND {column} {sign} "));
            c.bind(*number);
            c.push(")");
        }
        Test::Between(from, to) => {
            c.push(&format!("{column} BETWEEN "));
            c.bind(*from);
            c.push(" AND ");
            c.bind(*to);
        }
        Test::Time(TimeRange::None, _) => c.push(&format!("{column} IS NULL")),
        Test::Time(range, field) => days(c, column, range.bounds(*field, &asker.moment), asker),
    }
}

/// A column of days against bounds in time.
fn days(c: &mut Condition, column: &str, bounds: Option<(Option<Timestamp>, Option<Timestamp>)>, asker: &Asker) {
    let day = |at: Timestamp| {
        let zone = asker.moment.zone;
        zone.timestamp_millis_opt(at.0).single().map(|at| at.format("%Y-%m-%d").to_string())
    };
    let (from, until) = bounds.unwrap_or_default();
    c.push("(1");
    bound(c, column, " >= ", from.and_then(day));
    // The day on which it ends counts as far as anything of it lies before the end.
    bound(c, column, " <= ", until.and_then(|at| day(at.plus(-1))));
    c.push(")");
}

fn bound<T: Into<Value>>(c: &mut Condition, column: &str, sign: &str, value: Option<T>) {
    if let Some(value) = value {
        c.push(&format!(" AND {column}{sign}"));
        c.bind(value);
    }
}

/// A word in the name, or the beginning of what identifies.
fn add_text(c: &mut Condition, reader: &Reader, word: &str) {
    c.push("(c.name LIKE ");
    c.bind(format!("%{}%", escaped(word)));
    c.push(" ESCAPE '\\' OR c.serial LIKE ");
    c.bind(format!("{}%", escaped(word)));
    c.push(" ESCAPE '\\' OR c.asset_tag LIKE ");
    c.bind(format!("{}%", escaped(word)));
    c.push(" ESCAPE '\\' OR c.id IN (SELECT a.ci FROM attribute a WHERE ");
    let classes = &reader.rules().cmdb.classes;
    let mut names: Vec<&str> = classes
        .all()
        .iter()
        .flat_map(|class| &class.attribute)
        .filter(|attribute| attribute.identifies)
        .map(|attribute| attribute.name.as_str())
        .collect();
    names.push("tag");
    names.sort_unstable();
    names.dedup();
    for (n, name) in names.iter().enumerate() {
        let begin = crate::desk::cmdb::field::normal(name, word);
        // Between the beginning and what would come behind all that begin so: an index finds it.
        c.push(if n == 0 { "(a.name = " } else { " OR (a.name = " });
        c.bind(*name);
        c.push(" AND a.value >= ");
        c.bind(begin.as_str());
        c.push(" AND a.value < ");
        c.bind(format!("{begin}\u{10ffff}"));
        c.push(")");
    }
    c.push("))");
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
