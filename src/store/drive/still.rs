//! A desk where no lock reaches the others, drawn as a whole to this machine's disk and looked over before it is believed.
//!
//! Whoever writes there goes on meanwhile, so what is copied may be torn. The signs of the file before and after tell whether
//! anybody wrote; what was in the making is taken along with its journal or log, and SQLite takes it back or in here. Then the
//! copy must hold: its pages, its rows, the chain of its journal. What does not is drawn again, and never replaces one that
//! did.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::STOPPED;
use super::block::{Block, size_past_cache};
use super::signs::Signs;
use super::standing::{Shared, now};
use super::touch::away;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::{beside, first_finding};
use crate::store::put::{Draft, draft_in};
use crate::store::{open, schema};

/// How often a copy is tried before it is left to later.
const TRIES: u32 = 5;
/// How long to wait after the first try; twice as long after each further one.
const PAUSE: Duration = Duration::from_millis(100);
/// For so many times as long as it took, a desk is not drawn again: a large one over a slow line would be drawn all day.
const REST: i64 = 4;
/// So many steps of SQLite's lie between two signs that it goes on.
const STEPS: i32 = 100_000;
/// The file beside the copies that tells what was drawn last.
const DRAWN: &str = "drawn";

/// What was drawn last into the copy in use, so that no program draws again what another has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Drawn {
    /// The copy that has it.
    copy: PathBuf,
    signs: Signs,
    at: Timestamp,
    /// How long it took, in milliseconds.
    took: i64,
}

/// Whether a desk must be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The copy is as the desk.
    No,
    /// It is not.
    Now,
    /// It is not, and the desk was drawn so short a time ago that it waits until then.
    At(Timestamp),
}

impl Drawn {
    /// What was drawn last into a copy.
    pub(super) fn into_copy(copy: &Path) -> Option<Drawn> {
        let text = std::fs::read(copy.with_file_name(DRAWN)).ok()?;
        serde_json::from_slice(&text).ok().filter(|drawn: &Drawn| drawn.copy == copy)
    }

    /// Whether to draw a desk that shows these signs now.
    pub(super) fn due(&self, signs: &Signs, now: Timestamp) -> Due {
        let until = Timestamp(self.at.0 + REST * self.took);
        match self.signs == *signs {
            true => Due::No,
            // A clock that was set back holds nobody up.
            false if until > now && self.at <= now => Due::At(until),
            false => Due::Now,
        }
    }
}

/// A desk as it was drawn: private, whole, and gone when this is dropped.
pub(super) struct Still {
    conn: Connection,
    draft: Draft,
    signs: Signs,
    took: i64,
}

impl Still {
    /// Draws a desk into the `workshop`, telling how many of how many bytes are there.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] where the drive does not answer, and where nothing whole could be drawn.
    pub(super) fn draw(
        desk: &Path,
        workshop: &Path,
        shared: &Arc<Shared>,
        telling: &mut dyn FnMut(i64, i64),
    ) -> Result<Still, Torn> {
        let mut torn = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                pause(PAUSE * 2_u32.pow(attempt - 1), shared)?;
            }
            let began = Instant::now();
            let signs = Signs::read(desk, true)?;
            if signs.journal.is_some() && attempt + 1 < TRIES {
                // What is there in a moment is newer than what can be drawn now.
                torn = String::from("somebody is writing there");
                continue;
            }
            let draft = draft_in(workshop)?;
            pour(desk, draft.path(), shared, telling)?;
            for ending in ["-wal", "-journal"] {
                pour(&beside(desk, ending), &beside(draft.path(), ending), shared, &mut |_, _| {})?;
            }
            let log = std::fs::metadata(beside(draft.path(), "-wal")).map_or(0, |meta| meta.len());
            if log < signs.log_reaches() {
                torn = String::from("this machine does not see all of its log yet");
                continue;
            }
            if !signs.hold_until(&Signs::read(desk, false)?) {
                torn = String::from("somebody wrote there while it was copied");
                continue;
            }
            match look_over(desk, &draft, shared)? {
                Ok(conn) => {
                    let took = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX / REST);
                    return Ok(Still { conn, draft, signs, took });
                }
                Err(finding) => torn = format!("what was copied does not hold: {finding}"),
            }
        }
        Err(Torn::Unsettled(format!("{} can't be copied whole now: {torn}", desk.display())))
    }

    /// The desk.
    pub(super) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Remembers that a copy has it.
    pub(super) fn is_in(&self, copy: &Path) {
        let drawn = Drawn { copy: copy.to_owned(), signs: self.signs.clone(), at: now(), took: self.took };
        // Where it can't be written, the desk is drawn once more than needed.
        let _ = serde_json::to_vec(&drawn).map(|text| std::fs::write(copy.with_file_name(DRAWN), text));
    }

    /// Puts the file itself at a place in the same folder.
    pub(super) fn keep_as(self, to: &Path) -> Result<(), Refusal> {
        let Still { conn, draft, .. } = self;
        conn.close().map_err(|(_, error)| open::explain(to, &error))?;
        std::fs::rename(draft.path(), to)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", to.display())))
    }
}

