//! The baseline: the same answers by hand-written SQL, with nothing around them.

use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

/// The columns of a list.
const LIST: &str = "id, kind, n, version, updated, created, state, phase, priority, priority_computed, impact, urgency, major,
  requester, assignee, team, service, category, due, resolved, closed, planned_start, planned_end, pending_reason, resolution_code,
  cause_code, channel, ci, external, merged_into, title";

const DUE: &str = "ifnull(due, 9223372036854775807)";

/// A shipped view as its author would have written it for this one file.
pub fn view(name: &str) -> (String, String) {
    let (condition, order) = match name {
        "My work" => ("phase < 3 AND assignee = 2".to_owned(), format!("{DUE}, priority, id")),
        "Unassigned" => ("phase < 3 AND assignee IS NULL".to_owned(), format!("priority, {DUE}, id")),
        "Open" => ("phase < 3".to_owned(), format!("priority, {DUE}, id")),
        "Overdue" => (format!("phase < 3 AND {DUE} < 1790000000000"), format!("{DUE}, id")),
        "At risk" => (
            format!(
                "phase < 3 AND {DUE} >= 1790000000000 AND {DUE} < 9223372036854775807 AND ({DUE} - 1790000000000) * 4 < {DUE} - created"
            ),
            format!("{DUE}, id"),
        ),
        "Waiting for requester" => ("phase < 3 AND pending_reason = 'requester'".to_owned(), "updated, id".to_owned()),
        "Waiting for vendor" => ("phase < 3 AND pending_reason = 'vendor'".to_owned(), "updated, id".to_owned()),
        "Major incidents" => ("major = 1 AND phase < 3".to_owned(), "priority, created DESC, id DESC".to_owned()),
        "Watched" => {
            ("phase < 3 AND id IN (SELECT ticket FROM watcher WHERE person = 2)".to_owned(), "id DESC".to_owned())
        }
        "Resolved" => ("phase = 3".to_owned(), "ifnull(resolved, -9223372036854775808) DESC, id DESC".to_owned()),
        "Recently changed" => ("1".to_owned(), "updated DESC, id DESC".to_owned()),
        _ => ("1".to_owned(), "id DESC".to_owned()),
    };
    (condition, order)
}

/// Fifty rows of a view, `skip` from its beginning.
pub fn page_sql(name: &str, skip: usize) -> String {
    let (condition, order) = view(name);
    format!("SELECT {LIST} FROM ticket WHERE {condition} ORDER BY {order} LIMIT 51 OFFSET {skip}")
}

pub fn count_sql(name: &str) -> String {
    match view(name).0.as_str() {
        "1" => "SELECT count(*) FROM ticket".to_owned(),
        condition => format!("SELECT count(*) FROM ticket WHERE {condition}"),
    }
}

/// Fifty tickets with a word, the newest or the best.
pub fn text_sql(order: &str) -> String {
    let list: Vec<String> = LIST.split(',').map(|column| format!("t.{}", column.trim())).collect();
    format!(
        "SELECT {} FROM ticket_text CROSS JOIN ticket t ON t.id = ticket_text.rowid WHERE ticket_text MATCH ?1 ORDER BY {order} LIMIT 51",
        list.join(", ")
    )
}

pub fn open(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX).unwrap()
}

/// Reads all rows and columns; how many rows there were.
pub fn run(conn: &Connection, sql: &str, words: Option<&str>) -> usize {
    let mut statement = conn.prepare_cached(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = match words {
        Some(words) => statement.query([words]).unwrap(),
        None => statement.query([]).unwrap(),
    };
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            std::hint::black_box(row.get_ref(column).unwrap());
        }
        count += 1;
    }
    count
}

/// What a commit is held against: a plain file with the same tickets, their notes and all their indexes, made once beside
/// the desk. It has no journal, no triggers, no full text and no references that are checked, and nobody asks it a rule.
pub fn without_journal(desk: &Path) -> PathBuf {
    let path = desk.with_extension("raw");
    if path.exists() {
        return path;
    }
    let part = desk.with_extension("raw-part");
    let _ = std::fs::remove_file(&part);
    let conn = Connection::open(&part).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = off; PRAGMA synchronous = off; PRAGMA cache_size = -500000").unwrap();
    conn.execute("ATTACH ?1 AS desk", [desk.to_string_lossy()]).unwrap();
    let sqls = |kind: &str| -> Vec<String> {
        conn.prepare("SELECT sql FROM desk.sqlite_schema WHERE type = ?1 AND tbl_name IN ('ticket', 'entry') AND sql IS NOT NULL")
            .unwrap()
            .query_map([kind], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    for sql in sqls("table") {
        conn.execute_batch(&sql).unwrap();
    }
    for table in ["ticket", "entry"] {
        conn.execute_batch(&format!("INSERT INTO main.{table} SELECT * FROM desk.{table}")).unwrap();
    }
    for sql in sqls("index") {
        conn.execute_batch(&sql).unwrap();
    }
    drop(conn);
    crate::desk::settled(&part);
    std::fs::rename(&part, &path).unwrap();
    path
}

/// A connection that commits as the desk does.
pub fn committing(path: &Path) -> Connection {
    let conn = open(path);
    conn.query_row("PRAGMA journal_mode = wal", [], |_| Ok(())).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = off; PRAGMA synchronous = full; PRAGMA cache_size = -8000").unwrap();
    conn
}

/// How many pages each of `times` commits to a file puts into its log, on average. Few enough that the log does not turn.
pub fn pages_written(path: &Path, times: usize, commit: &mut dyn FnMut()) -> f64 {
    let conn = open(path);
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    (0..times).for_each(|_| commit());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // A header, then pages of 4096 bytes with a header each (sqlite.org/fileformat2.html).
    let pages = (std::fs::metadata(log).unwrap().len() - 32) / (4096 + 24);
    pages as f64 / times as f64
}
