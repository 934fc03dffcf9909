//! The shape of the desk file: migrations from `assets/schema/`, and the triggers that keep the journal.
//!
//! Triggers are generated from the tables as they are, so that no column and no code path can forget the journal, and a
//! write with no open transaction of ours (from the sqlite3 shell, say) is refused by the file itself.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::desk::id::{ArticleId, CiId};
use crate::store::batch::Table;
use crate::store::full_text;

/// `PRAGMA application_id` of a desk: "Desk" in ASCII.
pub(crate) const APPLICATION_ID: u32 = 0x4465_736B;

/// Migrations, in order; the schema version is how many a desk has had.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../../assets/schema/001_desk.sql"),
    include_str!("../../assets/schema/002_cmdb.sql"),
    include_str!("../../assets/schema/003_change.sql"),
    include_str!("../../assets/schema/004_window.sql"),
    include_str!("../../assets/schema/005_override.sql"),
    include_str!("../../assets/schema/006_knowledge.sql"),
    include_str!("../../assets/schema/007_runbook.sql"),
    include_str!("../../assets/schema/008_article_file.sql"),
];

/// The schema version that this Deskhand writes.
pub(crate) fn version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Columns that the journal leaves out of its comparison: they follow from the transaction itself.
pub(crate) const BOOKKEEPING: &[&str] = &["version", "updated"];

/// Lets a connection begin entries of the journal: what does so calls a function that only Deskhand's connections have. It
/// is named for what others are told when they try, after "no such function: ".
///
/// This keeps out hands and scripts, not somebody who means harm: who writes to the file can take the trigger away, and then
/// it is the chain of hashes that tells.
pub(crate) fn admit(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function(REFUSED, 0, flags, |_| Ok(1))
}

/// Brings the schema of an open connection to ours, each migration one transaction.
pub(crate) fn migrate(conn: &mut Connection) -> rusqlite::Result<()> {
    carry_out(conn, MIGRATIONS)
}

fn carry_out(conn: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    loop {
        let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)?;
        if !advance_by(&transaction, migrations)? {
            return Ok(());
        }
        transaction.commit()?;
    }
}

/// Makes the next migration in a transaction that is open; `false` when there is none.
pub(crate) fn advance(transaction: &Connection) -> rusqlite::Result<bool> {
    advance_by(transaction, MIGRATIONS)
}

fn advance_by(transaction: &Connection, migrations: &[&str]) -> rusqlite::Result<bool> {
    // Asked under the lock: another process may have been faster with the same migration.
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let Some(sql) = usize::try_from(version).ok().and_then(|done| migrations.get(done)) else { return Ok(false) };
    transaction.execute_batch(sql)?;
    if version == 0 {
        full_text::create(transaction)?;
    }
    install_triggers(transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version + 1)?;
    Ok(true)
}

/// Writes the triggers anew that keep the journal.
pub(crate) fn install_triggers(conn: &Connection) -> rusqlite::Result<()> {
    remove_triggers(conn)?;
    conn.execute_batch(&triggers(conn)?)
}

/// Takes them out: a local copy of a desk on a network drive is written row by row as the desk's journal tells, and has no
/// journal of its own.
pub(crate) fn remove_triggers(conn: &Connection) -> rusqlite::Result<()> {
    let old: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    old.iter().try_for_each(|name| conn.execute_batch(&format!("DROP TRIGGER \"{name}\"")))
}

/// Lets one connection keep the journal in a file that has no triggers: what it writes is told, shown, and rolled back.
pub(crate) fn keep_journal(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(&triggers(conn)?.replace("CREATE TRIGGER", "CREATE TEMP TRIGGER"))
}