/// Why a desk could not be drawn.
pub(super) enum Torn {
    /// It is there, and nothing whole could be had of it.
    Unsettled(String),
    /// It can't be reached, or this program can't read it.
    Refused(Refusal),
}

impl From<Refusal> for Torn {
    fn from(refusal: Refusal) -> Torn {
        Torn::Refused(refusal)
    }
}

impl From<Torn> for Refusal {
    fn from(torn: Torn) -> Refusal {
        match torn {
            Torn::Unsettled(why) => Refusal::Unavailable(why),
            Torn::Refused(refusal) => refusal,
        }
    }
}

/// Copies a file past this machine's cache; one that is not there is not copied.
fn pour(from: &Path, to: &Path, shared: &Shared, telling: &mut dyn FnMut(i64, i64)) -> Result<(), Refusal> {
    let file = match File::open(from) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(away(from, &error)),
    };
    let all = size_past_cache(&file).map_err(|error| away(from, &error))?;
    let unwritten = |error| Refusal::Unavailable(format!("{} can't be written: {error}", to.display()));
    let to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let mut to = to.map_err(unwritten)?;
    let (mut block, mut done) = (Block::large(), 0_u64);
    loop {
        shared.works();
        refuse_stopped(shared)?;
        let bytes = block.read_past_cache_at(&file, done).map_err(|error| away(from, &error))?;
        if bytes.is_empty() {
            return Ok(());
        }
        to.write_all(bytes).map_err(unwritten)?;
        done += bytes.len() as u64;
        let number = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX / 100);
        telling(number(done.min(all)), number(all));
    }
}

/// Opens what was drawn, lets SQLite take back or in what was in the making, and looks all of it over.
fn look_over(desk: &Path, draft: &Draft, shared: &Arc<Shared>) -> Result<Result<Connection, String>, Refusal> {
    // What is no desk, or one of a newer program, will not become one by being drawn again.
    let found = open::look(draft.path());
    let version = match found {
        Ok(head) => head.version,
        Err(_) => return open::look(desk).map(|_| Err(String::from("its beginning is torn"))),
    };
    let open = || -> rusqlite::Result<Connection> {
        let mut conn = Connection::open(draft.path())?;
        open::defend(&mut conn)?;
        // Reading all of a large desk takes longer than a drive is silent that hangs.
        let shared = Arc::clone(shared);
        let goes_on = move || {
            shared.works();
            shared.stop.is_told()
        };
        conn.progress_handler(STEPS, Some(goes_on))?;
        conn.query_row("PRAGMA journal_mode = delete", [], |_| Ok(()))?;
        if version < schema::version() {
            schema::migrate(&mut conn)?;
        }
        Ok(conn)
    };
    let conn = match open() {
        Ok(conn) => conn,
        Err(error) => return Ok(Err(error.to_string())),
    };
    // What SQLite can't read at all does not hold either.
    let finding = first_finding(&conn, draft.path());
    Ok(match finding.map_err(|refusal| refusal.to_string()) {
        Ok(None) => Ok(conn),
        Ok(Some(finding)) => Err(finding.to_string()),
        Err(unread) => Err(unread),
    })
}

