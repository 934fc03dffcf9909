//! A row as it is read whole: its columns by name, without its id.

use std::collections::BTreeMap;

use crate::desk::field::Value;

/// The columns of a row, without its id.
pub(crate) type Image = BTreeMap<String, Value>;

/// A whole number of a row; 0 where there is none, which no id is.
pub(crate) fn int(row: &Image, column: &str) -> i64 {
    row.get(column).and_then(Value::int).unwrap_or_default()
}

/// A text of a row; empty where there is none.
pub(crate) fn text<'r>(row: &'r Image, column: &str) -> &'r str {
    row.get(column).and_then(Value::text).unwrap_or_default()
}
