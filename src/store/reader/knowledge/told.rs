//! The history of an article as people read it: what each entry of the journal changed on it.

use crate::desk::field::Value;
use crate::desk::id::{ArticleId, Seq};
use crate::desk::knowledge::ArticleField;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::reader::Reader;
use crate::store::reader::history::FieldChange;
use crate::store::reader::journal::{ChangedRow, Transaction};

/// Something that happened to an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleEvent {
    /// Its entry in the journal.
    pub transaction: Transaction,
    /// What changed.
    pub changes: Vec<FieldChange>,
}

/// Columns of which nobody asks: they follow from others.
const DERIVED: [&str; 6] = ["phase", "writer", "created", "version", "updated", "hash"];

impl Reader<'_> {
    /// Everything that happened to an article, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn history_of_article(&self, id: ArticleId, moment: &Moment) -> Result<Vec<ArticleEvent>, Refusal> {
        let rows = self.changes_of_article(id, Seq(0))?;
        let mut events = Vec::new();
        for transaction in self.log_of_article(id)?.into_iter().rev() {
            let mut changes = Vec::new();
            for row in rows.iter().filter(|row| row.seq == transaction.seq) {
                changes.extend(self.article_told(row, moment)?);
            }
            events.push(ArticleEvent { transaction, changes });
        }
        Ok(events)
    }

    /// What a changed row tells about its article, as texts: names in place of references, local times.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_told(&self, row: &ChangedRow, moment: &Moment) -> Result<Vec<FieldChange>, Refusal> {
        let told = |what: &str, before: String, after: String| FieldChange {
            field: None,
            what: what.to_owned(),
            before: Some(before).filter(|text| !text.is_empty()).into(),
            after: Some(after).filter(|text| !text.is_empty()).into(),
        };
        if row.table == "article" {
            let mut changes = Vec::new();
            let columns = row.columns().filter(|(name, was, is)| !DERIVED.contains(name) && was != is);
            for (name, was, is) in columns {
                let field = ArticleField::ALL.iter().find(|field| field.name() == name).copied();
                let shown = |value: &Value| match (field, value) {
                    (Some(field), value) => self.shown_article(field, value, moment),
                    (None, Value::Int(at)) if name == "confirmed" => {
                        Ok(crate::desk::time::Timestamp(*at).local(moment.zone))
                    }
                    (None, Value::Int(n)) if *n != 0 => Ok(n.to_string()),
                    (None, value) => Ok(value.text().unwrap_or_default().to_owned()),
                };
                changes.push(told(name, shown(&was)?, shown(&is)?));
            }
            changes.retain(|change| change.before != change.after);
            // As people read an article: its state, then its fields.
            changes.sort_by_key(|change| ArticleField::ALL.iter().position(|field| field.name() == change.what));
            return Ok(changes);
        }
        let (what, column, field) = match row.table.as_str() {
            "article_tag" => ("tag", "name", Some(ArticleField::Tags)),
            "article_service" => ("service", "service", Some(ArticleField::Services)),
            "article_ci" => ("ci", "ci", Some(ArticleField::Cis)),
            "article_file" => return self.file_told(row),
            // What it holds is told by the article itself.
            "edition" => return Ok(Vec::new()),
            "feedback" => return self.feedback_told(row),
            "citation" => {
                let number = match row.ticket.map(|ticket| self.ticket(ticket)).transpose() {
                    Ok(ticket) => ticket.map_or_else(String::new, |ticket| ticket.number.to_string()),
                    Err(Refusal::NotFound(_)) => String::from("a ticket that is gone"),
                    Err(other) => return Err(other),
                };
                let (before, after) =
                    if row.after.is_some() { (String::new(), number) } else { (number, String::new()) };
                return Ok(vec![told("ticket", before, after)]);
            }
            _ => return Ok(Vec::new()),
        };
        let shown = |image: &Option<std::collections::BTreeMap<String, Value>>| -> Result<String, Refusal> {
            match (image.as_ref().and_then(|image| image.get(column)), field) {
                (Some(value), Some(field)) => self.shown_article(field, value, moment),
                _ => Ok(String::new()),
            }
        };
        Ok(vec![told(what, shown(&row.before)?, shown(&row.after)?)])
    }

    /// A file that came, went, or was replaced: by name, and by the beginning of its checksum where another has its name now.
    fn file_told(&self, row: &ChangedRow) -> Result<Vec<FieldChange>, Refusal> {
        let now: Option<String> =
            self.one("SELECT name FROM article_file WHERE id = ?1", [row.row], |row| row.get(0))?;
        let replaced = row.before.is_some() && row.after.is_some();
        let said = |image: &Option<std::collections::BTreeMap<String, Value>>| {
            let image = image.as_ref()?;
            let name = image.get("name").and_then(Value::text).map(str::to_owned).or_else(|| now.clone())?;
            let sum: String = image.get("sha256")?.text()?.chars().take(8).collect();
            Some(if replaced { format!("{name} ({sum})") } else { name })
        };
        let (before, after): (Value, Value) = (said(&row.before).into(), said(&row.after).into());
        let is_told = before != after;
        let change = FieldChange { field: None, what: String::from("file"), before, after };
        Ok(if is_told { vec![change] } else { Vec::new() })
    }

    /// What a reader said, or what became of it.
    fn feedback_told(&self, row: &ChangedRow) -> Result<Vec<FieldChange>, Refusal> {
        let sql = "SELECT verdict, comment FROM feedback WHERE id = ?1";
        let now: Option<(String, String)> = self.one(sql, [row.row], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let said = |image: &Option<std::collections::BTreeMap<String, Value>>| {
            let image = image.as_ref()?;
            let text = |name: &str, otherwise: Option<&String>| {
                let own = image.get(name).and_then(Value::text).map(str::to_owned);
                own.or_else(|| otherwise.cloned()).unwrap_or_default()
            };
            let verdict = text("verdict", now.as_ref().map(|(verdict, _)| verdict));
            let comment = text("comment", now.as_ref().map(|(_, comment)| comment));
            let settled = if image.get("settled").is_some_and(Value::given) { ", settled" } else { "" };
            let dash = if comment.is_empty() { "" } else { ": " };
            Some(format!("{verdict}{settled}{dash}{comment}"))
        };
        let (before, after) = (said(&row.before).into(), said(&row.after).into());
        Ok(vec![FieldChange { field: None, what: String::from("reader"), before, after }])
    }
}