fn pause(long: Duration, shared: &Shared) -> Result<(), Refusal> {
    let until = Instant::now() + long;
    while Instant::now() < until {
        shared.works();
        refuse_stopped(shared)?;
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn refuse_stopped(shared: &Shared) -> Result<(), Refusal> {
    match shared.stop.is_told() {
        true => Err(Refusal::Unavailable(String::from(STOPPED))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Transaction, TransactionBehavior};

    use super::*;
    use crate::desk::command::{Author, Request};
    use crate::desk::time::Moment;
    use crate::store::Store;
    use crate::store::drive::{Stop, position};
    use crate::store::tests::incident;

    fn anna() -> Author {
        Author { login: String::from("anna"), via: None, host: String::from("lab") }
    }

    fn moment() -> Moment {
        Moment::utc(Timestamp(1_790_000_000_000))
    }

    /// A desk of one ticket, open as on the machine that has its disk.
    fn desk() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(&folder.path().join("ops.desk"), &anna(), &moment(), "ops").unwrap();
        opens_another(&mut store);
        (folder, store)
    }

    fn opens_another(store: &mut Store) {
        store.execute(&Request::new(incident("VPN down")), &anna(), &moment()).unwrap();
    }

    fn draw(desk: &Path, telling: &mut dyn FnMut(i64, i64)) -> Result<Still, String> {
        let shared = Arc::new(Shared::new(anna(), Stop::default()));
        let workshop = desk.parent().unwrap().join("here");
        Still::draw(desk, &workshop, &shared, telling).map_err(|torn| Refusal::from(torn).to_string())
    }

    /// The newest entry of what is drawn, while something happens once in the middle of it.
    fn drawn_while(desk: &Path, happens: impl FnOnce()) -> Result<i64, String> {
        let mut happens = Some(happens);
        let still = draw(desk, &mut |_, _| {
            if let Some(happens) = happens.take() {
                happens();
            }
        })?;
        Ok(position(still.conn()).unwrap().seq.0)
    }

    /// The desk as it lies on a drive: no log.
    fn rest(store: Store, desk: &Path) {
        drop(store);
        Connection::open(desk).unwrap().query_row("PRAGMA journal_mode = persist", [], |_| Ok(())).unwrap();
    }

    #[test]
    fn a_desk_at_work_on_its_own_machine_is_drawn_with_its_log_also_while_that_is_taken_in() {
        let (folder, mut store) = desk();
        let path = folder.path().join("ops.desk");
        assert_eq!(drawn_while(&path, || {}), Ok(2));
        assert_eq!(drawn_while(&path, || opens_another(&mut store)), Ok(3));
        let checkpoint = |mode: &str| {
            let other = Connection::open(&path).unwrap();
            other.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(())).unwrap();
        };
        assert_eq!(drawn_while(&path, || checkpoint("PASSIVE")), Ok(3));
        assert_eq!(drawn_while(&path, || checkpoint("TRUNCATE")), Ok(3));
        assert_eq!(drawn_while(&path, || opens_another(&mut store)), Ok(4), "the log began anew: drawn again");
    }

    #[test]
    fn what_somebody_wrote_to_meanwhile_is_drawn_again() {
        let (folder, store) = desk();
        let path = folder.path().join("ops.desk");
        rest(store, &path);
        let writes = || {
            Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (id INTEGER PRIMARY KEY)").unwrap();
        };
        let still = draw(&path, &mut {
            let mut writes = Some(writes);
            move |_, _| writes.take().into_iter().for_each(|writes| writes())
        });
        assert!(still.unwrap().conn().table_exists(None, "other").unwrap());
        assert_eq!(std::fs::read_dir(folder.path().join("here")).unwrap().count(), 0, "nothing is left of either");
    }

    #[test]
    fn what_somebody_left_half_done_is_taken_back_in_the_copy_and_nowhere_else() {
        let (folder, store) = desk();
        let path = folder.path().join("ops.desk");
        rest(store, &path);
        let dies = Connection::open(&path).unwrap();
        dies.query_row("PRAGMA journal_mode = persist", [], |_| Ok(())).unwrap();
        let begun = Transaction::new_unchecked(&dies, TransactionBehavior::Immediate).unwrap();
        begun.execute_batch("CREATE TABLE half_done (id INTEGER PRIMARY KEY)").unwrap();
        dies.cache_flush().unwrap();
        let before = std::fs::read(&path).unwrap();
        let still = draw(&path, &mut |_, _| {}).unwrap();
        assert!(!still.conn().table_exists(None, "half_done").unwrap());
        assert_eq!(position(still.conn()).unwrap().seq.0, 2);
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert!(Signs::read(&path, true).unwrap().journal.is_some());
    }

    #[test]
    fn what_does_not_hold_is_not_given_out() {
        let (folder, store) = desk();
        let path = folder.path().join("ops.desk");
        rest(store, &path);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(7);
        std::fs::write(&path, bytes).unwrap();
        let torn = draw(&path, &mut |_, _| {}).err().unwrap();
        assert!(torn.contains("can't be copied whole now: what was copied does not hold: "), "{torn}");
        std::fs::write(&path, "a letter").unwrap();
        assert!(draw(&path, &mut |_, _| {}).err().unwrap().ends_with("it is no SQLite file. Nothing was changed"));
        std::fs::remove_file(&path).unwrap();
        assert!(draw(&path, &mut |_, _| {}).err().unwrap().contains("perhaps its drive is not mounted"));
    }

    #[test]
    fn a_desk_that_took_long_is_left_alone_for_a_while() {
        let (folder, mut store) = desk();
        let path = folder.path().join("ops.desk");
        let signs = Signs::read(&path, true).unwrap();
        let drawn = Drawn { copy: PathBuf::new(), signs: signs.clone(), at: Timestamp(100_000), took: 10_000 };
        assert_eq!(drawn.due(&signs, Timestamp(900_000)), Due::No);
        opens_another(&mut store);
        let signs = Signs::read(&path, true).unwrap();
        assert_eq!(drawn.due(&signs, Timestamp(110_000)), Due::At(Timestamp(140_000)));
        assert_eq!(drawn.due(&signs, Timestamp(140_000)), Due::Now);
        assert_eq!(drawn.due(&signs, Timestamp(50_000)), Due::Now, "a clock that was set back");
    }

    #[test]
    fn what_a_program_that_was_ended_left_in_the_making_goes_after_a_day() {
        let (folder, _store) = desk();
        let here = folder.path().join("here");
        std::fs::create_dir(&here).unwrap();
        for (name, hours) in [("a.part", 25), ("a.part-wal", 25), ("b.part", 1), ("7.copy", 25)] {
            let at = std::time::SystemTime::now() - Duration::from_secs(hours * 3_600);
            File::create(here.join(name)).unwrap().set_modified(at).unwrap();
        }
        drop(draw(&folder.path().join("ops.desk"), &mut |_, _| {}).unwrap());
        let mut left: Vec<_> = std::fs::read_dir(&here).unwrap().map(|file| file.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["7.copy", "b.part"]);
    }
}
