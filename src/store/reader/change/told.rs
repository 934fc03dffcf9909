//! A change's own rows in a line of its history.

use std::collections::BTreeMap;

use crate::desk::field::Value;
use crate::desk::id::PersonId;
use crate::desk::refusal::Refusal;
use crate::store::batch::Table;
use crate::store::image::{Image, int, text};
use crate::store::reader::Reader;
use crate::store::reader::journal::ChangedRow;

impl Reader<'_> {
    /// What a person is called, by row.
    pub(crate) fn called(&self, person: Value) -> Result<String, Refusal> {
        let id = person.int().unwrap_or_default();
        Ok(self.person(PersonId(id))?.map_or_else(|| id.to_string(), |person| person.name))
    }

    /// An answer, a step of an approval, a vote, an override or an item of a meeting, as a changed row tells it.
    pub(crate) fn change_row(
        &self,
        row: &ChangedRow,
        image: &Option<BTreeMap<String, Value>>,
    ) -> Result<String, Refusal> {
        // A change names only the columns that changed: what it does not name is as it is now.
        let now = match Table::named(&row.table) {
            Some(table) => self.rows_naming(table, "id", row.row)?.remove(&row.row),
            None => None,
        };
        let mut whole: Image = now.unwrap_or_default();
        whole.extend(image.clone().unwrap_or_default());
        Ok(match row.table.as_str() {
            "answer" => format!("{}: {}", text(&whole, "question"), text(&whole, "value")),
            "approval" => format!("{}: {}", text(&whole, "name"), text(&whole, "state")),
            "override" => format!("{}: {}", text(&whole, "text"), text(&whole, "reason")),
            "vote" => {
                let who = self.called(Value::Int(int(&whole, "person")))?;
                let said = match text(&whole, "verdict") {
                    "approve" => "approved",
                    "reject" => "rejected",
                    "delegate" => "handed it on",
                    _ => "asked",
                };
                match text(&whole, "comment") {
                    "" => format!("{who} {said}"),
                    why => format!("{who} {said}: {why}"),
                }
            }
            _ => match text(&whole, "decision") {
                "" => format!("{}: on the agenda", int(&whole, "cab")),
                decision => format!("{}: {decision}", int(&whole, "cab")),
            },
        })
    }
}
