//! Whether the rows of a desk are what its journal says.
//!
//! Every value that a change wrote is added to a sum, every value that it replaced is taken out of it; what is left must be
//! the sum of the values that the tables hold. One pass over the journal, one over the tables, and no memory to speak of.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::desk::field::Value;
use crate::store::batch::Table;
use crate::store::schema::BOOKKEEPING;

/// The sum of a table's values. The order in which they are added does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum(u128);

impl Sum {
    fn add(&mut self, row: i64, column: &str, value: &Value) {
        self.0 = self.0.wrapping_add(weight(row, column, value));
    }

    fn take(&mut self, row: i64, column: &str, value: &Value) {
        self.0 = self.0.wrapping_sub(weight(row, column, value));
    }
}

/// 128 bits of a value in its place; nothing weighs nothing. This finds accidents and careless hands; who forges the sums
/// must forge the journal too, and that is what its chain of hashes is for.
fn weight(row: i64, column: &str, value: &Value) -> u128 {
    if *value == Value::Null || BOOKKEEPING.contains(&column) {
        return 0;
    }
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, row, column).hash(&mut hasher);
        match value {
            Value::Null => {}
            Value::Int(n) => n.hash(&mut hasher),
            Value::Text(text) => text.hash(&mut hasher),
        }
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// The tables whose rows are not what the journal says.
pub(super) fn disagreeing(conn: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut told: BTreeMap<Table, Sum> = Table::ALL.into_iter().map(|table| (table, Sum::default())).collect();
    let mut statement = conn.prepare("SELECT tbl, row, before, after FROM change ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(change) = rows.next()? {
        let Some(sum) = Table::named(change.get_ref(0)?.as_str()?).and_then(|table| told.get_mut(&table)) else {
            continue;
        };
        let row: i64 = change.get(1)?;
        image(change.get_ref(2)?, |column, value| sum.take(row, column, value))?;
        image(change.get_ref(3)?, |column, value| sum.add(row, column, value))?;
    }
    let mut disagreeing = Vec::new();
    for (table, told) in told {
        if held(conn, table)? != told {
            disagreeing.push(table);
        }
    }
    Ok(disagreeing)
}

fn image(json: ValueRef<'_>, mut each: impl FnMut(&str, &Value)) -> rusqlite::Result<()> {
    let Some(text) = json.as_str_or_null()? else { return Ok(()) };
    let columns: BTreeMap<String, Value> = serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(error)))?;
    columns.iter().for_each(|(column, value)| each(column, value));
    Ok(())
}

/// The sum of the values that a table holds.
pub(super) fn held(conn: &Connection, table: Table) -> rusqlite::Result<Sum> {
    let mut sum = Sum::default();
    // A desk that is not brought up to date yet does not have all tables.
    if !conn.table_exists(None::<&str>, table.name())? {
        return Ok(sum);
    }
    let mut statement = conn.prepare(&format!("SELECT * FROM {}", table.name()))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get("id")?;
        for (n, column) in columns.iter().enumerate().filter(|(_, column)| *column != "id") {
            let value = match row.get_ref(n)? {
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                _ => Value::Null,
            };
            sum.add(id, column, &value);
        }
    }
    Ok(sum)
}
