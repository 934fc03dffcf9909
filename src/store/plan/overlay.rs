//! Rows as a plan has made them so far: those of the file, with what the plan writes laid over them.

use std::collections::BTreeMap;

use crate::desk::field::Value;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, Write};
use crate::store::image::Image;
use crate::store::plan::draft::Draft;

impl Draft<'_, '_> {
    /// The rows of a table that name a row of another in a column, by their ids.
    pub(crate) fn rows(&self, table: Table, column: &str, of: i64) -> Result<BTreeMap<i64, Image>, Refusal> {
        let mut rows = self.reader.rows_naming(table, column, of)?;
        for write in &self.batch.writes {
            match write {
                Write::Insert { table: written, id, row } if *written == table => {
                    rows.insert(*id, image(row));
                }
                Write::Update { table: written, id, row } if *written == table => {
                    if let Some(now) = rows.get_mut(id) {
                        now.extend(image(row));
                    }
                }
                Write::Delete { table: written, id } if *written == table => {
                    rows.remove(id);
                }
                _ => {}
            }
        }
        rows.retain(|_, row| row.get(column) == Some(&Value::Int(of)));
        Ok(rows)
    }
}

fn image(row: &Row) -> Image {
    row.iter().map(|(column, value)| (column.to_string(), value.clone())).collect()
}
