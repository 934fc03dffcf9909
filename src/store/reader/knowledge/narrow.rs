//! What a search for articles asks beside words, as SQL over `article a`.

use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::knowledge::{Mark, Only};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;

/// What narrows a search.
#[derive(Default)]
pub(super) struct Narrowing {
    parts: Vec<String>,
    /// What stands for its question marks, in order.
    pub(super) values: Vec<Value>,
}

impl Narrowing {
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// ` AND …`, nothing where nothing is asked.
    pub(super) fn and(&self) -> String {
        self.parts.iter().map(|part| format!(" AND {part}")).collect()
    }

    fn push(&mut self, not: bool, parts: &[String], values: impl IntoIterator<Item = Value>) {
        let any = if parts.is_empty() { String::from("FALSE") } else { parts.join(" OR ") };
        // What is not given is none of these.
        self.parts.push(format!("{}ifnull(({any}), FALSE)", if not { "NOT " } else { "" }));
        self.values.extend(values);
    }
}

/// Whether a name begins so, however it is spelt: `known error`, `Known-Error`.
fn begins(name: &str, typed: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    plain(name).starts_with(&plain(typed))
}

impl Reader<'_> {
    /// What these ask, in SQL. Types and states are those of the desk that begin so; the rest is compared in the file.
    pub(super) fn narrowing(&self, only: &[Only]) -> Result<Narrowing, Refusal> {
        let practice = &self.rules().knowledge;
        let mut narrow = Narrowing::default();
        for Only { mark, values, not } in only {
            let own = |names: Vec<&str>, column: &str| {
                let names: Vec<Value> = names.into_iter().map(Value::from).collect();
                let marks = vec!["?"; names.len()].join(", ");
                (vec![format!("a.{column} IN ({marks})")], names)
            };
            let each = |sql: &str, columns: usize, values: &[String]| {
                let bound = values.iter().flat_map(|value| vec![Value::from(value.as_str()); columns]);
                (vec![sql.to_owned(); values.len()], bound.collect::<Vec<_>>())
            };
            let (parts, bound) = match mark {
                Mark::Type => {
                    let kinds = practice.types.iter().filter(|kind| {
                        values.iter().any(|value| begins(&kind.name, value) || begins(&kind.label, value))
                    });
                    own(kinds.map(|kind| kind.name.as_str()).collect(), "type")
                }
                Mark::State => {
                    let states = practice.life.state.iter();
                    let states = states.filter(|state| values.iter().any(|value| begins(&state.name, value)));
                    own(states.map(|state| state.name.as_str()).collect(), "state")
                }
                Mark::Tag => {
                    let words: Vec<String> = values.iter().map(|value| value.replace(' ', "-")).collect();
                    let tagged = "EXISTS (SELECT 1 FROM article_tag t
                                           WHERE t.article = a.id AND t.name >= ? AND t.name < ? || char(1114111))";
                    each(tagged, 2, &words)
                }
                Mark::Service => each(
                    &format!(
                        "EXISTS (SELECT 1 FROM article_service l JOIN service s ON s.id = l.service
                                  WHERE l.article = a.id AND ({} OR {}))",
                        so("s.key"),
                        so("s.name")
                    ),
                    4,
                    values,
                ),
                Mark::Ci => {
                    let numbers = values.iter().map(|value| value.parse::<CiId>().map_or(0, |id| id.0));
                    let bound = values.iter().zip(numbers).flat_map(|(value, id)| {
                        [Value::from(value.as_str()), Value::from(value.as_str()), Value::Int(id)]
                    });
                    let sql = format!(
                        "EXISTS (SELECT 1 FROM article_ci l JOIN ci c ON c.id = l.ci
                                  WHERE l.article = a.id AND ({} OR c.id = ?))",
                        so("c.name")
                    );
                    (vec![sql; values.len()], bound.collect())
                }
                Mark::Owner => {
                    let sql = format!("a.owner IN (SELECT id FROM person WHERE {} OR {})", so("login"), so("name"));
                    let (named, none): (Vec<String>, Vec<String>) =
                        values.iter().cloned().partition(|value| value != "none");
                    let (mut parts, bound) = each(&sql, 4, &named);
                    parts.extend(none.first().map(|_| String::from("a.owner IS NULL")));
                    (parts, bound)
                }
                Mark::Category => {
                    let sql = format!("a.category IN (SELECT id FROM category WHERE {} OR {})", so("key"), so("name"));
                    each(&sql, 4, values)
                }
                Mark::Audience => each(&so("a.audience"), 2, values),
                Mark::Language => each(&so("a.language"), 2, values),
            };
            narrow.push(*not, &parts, bound);
        }
        Ok(narrow)
    }
}

/// Whether a column begins with a value, which is bound twice.
fn so(column: &str) -> String {
    format!("substr(lower({column}), 1, length(?)) = ?")
}