fn triggers(conn: &Connection) -> rusqlite::Result<String> {
    let mut sql = String::new();
    let named = "SELECT 1 FROM pragma_table_info('change') WHERE name = 'record'";
    let names_records = conn.prepare(named)?.exists([])?;
    for table in Table::ALL {
        // A desk on its way through the migrations does not have all of them yet.
        let columns: Vec<String> = conn
            .prepare("SELECT name FROM pragma_table_info(?1) WHERE name <> 'id' ORDER BY cid")?
            .query_map([table.name()], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        if !columns.is_empty() {
            sql.push_str(&journal_triggers(table, &columns, names_records));
        }
    }
    sql.push_str(&guards());
    sql.push_str(&journal_guards());
    Ok(sql)
}

const REFUSED: &str = "a desk is changed by deskhand, not by hand: nothing was written";

/// The open transaction, or NULL: only the last can be open. Two steps down one tree, and no index that each commit keeps.
const OPEN: &str = "(SELECT seq FROM txn WHERE seq = (SELECT max(seq) FROM txn) AND hash IS NULL)";

fn journal_triggers(table: Table, columns: &[String], names_records: bool) -> String {
    let owner = |row: &str| match table {
        Table::Ticket => format!("{row}.id"),
        _ if table.is_of_ticket() => format!("{row}.ticket"),
        _ => String::from("NULL"),
    };
    let record = |row: &str| match table {
        Table::Ci => format!("'{}-' || {row}.id", CiId::PREFIX),
        Table::Affected => format!("'{}-' || {row}.ci", CiId::PREFIX),
        Table::Article => format!("'{}-' || {row}.id", ArticleId::PREFIX),
        Table::Citation => format!("'{}-' || {row}.article", ArticleId::PREFIX),
        _ if table.is_of_article() => format!("'{}-' || {row}.article", ArticleId::PREFIX),
        _ if table.is_of_ci() => format!("'{}-' || {row}.ci", CiId::PREFIX),
        _ => String::from("NULL"),
    };
    let table = table.name();
    let image = |row: &str| {
        let pairs: Vec<String> = columns.iter().map(|column| format!("'{column}', {row}.{column}")).collect();
        format!("json_object({})", pairs.join(", "))
    };
    let compared: Vec<&String> = columns.iter().filter(|column| !BOOKKEEPING.contains(&column.as_str())).collect();
    let differs: Vec<String> = compared.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
    let partial = |row: &str| {
        let parts: Vec<String> = compared
            .iter()
            .map(|column| {
                format!("iif(OLD.{column} IS NOT NEW.{column}, ',\"{column}\":' || json_quote({row}.{column}), '')")
            })
            .collect();
        format!("'{{' || substr({}, 2) || '}}'", parts.join(" || "))
    };
    let journal = |event: &str, when: String, row: &str, before: String, after: String| {
        let (column, value) =
            if names_records { (", record", format!(", {}", record(row))) } else { ("", String::new()) };
        format!(
            "CREATE TRIGGER {table}_journals_{event} AFTER {event} ON {table} {when}
             BEGIN
               INSERT INTO change (seq, tbl, row, ticket, before, after{column})
               VALUES ({OPEN}, '{table}', {row}.id, {owner}, {before}, {after}{value});
             END;\n",
            owner = owner(row),
        )
    };
    [
        // A new or deleted row is always journaled, and the journal refuses it; an update may change bookkeeping alone.
        format!(
            "CREATE TRIGGER {table}_guards_UPDATE BEFORE UPDATE ON {table} WHEN {OPEN} IS NULL
             BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;\n",
        ),
        journal("INSERT", String::new(), "NEW", String::from("NULL"), image("NEW")),
        journal("UPDATE", format!("WHEN {}", differs.join(" OR ")), "NEW", partial("OLD"), partial("NEW")),
        journal("DELETE", String::new(), "OLD", image("OLD"), String::from("NULL")),
        format!(
            "CREATE TRIGGER {table}_keeps_id BEFORE UPDATE ON {table} WHEN OLD.id <> NEW.id
             BEGIN SELECT RAISE(ABORT, 'a row keeps its id'); END;\n",
        ),
    ]
    .concat()
}

/// New entries of the journal come from Deskhand, one after the other; a desk has one identity. Looked at before the row is
/// written, since a REPLACE takes the old row away without asking the triggers that guard it.
fn journal_guards() -> String {
    format!(
        "CREATE TRIGGER txn_guards_insert BEFORE INSERT ON txn
         WHEN \"{REFUSED}\"() AND (NEW.hash IS NOT NULL OR NEW.seq <> (SELECT ifnull(max(seq), 0) + 1 FROM txn)
           OR EXISTS (SELECT 1 FROM txn WHERE command = NEW.command) OR {OPEN} IS NOT NULL)
         BEGIN SELECT RAISE(ABORT, 'the journal is never rewritten'); END;
         CREATE TRIGGER desk_guards_insert BEFORE INSERT ON desk WHEN \"{REFUSED}\"() AND EXISTS (SELECT 1 FROM desk)
         BEGIN SELECT RAISE(ABORT, 'a desk keeps its identity'); END;\n"
    )
}

