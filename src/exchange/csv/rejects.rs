//! Rows that did not go in: collected within bounds, and written beside their file so that they can be put right.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::cell::cell;
use super::error::ImportError;
use super::incoming::Rejected;

/// With so many rejected rows the map is wrong, not the rows.
const MOST: usize = 50_000;
/// Likewise with so many bytes of them.
const MOST_BYTES: usize = 64 << 20;

/// Rejected rows while a file is read.
#[derive(Debug, Default)]
pub struct Rejects {
    list: Vec<Rejected>,
    bytes: usize,
}

impl Rejects {
    /// Adds a row.
    ///
    /// # Errors
    /// When there are too many for this map to be the right one.
    pub fn add(&mut self, row: u64, line: u64, reason: String, raw: Vec<String>) -> Result<(), ImportError> {
        self.bytes += raw.iter().map(String::len).sum::<usize>();
        self.list.push(Rejected { row, line, reason, raw });
        match self.list.first() {
            Some(first) if self.list.len() > MOST || self.bytes > MOST_BYTES => Err(ImportError::TooManyRejected {
                count: self.list.len(),
                row: first.row,
                reason: first.reason.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The rows in the order of the file.
    pub fn into_list(mut self) -> Vec<Rejected> {
        self.list.sort_by_key(|rejected| rejected.row);
        self.list
    }
}

/// Where the rejected rows of `file` go: `export.csv` → `export.csv.rejected.csv`.
#[must_use]
pub fn rejected_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".rejected.csv");
    PathBuf::from(name)
}

/// Writes rejected rows as CSV: the file's own columns, then row, line and reason. Formulas are escaped.
///
/// The columns keep their names and order, so that rows put right import with the same map.
///
/// # Errors
/// What writing gives.
pub fn write_rejected(output: impl Write, headers: &[String], rejected: &[Rejected]) -> io::Result<()> {
    let mut out = ::csv::WriterBuilder::new().flexible(true).from_writer(output);
    let added = ["rejected row", "rejected line", "rejected reason"];
    out.write_record(headers.iter().map(|h| cell(h)).map(|c| c.into_owned()).chain(added.map(str::to_owned)))?;
    for row in rejected {
        let width = headers.len().max(row.raw.len());
        let values = (0..width).map(|i| row.raw.get(i).map(|v| cell(v).into_owned()).unwrap_or_default());
        let said = [row.row.to_string(), row.line.to_string(), cell(&row.reason).into_owned()];
        // A row with too many values keeps them all; its reason then stands further right.
        out.write_record(values.chain(said))?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_rows_keep_their_columns_and_run_nothing() {
        let headers = ["id".to_owned(), "note".to_owned()];
        let rejected = [
            Rejected { row: 2, line: 2, reason: "has 1 values, the header has 2".into(), raw: vec!["7".into()] },
            Rejected { row: 9, line: 12, reason: "-".into(), raw: vec!["8".into(), "=1+1".into()] },
        ];
        let mut out = Vec::new();
        write_rejected(&mut out, &headers, &rejected).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "id,note,rejected row,rejected line,rejected reason\n\
             7,,2,2,\"has 1 values, the header has 2\"\n\
             8,'=1+1,9,12,'-\n"
        );
        assert_eq!(rejected_path(Path::new("/tmp/a.csv")), Path::new("/tmp/a.csv.rejected.csv"));
    }

    #[test]
    fn fifty_thousand_rejected_rows_mean_the_wrong_map() {
        let mut rejects = Rejects::default();
        let error = (0..=MOST as u64).find_map(|n| rejects.add(n + 2, n + 2, "has no key".into(), vec![]).err());
        assert_eq!(
            error.unwrap().to_string(),
            "50001 rows were rejected, which is too many to be the right map for this file; the first, row 2: has no key"
        );
    }
}