/// What is not journaled is guarded all the same; the journal itself can only grow.
fn guards() -> String {
    format!(
        "
CREATE TRIGGER counter_guards_insert BEFORE INSERT ON counter WHEN {OPEN} IS NULL
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
CREATE TRIGGER counter_guards_update BEFORE UPDATE ON counter WHEN {OPEN} IS NULL OR NEW.last < OLD.last
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
CREATE TRIGGER counter_stays BEFORE DELETE ON counter BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
CREATE TRIGGER blob_guards_insert BEFORE INSERT ON blob WHEN {OPEN} IS NULL
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
CREATE TRIGGER blob_stays BEFORE DELETE ON blob BEGIN SELECT RAISE(ABORT, 'contents of attachments are kept'); END;
CREATE TRIGGER blob_keeps BEFORE UPDATE ON blob BEGIN SELECT RAISE(ABORT, 'contents of attachments are kept'); END;
CREATE TRIGGER change_belongs BEFORE INSERT ON change WHEN NEW.seq IS NULL OR NEW.seq IS NOT {OPEN}
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
CREATE TRIGGER change_keeps BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'the journal is never rewritten'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'the journal is never rewritten'); END;
CREATE TRIGGER txn_keeps BEFORE UPDATE ON txn WHEN OLD.hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the journal is never rewritten'); END;
CREATE TRIGGER txn_stays BEFORE DELETE ON txn BEGIN SELECT RAISE(ABORT, 'the journal is never rewritten'); END;
CREATE TRIGGER desk_stays BEFORE DELETE ON desk BEGIN SELECT RAISE(ABORT, 'a desk keeps its identity'); END;
CREATE TRIGGER desk_keeps BEFORE UPDATE ON desk BEGIN SELECT RAISE(ABORT, 'a desk keeps its identity'); END;
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command::Author;
    use crate::desk::time::{Moment, Timestamp};
    use crate::store::{Finding, Store, backup, open, verify};

    fn desk() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ops.desk");
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        drop(Store::create(&path, &author, &Moment::utc(Timestamp(0)), "ops").unwrap());
        (folder, path)
    }

    fn shape(conn: &Connection) -> (i64, Vec<String>) {
        let version = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        let mut tables = conn.prepare("SELECT name || ifnull(sql, '') FROM sqlite_schema ORDER BY name").unwrap();
        (version, tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap())
    }

    #[test]
    fn a_failed_migration_leaves_the_desk_as_the_last_good_one_left_it() {
        let (_folder, path) = desk();
        let mut conn = open::open(&path).unwrap().conn;
        let good = [MIGRATIONS, &["CREATE TABLE shelf (id INTEGER PRIMARY KEY) STRICT"]].concat();
        carry_out(&mut conn, &good).unwrap();
        let before = shape(&conn);
        assert_eq!(before.0, version() + 1);
        let bad = "CREATE TABLE drawer (id INTEGER PRIMARY KEY); DROP TABLE entry; INSERT INTO nowhere VALUES (1)";
        let bad = [good, vec![bad]].concat();
        carry_out(&mut conn, &bad).unwrap_err();
        assert_eq!(shape(&conn), before);
        assert_eq!(verify::examine(&conn).unwrap(), [] as [Finding; 0]);
    }

    #[test]
    fn two_who_open_an_older_desk_at_once_bring_it_up_to_date_once() {
        let (_folder, path) = desk();
        let newer = [MIGRATIONS, &["CREATE TABLE shelf (id INTEGER PRIMARY KEY) STRICT", "DROP TABLE shelf"]].concat();
        let together = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut conn = open::open(&path).unwrap().conn;
                    together.wait();
                    carry_out(&mut conn, &newer).unwrap();
                    assert_eq!(shape(&conn).0, version() + 2);
                });
            }
        });
        assert_eq!(verify::examine(&Connection::open(&path).unwrap()).unwrap(), [] as [Finding; 0]);
    }

    #[test]
    fn a_column_that_a_migration_adds_is_journaled() {
        let (_folder, path) = desk();
        let mut conn = open::open(&path).unwrap().conn;
        carry_out(&mut conn, &[MIGRATIONS, &["ALTER TABLE ticket ADD COLUMN colour TEXT"]].concat()).unwrap();
        let sql: String = conn
            .query_row("SELECT sql FROM sqlite_schema WHERE name = 'ticket_journals_UPDATE'", [], |row| row.get(0))
            .unwrap();
        assert!(sql.contains("OLD.colour IS NOT NEW.colour"));
    }

    #[test]
    fn before_a_migration_a_verified_backup_is_made_and_an_older_one_is_not_taken_for_it() {
        let (folder, path) = desk();
        let conn = open::open(&path).unwrap().conn;
        for _ in 0..2 {
            backup::before_migration(&conn, &path, 0).unwrap();
        }
        let backups = || {
            let files = std::fs::read_dir(folder.path()).unwrap().flatten().map(|file| file.path());
            let side = |name: &str| name.ends_with("-wal") || name.ends_with("-shm");
            let kept = |name: &str| name.contains(".before-") && !side(name);
            files.filter(|path| kept(&path.to_string_lossy())).collect::<Vec<_>>()
        };
        assert_eq!(backups().len(), 1, "the same desk is kept once");
        assert_eq!(Store::open(&backups()[0]).unwrap().verify().unwrap(), []);
        let command = crate::desk::command::Command::Register(crate::desk::command::Record::Settings(vec![(
            String::from("snippet/hello.toml"),
            Some(String::from("name = \"Hello\"\ntext = \"Hello\"")),
        )]));
        let anna = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let request = crate::desk::command::Request::new(command);
        Store::open(&path).unwrap().execute(&request, &anna, &Moment::utc(Timestamp(1))).unwrap();
        backup::before_migration(&conn, &path, 0).unwrap();
        assert_eq!(backups().len(), 2, "what changed since is kept too");
    }

    #[test]
    fn a_desk_of_the_first_version_is_backed_up_brought_up_to_date_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.desk");
        {
            let mut conn = Connection::open(&path).unwrap();
            admit(&conn).unwrap();
            conn.pragma_update(None, "journal_mode", "wal").unwrap();
            carry_out(&mut conn, &MIGRATIONS[..1]).unwrap();
            conn.execute("INSERT INTO desk (id, uuid, created) VALUES (1, 'a', 0)", []).unwrap();
            conn.execute_batch(
                "INSERT INTO txn (seq, command, at, author, host, verb, first, summary, receipt, body)
                   VALUES (1, 'c', 0, 'anna', 'lab', 'found', 1, 'founded the desk', '', '{}');
                 INSERT INTO person (id, login, name, roles) VALUES (1, 'anna', 'Anna', 'admin');
                 INSERT INTO counter (name, last) VALUES ('person', 1);",
            )
            .unwrap();
            crate::store::apply::seal(&conn, crate::desk::id::Seq(1)).unwrap();
        }
        let store = Store::open(&path).unwrap();
        assert_eq!(store.verify().unwrap(), []);
        assert_eq!(shape(&store.conn).0, version());
        let kept = folder.path().join(format!("old.desk.before-{}-at-1", version()));
        assert!(kept.exists(), "{:?}", std::fs::read_dir(folder.path()).unwrap().flatten().collect::<Vec<_>>());
    }
}
